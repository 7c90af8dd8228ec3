// The residual stream: one column for each dimension, one row for each moment, every number with a bar.

import { el, type Scene } from "../scene";
import { dimensionNames } from "../names";
import { short } from "../numbers";
import type { Num } from "../shapes";
import { stepOf, type View } from "../view";
import { cell, drawing, line, rect, text } from "./plane";

interface Row {
  name: string;
  key: string;
  values: readonly Num[];
  /** The row of the trace over all steps, for the scale of the bars. */
  site: (view: View) => readonly Num[];
}

/** The most dimensions that are drawn. */
const MOST = 16;
const LABEL = 104;

export function leastWidth(view: View): number {
  return LABEL + 88 * Math.min(MOST, view.show.shape.width);
}

function rows(view: View): Row[] {
  const list: Row[] = [{ name: "embedded", key: "embedded.0.0", values: [], site: (v) => stepOf(v).embedded }];
  stepOf(view).layers.forEach((trace, layer) => {
    const which = view.show.shape.layers > 1 ? ` ${layer}` : "";
    list.push({ name: `after attention${which}`, key: `attended.${layer}.0`, values: [], site: (v) => stepOf(v).layers[layer]!.attended });
    if (trace.transformed.length > 0) {
      list.push({ name: `after MLP${which}`, key: `transformed.${layer}.0`, values: [], site: (v) => stepOf(v).layers[layer]!.transformed });
    }
  });
  return list.map((row) => ({ ...row, values: row.site(view) }));
}

/** Draws the residual stream at the step in view. */
export function drawStream(view: View, width: number): Scene {
  const names = dimensionNames(view);
  const count = Math.min(MOST, view.show.shape.width);
  const column = (width - LABEL) / count;
  const list = rows(view);
  const head = 46;
  const row = 46;
  const scales = Array.from({ length: count }, (_, index) => greatest(view, list, index));
  const parts: Scene[] = [];
  for (let index = 0; index < count; index++) {
    const x = LABEL + index * column;
    parts.push(text(x + 4, 14, wrapped(names[index]!.name, column)[0]!, "strong small"));
    const second = wrapped(names[index]!.name, column)[1];
    parts.push(second ? text(x + 4, 28, second, "strong small") : text(x + 4, 28, `dimension ${index}`, "mute small"));
  }
  list.forEach((moment, at) => {
    const y = head + at * row;
    parts.push(line(0, y, width, y, "axis"), text(0, y + 27, moment.name, "small"));
    for (let index = 0; index < count; index++) {
      const value = moment.values[index]!;
      const before = at > 0 ? list[at - 1]!.values[index]! : null;
      const label = `${moment.name}, ${names[index]!.name}: ${short(value)}`;
      parts.push(number(`${moment.key}.${index}`, label, value, before, scales[index]!, LABEL + index * column, y, column, row));
    }
  });
  const more = view.show.shape.width - count;
  const height = head + list.length * row + (more > 0 ? 20 : 2);
  if (more > 0) parts.push(text(LABEL, height - 4, `and ${more} more dimensions`, "mute small"));
  return drawing(width, height, `The residual stream at step ${view.step + 1}`, parts);
}

function greatest(view: View, list: readonly Row[], index: number): number {
  const all = view.explanation.steps.flatMap((_, step) => list.map((row) => Math.abs(row.site({ ...view, step })[index] ?? 0)));
  return Math.max(...all) || 1;
}

function number(key: string, label: string, value: Num, before: Num, most: number, x: number, y: number, width: number, height: number): Scene {
  const room = width - 12;
  const length = (Math.abs(value ?? 0) / most) * room;
  const changed = before !== null && before !== value;
  return cell(
    key,
    label,
    rect(x, y + 1, width - 2, height - 2, "hit"),
    rect(x + 4, y + height - 13, length, 5, `${(value ?? 0) < 0 ? "minus" : "plus"}${changed || before === null ? "" : " bar"}`, 2),
    el("text", { x: x + 4, y: y + 25, class: changed ? "digit strong" : before === null ? "digit" : "digit mute", "font-size": 14 }, short(value)),
  );
}

/** A name in at most two lines that fit a column. */
function wrapped(name: string, column: number): [string, string | null] {
  const most = Math.max(6, Math.floor((column - 6) / 6.4));
  if (name.length <= most) return [name, null];
  const at = name.lastIndexOf(" ", most);
  return at > 0 ? [name.slice(0, at), name.slice(at + 1)] : [name, null];
}
