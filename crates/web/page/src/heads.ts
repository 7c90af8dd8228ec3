// Where heads look, told from their weights.

import type { Num } from "./shapes";
import { place, type View } from "./view";

/** A token that a head looks at. */
export interface Look {
  position: number;
  weight: number;
}

/** The tokens that a head gives at least `least` of its weight, the heaviest first. */
export function looks(weights: readonly Num[], least = 0.05): Look[] {
  return weights
    .map((weight, position) => ({ position, weight: weight ?? 0 }))
    .filter(({ weight }) => weight >= least)
    .sort((x, y) => y.weight - x.weight || x.position - y.position);
}

/**
 * How far the digits that a head reads lie from the digit that is written: 0 for the same place, −1 for the place before.
 *
 * None unless the head looks at a and b of one such place, and nothing else, at every step where there is that place.
 */
export function offset(view: View, layer: number, head: number): number | null {
  const { show, explanation } = view;
  let found: number | null = null;
  let agreeing = 0;
  for (const [index, step] of explanation.steps.entries()) {
    const written = place(show, index);
    if (written === null) continue;
    const read = readPlace(view, step.layers[layer]!.heads[head]!.weights);
    if (read === null) {
      // At both ends there may be no digit to read.
      if (index > 0 && index + 1 < explanation.steps.length) return null;
      continue;
    }
    if (found !== null && found !== read - written) return null;
    found = read - written;
    agreeing += 1;
  }
  return agreeing >= 3 ? found : null;
}

/** The place whose digits of a and b hold nearly all of the weight, in equal shares. */
function readPlace(view: View, weights: readonly Num[]): number | null {
  const seen = looks(weights, 0.02);
  const tokens = seen.map(({ position }) => view.show.prompt[position]);
  const first = tokens[0];
  if (first?.kind === "pair" && seen.length === 1) return first.place;
  const [x, y] = tokens;
  if (seen.length !== 2 || x?.kind !== "digit" || y?.kind !== "digit") return null;
  const both = x.place === y.place && x.operand !== y.operand;
  return both && Math.abs(seen[0]!.weight - seen[1]!.weight) < 0.1 ? x.place : null;
}
