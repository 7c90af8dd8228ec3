import { expect, test } from "vitest";
import { parseEvent } from "../src/api";
import { stepOfKey } from "../src/controls";
import { range } from "../src/slider";
import { digits, found, placeOf, stated } from "../src/state";
import { STOPS } from "../src/tour";
import { fault } from "../src/fault";
import { models, view } from "./models";

test("an address names models, pair and step; what it gets wrong is the default", () => {
  expect(placeOf("#model=gist-58&model=nanoadder-58&a=007&b=1&step=4")).toEqual({
    models: ["gist-58", "nanoadder-58"], a: "7", b: "1", step: 3,
  });
  expect(placeOf("#model=<script>&a=x&step=-2")).toEqual({ models: ["nanoadder-58"], a: "9999999999", b: "1", step: 0 });
});

test("operands are digits, however they are spaced", () => {
  expect(["9,999 999", "000", "", "-1", "1e3", "१"].map(digits)).toEqual(["9999999", "0", null, null, null, null]);
});

test("keys go to steps", () => {
  expect(["ArrowRight", "ArrowLeft", "Home", "End", "1", "9", "0", "x"].map((key) => stepOfKey(key, 5, 10))).toEqual([
    6, 4, 0, 10, 0, 8, 9, null,
  ]);
});

test("a slider reaches around its value in round steps", () => {
  expect(range(-9005)).toEqual({ min: -13500, max: -4500, step: 50 });
  expect(range(0)).toEqual({ min: -1, max: 1, step: 0.005 });
});

test("events of a stream", () => {
  expect(parseEvent('event: progress\ndata: {"share":0.5}')).toEqual({ name: "progress", data: '{"share":0.5}' });
});

test("verdicts in words", () => {
  const proof = { model: "m", layer: "portable", counterexample: null, states: 170300, min_margin: 0.6414, seconds: 0.41 };
  expect(found({ ...proof, verdict: "proved" })).toMatchObject({ right: true, text: "proved right on every pair (portable) in 0.41 s, smallest margin 0.6414" });
  const c = { a: 9000, b: 0, expected: 9000, got: 5000, step: 4 };
  expect(found({ ...proof, verdict: "refuted", counterexample: c })).toMatchObject({ right: false, pair: { a: "9000", b: "0" } });
  const statistics = { n: 1_200_000, failures: 0, confidence: 0.999, hi: 5.8e-6 };
  expect(found({ ...proof, verdict: "statistical", why: "no bounds", statistics })).toMatchObject({
    right: null, text: "statistical after 0.41 s: no bounds; 0 of 1,200,000 random pairs are wrong",
  });
  expect(stated(models(), "gist-58")).toMatchObject({ right: false });
});

test("the tour says what is true at each of its stops", () => {
  expect(STOPS.length).toBeGreaterThanOrEqual(8);
  for (const { models: names, a, b, step } of STOPS) {
    for (const name of names) expect(view(name, a, b, step).explanation.steps.length).toBeGreaterThanOrEqual(step);
  }
  const last = STOPS.find(({ models: names }) => names.length === 2)!;
  expect(fault(view(last.models[0]!, last.a, last.b))!.step).toBe(last.step - 1);
});
