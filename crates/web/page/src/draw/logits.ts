// The logits: one point for each token, the parabola through them if there is one, and the margin.

import { el, type Scene } from "../scene";
import { fixed, short } from "../numbers";
import { parabola } from "../parabola";
import { stepOf, tokenText, type View } from "../view";
import { cell, circle, drawing, line, polyline, rect, scale, text } from "./plane";

const HEIGHT = 236;
/** The most tokens that are drawn. */
const MOST = 24;

/** Draws the logits at the step in view. */
export function drawLogits(view: View, width: number): Scene {
  const { show } = view;
  const step = stepOf(view);
  const digits = show.answer.digit_tokens;
  const others = step.logits.map((_, token) => token).filter((token) => !digits.includes(token));
  const tokens = [...digits, ...others.filter((token) => token < MOST || token === step.chosen || token === show.answer.end)].slice(0, MOST);
  const column = (width - 60) / tokens.length;
  const x = (at: number) => 52 + (at + 0.5) * column;
  const values = tokens.map((token) => step.logits[token] ?? 0);
  // Tokens that are no digits may lie far below; the digits are what the picture is about.
  const shown = values.slice(0, digits.length).concat(step.logits[step.chosen] ?? 0);
  const [least, most] = [Math.min(...shown), Math.max(...shown)];
  const linear = scale(least, most === least ? least + 1 : most, HEIGHT - 44, 34);
  const y = (value: number) => Math.min(HEIGHT - 37, linear(value));
  const fit = parabola(show, step.logits);
  const chosen = tokens.indexOf(step.chosen);
  const runner = tokens.indexOf(step.runner_up);
  const expected = tokens.indexOf(view.explanation.expected_tokens[view.step]!);
  const parts: Scene[] = [
    rect(x(chosen) - column / 2, 14, column, HEIGHT - 34, chosen === expected ? "mark" : "bad-paper", 4),
    line(44, HEIGHT - 36, width - 4, HEIGHT - 36, "axis"),
    text(0, y(most) + 4, short(most), "small mute digit"),
    text(0, y(least) + 4, short(least) === short(most) ? short(least - most) : short(least), "small mute digit"),
  ];
  if (fit) {
    const points = Array.from({ length: 91 }, (_, i) => -0.3 + (9.6 * i) / 90)
      .map((d) => [x(d), linear(fit.a * d * d + fit.b * d + fit.c)] as const)
      .filter(([, height]) => height <= HEIGHT - 37);
    parts.push(el("path", { class: "curve", d: polyline(points) }));
    if (fit.top > -0.5 && fit.top < 9.5) {
      const top = y(fit.a * fit.top ** 2 + fit.b * fit.top + fit.c);
      parts.push(line(x(fit.top), top, x(fit.top), HEIGHT - 36, "thin dash"));
      parts.push(el("path", { class: "unit-ink", d: `M${x(fit.top)} ${HEIGHT - 37}l-5 8h10z` }));
    }
  }
  tokens.forEach((token, at) => {
    const value = step.logits[token] ?? 0;
    const name = tokenText(show, token);
    parts.push(cell(
      `logit.0.0.${token}`,
      `logit of ${name}: ${short(value)}${token === step.chosen ? ", the greatest" : ""}`,
      rect(x(at) - column / 2, 14, column, HEIGHT - 34, "hit"),
      fit ? null : rect(x(at) - column * 0.28, y(value), column * 0.56, HEIGHT - 36 - y(value), "plus bar", 2),
      circle(x(at), y(value), token === step.chosen ? 6 : 4, token === step.chosen ? (at === expected ? "here good" : "here bad") : "here"),
      el("text", { x: x(at), y: HEIGHT - 16, class: `digit middle ${token === step.chosen ? "strong" : "mute"}`, "font-size": 15 }, name),
    ));
  });
  parts.push(...margin(view, x, y, width, chosen, runner));
  return drawing(width, HEIGHT, `The logits at step ${view.step + 1}`, parts);
}

/** The bracket between the greatest logit and the next. */
function margin(view: View, x: (at: number) => number, y: (value: number) => number, width: number, chosen: number, runner: number): Scene[] {
  const step = stepOf(view);
  const [best, next] = [step.logits[step.chosen] ?? 0, step.logits[step.runner_up] ?? 0];
  const size = Math.abs(step.margin ?? 0);
  const label = `margin ${size >= 0.01 && size < 1000 ? fixed(step.margin, 2) : short(step.margin)}`;
  const left = x(chosen) > width / 2;
  const edge = left ? Math.min(x(chosen), x(runner)) - 16 : Math.max(x(chosen), x(runner)) + 16;
  const [top, low] = [y(best), Math.max(y(next), y(best) + 2)];
  const towards = left ? 5 : -5;
  return [
    el("path", { class: "bracket", d: `M${edge + towards} ${top}H${edge}V${low}H${edge + towards}` }),
    text(left ? edge - 6 : edge + 6, top - 2, label, left ? "small strong end" : "small strong"),
  ];
}
