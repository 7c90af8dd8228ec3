// One model looking at one pair: what every drawing and every formula is made from.

import { subscript } from "./numbers";
import type { Explanation, Show, Step } from "./shapes";

export interface View {
  readonly show: Show;
  readonly explanation: Explanation;
  /** The step that is looked at, from 0. */
  readonly step: number;
}

export function stepOf(view: View): Step {
  return view.explanation.steps[view.step]!;
}

/** The place of the digit that a step generates: 0 is the ones. None for the token that ends an answer. */
export function place(show: Show, step: number): number | null {
  const { digits, least_first } = show.answer;
  if (step >= digits) return null;
  return least_first ? step : digits - 1 - step;
}

/** The step that generates the digit at a place. */
export function stepOfPlace(show: Show, at: number): number {
  return show.answer.least_first ? at : show.answer.digits - 1 - at;
}

/** The digit that a token means, or the token in brackets. */
export function tokenText(show: Show, token: number): string {
  const digit = show.answer.digit_tokens.indexOf(token);
  if (digit >= 0) return String(digit);
  return token === show.answer.end ? "end" : `⟨${token}⟩`;
}

/** The text of the token at a position: of the prompt, or generated. */
export function textAt(view: View, position: number): string {
  const { prompt, tokens } = view.explanation;
  return prompt[position] ?? tokenText(view.show, tokens[position - prompt.length]!);
}

/** The number of the token at a position. */
export function tokenAt(view: View, position: number): number {
  const { prompt_tokens, tokens } = view.explanation;
  return prompt_tokens[position] ?? tokens[position - prompt_tokens.length]!;
}

/** What stands at a position, in a few characters: a₃, b₀, a₂b₂, s₄ for a digit of the sum, or a separator. */
export function nameAt(view: View, position: number): string {
  const token = view.show.prompt[position];
  if (token === undefined) {
    const at = place(view.show, position - view.show.prompt.length);
    return at === null ? "end" : `s${subscript(at)}`;
  }
  if (token.kind === "fixed") return `“${token.text}”`;
  if (token.kind === "pair") return `a${subscript(token.place)}b${subscript(token.place)}`;
  return token.operand + subscript(token.place);
}

const PLACES = [
  "ones", "tens", "hundreds", "thousands", "ten thousands", "hundred thousands", "millions", "ten millions",
  "hundred millions", "billions", "ten billions",
];

/** A place in words. */
export function placeName(at: number): string {
  return PLACES[at] ?? `10${subscript(at)}`;
}

/** The digit of an operand or of the sum at a place. */
export function digitOf(number: string, at: number): number {
  return Number(number[number.length - 1 - at] ?? "0");
}

/** The carry into each place of a + b, from 0 to `digits`. */
export function carries(a: string, b: string, digits: number): number[] {
  const list = [0];
  for (let at = 0; at < digits; at++) {
    list.push(digitOf(a, at) + digitOf(b, at) + list[at]! >= 10 ? 1 : 0);
  }
  return list;
}

/** The operands as the prompt holds them. */
export function operands(view: View): { a: string; b: string } {
  const digits: Record<"a" | "b", string[]> = { a: [], b: [] };
  view.show.prompt.forEach((token, position) => {
    const text = view.explanation.prompt[position] ?? "0";
    if (token.kind === "digit") digits[token.operand][token.place] = text;
    if (token.kind === "pair") [digits.a[token.place], digits.b[token.place]] = [text[0] ?? "0", text[1] ?? "0"];
  });
  return { a: digits.a.reverse().join(""), b: digits.b.reverse().join("") };
}
