// Where a model first goes wrong, and the hinge that makes it so.

import { openness, ramps, reads, shouldOpen, type Ramp } from "./ramps";
import { sources } from "./sources";
import type { View } from "./view";

export interface Fault {
  /** The first step whose token is wrong. */
  step: number;
  got: number;
  expected: number;
  /** The ramp that is open where it should be shut, or shut where it should be open. */
  hinge: {
    ramp: Ramp;
    open: number;
    should: boolean;
    reads: number;
    /** What the position adds to it: the residue. */
    residue: number;
    /** How far it would be open without the residue. */
    without: number;
  } | null;
}

/** The first wrong step; none if all tokens are right. */
export function fault(view: View): Fault | null {
  const { tokens, expected_tokens } = view.explanation;
  const step = tokens.findIndex((token, index) => token !== expected_tokens[index]);
  if (step < 0) return null;
  const there = { ...view, step };
  return { step, got: tokens[step]!, expected: expected_tokens[step]!, hinge: hinge(there) };
}

function hinge(view: View): Fault["hinge"] {
  const wrong = ramps(view.show)
    .map((ramp) => ({ ramp, open: openness(view, ramp), should: shouldOpen(view, ramp) }))
    .filter((each): each is { ramp: Ramp; open: number; should: boolean } => each.should !== null)
    .sort((x, y) => amiss(y) - amiss(x));
  const worst = wrong[0];
  if (!worst || amiss(worst) < 0.05) return null;
  const read = reads(view, worst.ramp);
  const parts = sources(view, worst.ramp.layer, worst.ramp.row) ?? [];
  const residue = parts.find(({ name }) => name === "position")?.value ?? 0;
  const { from, to } = worst.ramp;
  const without = Math.min(1, Math.max(0, (read - residue - from) / (to - from)));
  return { ...worst, reads: read, residue, without };
}

function amiss({ ramp, open, should }: { ramp: Ramp; open: number; should: boolean }): number {
  return Math.abs(open - Number(should)) * Math.abs(ramp.effect);
}
