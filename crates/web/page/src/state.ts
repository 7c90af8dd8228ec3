// What the page knows, and how it changes. Nothing here draws.

import * as api from "./api";
import type { Asked, Override } from "./api";
import type { Explanation, Listed, Proof, Show } from "./shapes";
import { thousands } from "./numbers";
import type { View } from "./view";

/** What is known about all pairs. */
export type Verdict =
  | { kind: "stated"; text: string; right: boolean | null }
  | { kind: "running"; share: number; what: string }
  | { kind: "found"; text: string; right: boolean | null; pair: { a: string; b: string } | null }
  | { kind: "failed"; text: string };

/** One model on the page. */
export interface Side {
  label: string;
  asked: Asked;
  overrides: Override[];
  show: Show;
  explanation: Explanation;
  verdict: Verdict;
}

export interface State {
  models: Listed[];
  a: string;
  b: string;
  step: number;
  sides: Side[];
  /** The number that the slider moves. */
  slider: { side: number; tensor: string; element: number } | null;
  error: { message: string; text: string | null } | null;
}

export const DEFAULT = "nanoadder-58";
export const EXAMPLE = { a: "9999999999", b: "1" };

/** The model, the pair and the step that an address names after its `#`. */
export interface Place {
  models: string[];
  a: string;
  b: string;
  step: number;
}

export function placeOf(hash: string): Place {
  const query = new URLSearchParams(hash.replace(/^#/, ""));
  const number = (key: "a" | "b") => digits(query.get(key) ?? "") ?? EXAMPLE[key];
  const models = query.getAll("model").filter((name) => /^[\w.-]+$/.test(name)).slice(0, 2);
  const step = Number(query.get("step") ?? "1") - 1;
  return { models: models.length > 0 ? models : [DEFAULT], a: number("a"), b: number("b"), step: step >= 0 ? Math.floor(step) : 0 };
}

export function hashOf(state: State): string {
  const query = new URLSearchParams();
  for (const side of state.sides) if (side.asked.name) query.append("model", side.asked.name);
  query.set("a", state.a);
  query.set("b", state.b);
  query.set("step", String(state.step + 1));
  return `#${query}`;
}

/** The digits of an operand, without zeros in front and without blanks and commas; none if it is no number. */
export function digits(text: string): string | null {
  const plain = text.replace(/[\s,_.]/g, "");
  return /^\d+$/.test(plain) ? plain.replace(/^0+(?=\d)/, "") : null;
}

export function viewOf(state: State, side: Side): View {
  return { show: side.show, explanation: side.explanation, step: Math.min(state.step, side.explanation.steps.length - 1) };
}

/** What to ask the server for, with the numbers that were moved. */
export function askedOf(side: { asked: Asked; overrides: Override[] }): Asked {
  return side.overrides.length > 0 ? { ...side.asked, overrides: side.overrides } : side.asked;
}

export async function load(asked: Asked, overrides: Override[], a: string, b: string, signal?: AbortSignal): Promise<[Show, Explanation]> {
  const both = askedOf({ asked, overrides });
  return Promise.all([api.show(both, signal), api.explain(both, a, b, signal)]);
}

/** What the zoo states of a model. */
export function stated(models: readonly Listed[], name: string | undefined): Verdict {
  const entry = models.find((model) => model.name === name);
  if (!entry) return { kind: "stated", text: "not proved yet", right: null };
  if (entry.verdict === "proved") return { kind: "stated", text: `proved right on every pair (${entry.layer})`, right: true };
  if (entry.verdict === "refuted") return { kind: "stated", text: "refuted: it is wrong on some pairs", right: false };
  return { kind: "stated", text: "neither proved nor refuted", right: null };
}

/** What a run of the prover says. */
export function found(proof: Proof): Verdict {
  const seconds = `${proof.seconds.toFixed(2)} s`;
  if (proof.verdict === "proved") {
    const margin = proof.min_margin === null ? "" : `, smallest margin ${proof.min_margin.toFixed(4)}`;
    return { kind: "found", text: `proved right on every pair (${proof.layer}) in ${seconds}${margin}`, right: true, pair: null };
  }
  const c = proof.counterexample;
  if (c) {
    const text = `refuted in ${seconds}: ${c.a} + ${c.b} gives ${c.got ?? "no number"}`;
    return { kind: "found", text, right: false, pair: { a: String(c.a), b: String(c.b) } };
  }
  const why = `${proof.verdict} after ${seconds}: ${proof.why ?? "no reason given"}`;
  const s = proof.statistics;
  const tried = s ? `; ${s.failures} of ${thousands(s.n)} random pairs are wrong` : "";
  return { kind: "found", text: why + tried, right: null, pair: null };
}
