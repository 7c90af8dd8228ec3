// Pairs of ReLU units that make a ramp: flat, a slope, flat again. A step that decides something, as a network writes it.

import { carries, operands, place, type View } from "./view";
import { dot, matrix } from "./numbers";
import type { Show } from "./shapes";

export interface Ramp {
  layer: number;
  /** The unit that opens first, and the one that closes the slope. */
  units: [number, number];
  /** The weights of both. */
  row: number[];
  /** Where the slope begins and ends, in what the weights read. */
  from: number;
  to: number;
  /** The dimension that it writes most to, and how much when it is fully open. */
  dimension: number;
  effect: number;
  /** What it decides, if its effect tells. */
  role: "carry" | "wrap" | null;
}

/** The ramps of a model. */
export function ramps(show: Show): Ramp[] {
  return show.network.layers.flatMap(({ mlp }, layer) => {
    if (!mlp || mlp.activation !== "relu" || mlp.gate || !mlp.up.bias) return [];
    const up = matrix(mlp.up);
    const down = matrix(mlp.down);
    const bias = mlp.up.bias;
    const found: Ramp[] = [];
    const used = new Set<number>();
    for (let u = 0; u < up.length; u++) {
      for (let v = 0; v < up.length; v++) {
        if (used.has(u) || used.has(v) || bias[u]! <= bias[v]! || !same(up[u]!, up[v]!)) continue;
        const writes = down.map((row) => row[u]!);
        if (!down.every((row) => Math.abs(row[u]! + row[v]!) <= 1e-6 * Math.abs(row[u]!))) continue;
        const dimension = writes.reduce((best, value, at) => (Math.abs(value) > Math.abs(writes[best]!) ? at : best), 0);
        const effect = writes[dimension]! * (bias[u]! - bias[v]!);
        if (effect === 0) continue;
        used.add(u).add(v);
        const ramp = { layer, units: [u, v] as [number, number], row: up[u]!, from: -bias[u]!, to: -bias[v]!, dimension, effect };
        found.push({ ...ramp, role: role(effect) });
      }
    }
    return found;
  });
}

function same(x: readonly number[], y: readonly number[]): boolean {
  const size = Math.max(...x.map(Math.abs));
  return x.every((value, index) => Math.abs(value - y[index]!) <= 1e-9 * size);
}

function role(effect: number): Ramp["role"] {
  if (Math.abs(effect - 1) < 0.1) return "carry";
  return Math.abs(effect + 10) < 0.5 ? "wrap" : null;
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
