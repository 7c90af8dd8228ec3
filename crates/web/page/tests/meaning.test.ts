import { expect, test } from "vitest";
import { rampReads } from "../src/draw/hinges";
import { fault } from "../src/fault";
import { offset } from "../src/heads";
import { dimensionNames } from "../src/names";
import { parabola } from "../src/parabola";
import { openness, ramps, shouldOpen } from "../src/ramps";
import { sources } from "../src/sources";
import { story } from "../src/story";
import { view } from "./models";

const ours = view("nanoadder-58", "9999999999", "1", 3);
const published = view("gist-58", "9999999999", "0", 3);

test("head 0 reads this place, head 1 the one before", () => {
  expect([offset(ours, 0, 0), offset(ours, 0, 1)]).toEqual([0, -1]);
});

test("dimensions are named by what they hold", () => {
  expect(dimensionNames(ours).map(({ name }) => name)).toEqual([
    "digit read", "1024 × previous sum", "cosine", "digit sum",
  ]);
  expect(dimensionNames(published)[1]).toMatchObject({ name: "previous sum", note: "from sine, head 1" });
});

test("what a ramp reads is told without the scale of its dimensions", () => {
  expect(ramps(ours.show).map((ramp) => rampReads(ours, ramp))).toEqual([
    "previous sum − digit read", "10 · digit sum + previous sum − digit read",
  ]);
});

test("two units make a ramp with a role", () => {
  expect(ramps(ours.show).map(({ role, from, to, effect }) => [role, from, to, effect])).toEqual([
    ["carry", 2.5, 6.5, 1],
    ["wrap", 92, 97, -10],
  ]);
});

test("the ramps of the default model are open or shut, as they should be, at every step of many pairs", () => {
  for (const [a, b] of [["9999999999", "1"], ["1234567890", "987654321"], ["5555555555", "4444444445"], ["0", "0"]]) {
    const seen = view("nanoadder-58", a!, b!);
    seen.explanation.steps.slice(0, 10).forEach((_, step) => {
      for (const ramp of ramps(seen.show)) {
        expect(openness(seen, ramp, step)).toBe(Number(shouldOpen(seen, ramp, step)));
      }
    });
  }
});

test("what a hinge reads adds up from its sources", () => {
  const wrap = ramps(published.show)[1]!;
  const parts = sources(published, 0, wrap.row)!;
  const sum = parts.reduce((total, { value }) => total + value, 0);
  const read = published.explanation.steps[2]!.layers[0]!.pre_activation[wrap.units[0]]! + wrap.from;
  expect(sum).toBeCloseTo(read, 1);
  expect(parts.find(({ name }) => name === "position")!.value).toBeCloseTo(5.406, 2);
});

test("the published numbers go wrong at the third digit by the residue of the position", () => {
  const found = fault(published)!;
  expect(found).toMatchObject({ step: 2, got: 4, expected: 9 });
  expect(found.hinge!.ramp.role).toBe("wrap");
  expect(found.hinge!.open).toBeCloseTo(0.48, 2);
  expect([found.hinge!.should, found.hinge!.without]).toEqual([false, 0]);
  expect(fault(ours)).toBeNull();
});

test("a step is told in words", () => {
  expect(story(ours).map(({ text }) => text)).toEqual([
    "Head 0 looks at a₂ = 9 and b₂ = 0: digit sum 9.",
    "Head 1 looks at a₁ = 9 and b₁ = 0: previous sum 9.",
    "A carry comes in: +1.",
    "Ten or more, so it wraps: −10.",
    "What is left is 0.00; it writes 0, with a margin of 1 over 1.",
  ]);
  expect(story(published).filter(({ wrong }) => wrong).map(({ text }) => text)).toEqual([
    "The carry hinge is 4 % open (0.04): neither yes nor no.",
    "The wrap hinge is 48 % open (−4.80): neither yes nor no.",
    "What is left is 4.24; it writes 4, with a margin of 0.5115 over 5. Wrong: the digit is 9.",
  ]);
});

test("the logits of the family are a parabola", () => {
  const found = parabola(published.show, published.explanation.steps[2]!.logits)!;
  expect(found.a).toBeCloseTo(-1, 5);
  expect(found.top).toBeCloseTo(4.244, 2);
});
