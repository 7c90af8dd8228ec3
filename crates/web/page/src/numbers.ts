// Numbers as text, short enough to read, and the little linear algebra that formulas are written from.

import type { Linear, Matrix, Num } from "./shapes";

const MINUS = "−";

/** A few characters: integers as they are, others with four significant digits. */
export function short(value: Num): string {
  if (value === null || !Number.isFinite(value)) return "∞";
  return signed(value, (size) => {
    if (Number.isInteger(size) && size < 1e7) return String(size);
    if (size >= 1e7 || size < 1e-3) return scientific(size);
    const text = size.toPrecision(4);
    return text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text;
  });
}

function scientific(size: number): string {
  const [digits, power] = size.toExponential(2).split("e");
  return `${Number(digits)}·10${superscript(Number(power))}`;
}

function signed(value: number, write: (size: number) => string): string {
  const text = write(Math.abs(value));
  return value < 0 && text !== "0" ? MINUS + text : text;
}

/** With a fixed number of decimals. */
export function fixed(value: Num, decimals: number): string {
  if (value === null || !Number.isFinite(value)) return "∞";
  return signed(value, (size) => size.toFixed(decimals));
}

/** A share as a percentage. */
export function percent(share: number): string {
  const text = share > 0.995 && share < 1 ? "> 99" : share < 0.005 && share > 0 ? "< 1" : String(Math.round(100 * share));
  return `${text} %`;
}

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

const inDigits = (digits: string) => (value: number) =>
  String(value).replace(/\d/g, (digit) => digits[Number(digit)] ?? digit).replace("-", digits === SUPERSCRIPTS ? "⁻" : "₋");

export const subscript = inDigits(SUBSCRIPTS);
export const superscript = inDigits(SUPERSCRIPTS);

/** The product of a map's factors: one row for each output. */
export function matrix(map: Linear): Matrix {
  return map.factors.reduce((left, right) => left.map((row) => right[0]!.map((_, column) => dot(row, right.map((r) => r[column]!)))));
}

export function dot(x: readonly Num[], y: readonly Num[]): number {
  return x.reduce<number>((sum, value, index) => sum + (value ?? NaN) * (y[index] ?? NaN), 0);
}

/** Thousands apart, for large counts. */
export function thousands(value: number | string): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}
