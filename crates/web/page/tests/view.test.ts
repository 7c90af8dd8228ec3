import { expect, test } from "vitest";
import { carries, digitOf, nameAt, operands, place, stepOfPlace, tokenText } from "../src/view";
import { view } from "./models";

test("carries as one writes them by hand", () => {
  expect(carries("0999", "0001", 4)).toEqual([0, 1, 1, 1, 0]);
  expect(carries("58", "47", 2)).toEqual([0, 1, 1]);
  expect(digitOf("123", 0)).toBe(3);
});

test("positions have names", () => {
  const ours = view("nanoadder-58", "1234", "5678", 3);
  expect([0, 9, 10, 11, 20, 21, 22, 23].map((position) => nameAt(ours, position))).toEqual([
    "a₉", "a₀", "“+”", "b₉", "b₀", "“=”", "s₀", "s₁",
  ]);
  expect(operands(ours)).toEqual({ a: "0000001234", b: "0000005678" });
  expect([place(ours.show, 0), place(ours.show, 10), stepOfPlace(ours.show, 10)]).toEqual([0, 10, 10]);
});

test("tokens that are no digits are told apart", () => {
  const { show } = view("fblissjr-33", "1", "2");
  expect(tokenText(show, show.answer.digit_tokens[7]!)).toBe("7");
  const other = show.answer.digit_tokens.includes(10) ? 99 : 10;
  expect(tokenText(show, other)).toMatch(/⟨|end/);
});
