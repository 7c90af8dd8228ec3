// Where the heads look: arcs from the token that is read to those that are looked at, and for each head the wave of its
// scores over all positions, with its weights as bars.

import { el, type Scene } from "../scene";
import { looks } from "../heads";
import { percent, short } from "../numbers";
import type { Num } from "../shapes";
import { nameAt, stepOf, textAt, type View } from "../view";
import { cell, drawing, headColor, rect, scale, smooth, text } from "./plane";

const LABEL = 76;
const BAND = 62;

/** The width below which the tokens would touch. */
export function leastWidth(view: View): number {
  return LABEL + 15 * (view.explanation.prompt.length + view.explanation.tokens.length - 1) + 12;
}

/** Draws one layer's attention at the step in view. */
export function drawAttention(view: View, layer: number, width: number): Scene {
  const { explanation } = view;
  const step = stepOf(view);
  const total = explanation.prompt.length + explanation.tokens.length - 1;
  const column = (width - LABEL - 8) / total;
  const x = (position: number) => LABEL + (position + 0.5) * column;
  const heads = step.layers[layer]!.heads;
  const arcs = Math.min(96, 40 + column * 2.2);
  const tokens = arcs + 26;
  const waves = positionWaves(view, layer, x, tokens + 34);
  const bands = tokens + 30 + (waves ? 50 : 0);
  const height = bands + heads.length * (BAND + 8) + 4;

  const parts: Scene[] = [
    rect(x(step.position) - column / 2, arcs + 2, column, height - arcs - 4, "mark", 4),
    ...heads.flatMap(({ weights }, head) => arcsOf(view, x, arcs, head, weights)),
    ...Array.from({ length: total }, (_, position) => token(view, position, x(position), tokens, column)),
    ...groups(view, x, tokens + 6, column, total),
    text(0, tokens, "token", "mute small"),
    ...(waves ?? []),
    ...heads.flatMap((trace, head) => band(view, layer, head, trace, x, bands + head * (BAND + 8), column)),
  ];
  return drawing(width, height, `Where layer ${layer} looks at step ${view.step + 1}`, parts);
}

function token(view: View, position: number, cx: number, y: number, column: number): Scene {
  const reading = stepOf(view).position;
  const later = position > reading;
  const size = Math.min(17, column * 0.95);
  const shown = later ? "·" : textAt(view, position);
  const classes = `digit middle ${later ? "mute" : position === reading ? "strong" : ""}`;
  return el("text", { x: cx, y, class: classes, "font-size": size }, shown);
}

/** A line below the tokens of a, of b, and of the sum, with its name. */
function groups(view: View, x: (position: number) => number, y: number, column: number, total: number): Scene[] {
  const owner = (position: number): string | null => {
    const token = view.show.prompt[position];
    if (token === undefined) return "sum";
    return token.kind === "digit" ? token.operand : token.kind === "pair" ? "a and b" : null;
  };
  const list: Scene[] = [];
  for (let start = 0; start < total; ) {
    const name = owner(start);
    let end = start;
    while (end + 1 < total && owner(end + 1) === name) end += 1;
    if (name !== null) {
      const [left, right] = [x(start) - column * 0.4, x(end) + column * 0.4];
      const ends = view.show.prompt[start] === undefined ? "" : ` ${nameAt(view, start)} … ${nameAt(view, end)}`;
      const label = name === "sum" || name === "a and b" || end === start ? name : ends.trim();
      list.push(el("path", { class: "axis", d: `M${left} ${y}v3H${right}v-3` }), text((left + right) / 2, y + 15, label, "small mute middle"));
    }
    start = end + 1;
  }
  return list;
}

function arcsOf(view: View, x: (position: number) => number, base: number, head: number, weights: readonly Num[]): Scene[] {
  const from = stepOf(view).position;
  return looks(weights, 0.02).map(({ position, weight }) => {
    const [start, end] = [x(from), x(position)];
    const lift = position === from ? 18 : Math.min(base - 8, 14 + Math.abs(start - end) * 0.22);
    const path =
      position === from
        ? `M${start - 4} ${base}C${start - 12} ${base - lift} ${start + 12} ${base - lift} ${start + 4} ${base}`
        : `M${start} ${base}C${start} ${base - lift * 1.3} ${end} ${base - lift * 1.3} ${end} ${base}`;
    return el("path", { class: `arc stroke-${headColor(head)}`, d: path, "stroke-width": 0.8 + 3.2 * weight, opacity: 0.35 + 0.6 * weight });
  });
}

/** One head: the wave of its scores, its weights as bars, and what it looks at in words. */
function band(
  view: View,
  layer: number,
  head: number,
  trace: { scores: Num[]; weights: Num[] },
  x: (position: number) => number,
  top: number,
  column: number,
): Scene[] {
  const scores = trace.scores.map((score) => score ?? 0);
  const [least, most] = [Math.min(...scores), Math.max(...scores)];
  const y = scale(least, most === least ? least + 1 : most, top + BAND - 6, top + 8);
  const color = headColor(head);
  const seen = looks(trace.weights, 0.05).slice(0, 2);
  const summary = seen.map(({ position }) => nameAt(view, position)).join(", ");
  const cells = trace.weights.map((weight, position) => {
    const share = weight ?? 0;
    const label = `head ${head}, ${nameAt(view, position)} = ${textAt(view, position)}: weight ${percent(share)}, score ${short(trace.scores[position]!)}`;
    return cell(
      `weight.${layer}.${head}.${position}`,
      label,
      rect(x(position) - column / 2, top, column, BAND, "hit"),
      rect(x(position) - column * 0.36, top + BAND - share * (BAND - 4), column * 0.72, share * (BAND - 4), `bar fill-${color}`, 2),
      el("circle", { cx: x(position), cy: y(scores[position]!), r: share > 0.02 ? 3.6 : 1.8, class: `fill-${color}` }),
    );
  });
  return [
    text(0, top + 20, `head ${head}`, "strong"),
    text(0, top + 36, summary || "spread", "small mute"),
    el("line", { x1: x(0) - column / 2, x2: x(scores.length - 1) + column / 2, y1: top + BAND, y2: top + BAND, class: "axis" }),
    el("path", { class: `wave stroke-${color}`, d: smooth(scores.map((score, position) => [x(position), y(score)] as const)), opacity: 0.75 }),
    ...cells,
  ];
}

/** The sine and cosine that tell positions apart: of the position table, or of the first pair that RoPE turns. */
function positionWaves(view: View, layer: number, x: (position: number) => number, top: number): Scene[] | null {
  const { network } = view.show;
  const total = view.explanation.prompt.length + view.explanation.tokens.length - 1;
  const rope = network.layers[layer]!.attention.rope;
  const table = network.position ?? rope?.table;
  if (!table) return null;
  const pair = network.position ? turning(network.position) : ([1, 0] as const);
  if (!pair) return null;
  const unit = (position: number) => {
    const [sine, cosine] = [table[position]![pair[0]]!, table[position]![pair[1]]!];
    const size = Math.hypot(sine, cosine) || 1;
    return [sine / size, cosine / size] as const;
  };
  const points = (which: 0 | 1) => Array.from({ length: total }, (_, position) => [x(position), top + 16 - 13 * unit(position)[which]] as const);
  return [
    text(0, top + 12, "position", "mute small"),
    text(0, top + 26, "waves", "mute small"),
    el("path", { class: "thin", d: smooth(points(0)) }),
    el("path", { class: "thin dash", d: smooth(points(1)) }),
  ];
}

/** Two columns of a position table that go round together, sine first. */
function turning(table: number[][]): readonly [number, number] | null {
  const width = table[0]?.length ?? 0;
  for (let sine = 0; sine < width; sine++) {
    for (let cosine = 0; cosine < width; cosine++) {
      const starts = Math.abs(table[0]![sine]!) < 1e-9 && table[0]![cosine]! > 0;
      const radius = Math.abs(table[0]![cosine]!);
      const round = [1, 2, 3].every((row) => Math.abs(Math.hypot(table[row]?.[sine] ?? 0, table[row]?.[cosine] ?? 0) - radius) < 1e-3 * radius);
      if (sine !== cosine && starts && round) return [sine, cosine];
    }
  }
  return null;
}
