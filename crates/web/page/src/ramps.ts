// Pairs of ReLU units that make a ramp: a step that decides something, as a network writes it. The server finds them.

import { carries, operands, place, type View } from "./view";
import { dot } from "./numbers";
import type { Ramp, Show } from "./shapes";

export type { Ramp };

/** The ramps of a model. */
export function ramps(show: Show): readonly Ramp[] {
  return show.network.ramps;
}

/** What a ramp reads at a step. */
export function reads(view: View, ramp: Ramp, step = view.step): number {
  return dot(ramp.row, view.explanation.steps[step]!.layers[ramp.layer]!.read_by_mlp);
}

/** How far a ramp is open at a step, from 0 to 1. */
export function openness(view: View, ramp: Ramp, step = view.step): number {
  return Math.min(1, Math.max(0, (reads(view, ramp, step) - ramp.from) / (ramp.to - ramp.from)));
}

/** Whether a ramp should be open at a step, if its role is known. */
export function shouldOpen(view: View, ramp: Ramp, step = view.step): boolean | null {
  const at = place(view.show, step);
  if (at === null || ramp.role === null) return null;
  const { a, b } = operands(view);
  const carry = carries(a, b, a.length);
  return carry[ramp.role === "carry" ? at : at + 1] === 1;
}
