import { expect, test } from "vitest";
import { dot, fixed, matrix, percent, short, subscript, superscript, thousands } from "../src/numbers";

test("numbers are short and keep their sign", () => {
  expect([0, 58, -9005, 0.5, -54.0641136, 1.5e-9, 12345678, 9.9999].map(short)).toEqual([
    "0", "58", "−9005", "0.5", "−54.06", "1.5·10⁻⁹", "1.23·10⁷", "10",
  ]);
  expect(short(null)).toBe("∞");
  expect(short(-0)).toBe("0");
  expect(fixed(-0.374, 2)).toBe("−0.37");
});

test("shares are percentages that never round to all or nothing", () => {
  expect([1, 0.999, 0.5, 0.001, 0].map(percent)).toEqual(["100 %", "> 99 %", "50 %", "< 1 %", "0 %"]);
});

test("small digits", () => {
  expect([subscript(10), superscript(-9), thousands(170300)]).toEqual(["₁₀", "⁻⁹", "170,300"]);
});

test("a product of factors is one matrix", () => {
  expect(matrix({ factors: [[[1], [2]], [[3, 4]]], bias: null })).toEqual([[3, 4], [6, 8]]);
  expect(dot([1, 2], [3, 4])).toBe(11);
});
