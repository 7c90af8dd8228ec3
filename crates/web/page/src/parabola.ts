// Logits that are a parabola over the tokens: 2·d·z − d², greatest at the digit nearest to z.

import type { Num } from "./shapes";
import type { Show } from "./shapes";

export interface Parabola {
  /** Coefficients of d², d and 1. */
  a: number;
  b: number;
  c: number;
  /** Where it is greatest, as a digit with a fraction. */
  top: number;
}

/** The parabola through the logits of the digits; none if they are on no parabola that opens downwards. */
export function parabola(show: Show, logits: readonly Num[]): Parabola | null {
  const values = show.answer.digit_tokens.map((token) => logits[token] ?? NaN);
  const [first, second, third] = values as [number, number, number];
  const a = (third - 2 * second + first) / 2;
  const b = second - first - a;
  const size = Math.max(...values.map(Math.abs));
  const fits = values.every((value, digit) => Math.abs(value - (a * digit * digit + b * digit + first)) <= 1e-4 * (size + 1));
  if (!fits || !(a < 0)) return null;
  return { a, b, c: first, top: -b / (2 * a) };
}
