// The sum as one writes it by hand: the carries above, a, b, and the digits that the model has written so far.

import { el, type Scene } from "../scene";
import { subscript } from "../numbers";
import { carries, digitOf, operands, place, placeName, stepOfPlace, tokenText, type View } from "../view";
import { circle, drawing, line, rect } from "./plane";

/** Draws the sum in at most `width` pixels. */
export function drawSum(view: View, width: number): Scene {
  const { show, explanation } = view;
  const { a, b } = operands(view);
  const columns = Math.max(show.answer.digits, a.length);
  const cell = Math.min(58, Math.floor((width - 4) / (columns + 1)));
  const size = Math.round(cell * 0.62);
  const left = (width - cell * (columns + 1)) / 2;
  const x = (at: number) => left + (columns - at + 0.5) * cell;
  const rows = { carry: cell * 0.42, a: cell * 1.3, b: cell * 2.25, rule: cell * 2.55, sum: cell * 3.4, want: cell * 4.05 };
  const height = cell * 4.3;
  const carry = carries(a, b, a.length);
  const now = place(show, view.step);
  const digit = (cx: number, y: number, value: string, classes: string, scale = 1) =>
    el("text", { x: cx, y, class: `digit middle ${classes}`, "font-size": size * scale }, value);

  const parts: Scene[] = [];
  if (now !== null) parts.push(rect(x(now) - cell * 0.46, 2, cell * 0.92, height - 4, "mark", 6));
  for (let at = 0; at < columns; at++) {
    if (carry[at] === 1) {
      const here = at === now;
      parts.push(digit(x(at), rows.carry + size * 0.2, "1", here ? "carry-ink strong" : "carry-ink", here ? 0.66 : 0.5));
      if (here) parts.push(el("path", { class: "carry-arrow", d: arrow(x(at - 1), x(at), rows.carry, cell) }));
    }
    if (at < a.length) {
      parts.push(digit(x(at), rows.a, String(digitOf(a, at)), leading(a, at)), digit(x(at), rows.b, String(digitOf(b, at)), leading(b, at)));
    }
  }
  parts.push(el("text", { x: left, y: rows.carry + size * 0.2, class: "small mute" }, "carry"));
  parts.push(digit(x(columns), rows.b, "+", "mute"));
  parts.push(line(left + cell * 0.1, rows.rule, x(0) + cell / 2, rows.rule, "rule"));
  for (let at = 0; at < show.answer.digits; at++) {
    const step = stepOfPlace(show, at);
    parts.push(written(view, step, x(at), rows.sum, cell, digit));
    if (step <= view.step && explanation.tokens[step] !== explanation.expected_tokens[step]) {
      parts.push(digit(x(at), rows.want, tokenText(show, explanation.expected_tokens[step]!), "mute", 0.55));
    }
  }
  const label = `${a} plus ${b}, written by ${explanation.model}`;
  return drawing(width, height, label, parts);
}

/** Digits in front of the first that is not zero are padding. */
function leading(number: string, at: number): string {
  return Number(number.slice(0, number.length - at)) === 0 && at > 0 ? "mute" : "";
}

/** A small arrow from a column to the next, which gets its carry. */
function arrow(from: number, to: number, y: number, cell: number): string {
  const [start, end] = [from - cell * 0.22, to + cell * 0.26];
  const tip = cell * 0.09;
  return `M${start} ${y + tip}Q${(start + end) / 2} ${y - cell * 0.12} ${end} ${y}m${tip} ${-tip}l${-tip} ${tip}l${tip} ${tip}`;
}

function written(
  view: View,
  step: number,
  cx: number,
  y: number,
  cell: number,
  digit: (cx: number, y: number, value: string, classes: string, scale?: number) => Scene,
): Scene {
  const { tokens, expected_tokens } = view.explanation;
  const at = place(view.show, step)!;
  const token = tokens[step]!;
  const right = token === expected_tokens[step];
  const done = step <= view.step;
  const value = tokenText(view.show, token);
  const known = done ? `${value}${right ? "" : `, wrong, it should be ${tokenText(view.show, expected_tokens[step]!)}`}` : "not written yet";
  const attributes = {
    class: "digit-button",
    role: "button",
    tabindex: "-1",
    "data-step": step,
    "data-cell": `digit.0.0.${at}`,
    "aria-label": `Step ${step + 1}, the ${placeName(at)}, s${subscript(at)}: ${known}`,
    "aria-current": step === view.step ? "step" : undefined,
  };
  const area = el("rect", { x: cx - cell / 2, y: y - cell * 0.72, width: cell, height: cell, fill: "transparent" });
  if (!done) return el("g", attributes, area, circle(cx, y - cell * 0.22, Math.max(2, cell * 0.06), "sunk dot"));
  return el("g", attributes, area, digit(cx, y, value, right ? "strong right-ink" : "strong wrong-ink"));
}

/** A key to the sum's colours, if anything is wrong so far. */
export function caption(view: View): string | null {
  const { tokens, expected_tokens } = view.explanation;
  const wrong = tokens.slice(0, view.step + 1).some((token, step) => token !== expected_tokens[step]);
  return wrong ? "Small digits below: what a right model writes." : null;
}

/** Not a drawing, but its sentence: the whole answer, once it is written. */
export function verdict(view: View): { text: string; right: boolean } {
  const { tokens, expected_tokens } = view.explanation;
  const right = tokens.every((token, step) => token === expected_tokens[step]);
  const wrongs = tokens.filter((token, step) => token !== expected_tokens[step]).length;
  return { right, text: right ? "every digit is right" : `${wrongs} of ${tokens.length} digits are wrong` };
}
