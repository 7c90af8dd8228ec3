// The MLP: ramps that two ReLU units make together, or the curve of each unit, with the operating point on it.

import { el, type Scene } from "../scene";
import { fixed, percent, short } from "../numbers";
import { openness, ramps, reads, type Ramp } from "../ramps";
import { dimensionNames } from "../names";
import { stepOf, type View } from "../view";
import { cell, circle, drawing, line, polyline, rect, scale, text } from "./plane";

/** The most units that are drawn one by one. */
const MOST = 12;
const HEIGHT = 170;

/** Draws what the MLP of a layer does at the step in view. */
export function drawHinges(view: View, layer: number, width: number): Scene | null {
  const mlp = view.show.network.layers[layer]!.mlp;
  if (!mlp) return null;
  const found = ramps(view.show).filter((ramp) => ramp.layer === layer);
  const paired = new Set(found.flatMap(({ units }) => units));
  const units = stepOf(view).layers[layer]!.hidden.map((_, unit) => unit).filter((unit) => !paired.has(unit)).slice(0, MOST);
  const each = found.length + units.length;
  const columns = Math.max(1, Math.min(each, found.length > 0 ? 2 : 4, Math.floor(width / 190)));
  const column = width / columns;
  const place = (at: number): [number, number] => [(at % columns) * column, Math.floor(at / columns) * (HEIGHT + 16)];
  const parts = [
    ...found.map((ramp, at) => el("g", { transform: move(place(at)) }, ...rampPlot(view, ramp, column - 14))),
    ...units.map((unit, at) => el("g", { transform: move(place(found.length + at)) }, ...unitPlot(view, layer, unit, column - 14))),
  ];
  const height = Math.ceil(each / columns) * (HEIGHT + 16);
  return drawing(width, height, `The MLP of layer ${layer} at step ${view.step + 1}`, parts);
}

function move([x, y]: [number, number]): string {
  return `translate(${Math.round(x)} ${Math.round(y)})`;
}

/** What a ramp reads, in words. */
export function rampReads(view: View, ramp: Ramp): string {
  const names = dimensionNames(view);
  const terms = ramp.row
    .map((weight, index) => ({ weight: weight * names[index]!.factor, base: names[index]!.base }))
    .filter(({ weight }) => weight !== 0)
    .sort((x, y) => y.weight - x.weight);
  const text = terms.map(({ weight, base }) => {
    const size = Math.abs(weight) === 1 ? base : `${short(Math.abs(weight))} · ${base}`;
    return weight < 0 ? `− ${size}` : `+ ${size}`;
  });
  return text.join(" ").replace(/^\+ /, "").replace(/^− /, "−");
}

function rampPlot(view: View, ramp: Ramp, width: number): Scene[] {
  const wide = ramp.to - ramp.from;
  const [low, high] = [ramp.from - 2.5 * wide, ramp.to + 2.5 * wide];
  const x = scale(low, high, 8, width - 8);
  const [top, bottom] = ramp.effect > 0 ? [62, HEIGHT - 34] : [HEIGHT - 34, 62];
  const y = scale(0, 1, bottom, top);
  const read = reads(view, ramp);
  const open = openness(view, ramp);
  const between = open > 0.02 && open < 0.98;
  const pinned = (value: number) => Math.min(high, Math.max(low, value));
  const height = (value: number) => y(Math.min(1, Math.max(0, (value - ramp.from) / wide)));
  const ghosts = view.explanation.steps.flatMap((_, step) => {
    const value = reads(view, ramp, step);
    return step === view.step ? [] : [circle(x(pinned(value)), height(value), 3.5, "ghost")];
  });
  const [cx, cy] = [x(pinned(read)), height(read)];
  const beyond = read > high ? " →" : read < low ? "← " : "";
  const name = ramp.role ?? `units ${ramp.units.join(" and ")}`;
  const written = short(open * ramp.effect);
  return [
    text(0, 14, `${name} hinge`, "strong"),
    text(0, 31, `adds ${between ? fixed(open * ramp.effect, 2) : written}${between ? `, ${percent(open)} open` : open > 0.5 ? ", open" : ", shut"}`, between ? "small wrong-ink" : "small mute"),
    rect(x(ramp.from), 46, x(ramp.to) - x(ramp.from), HEIGHT - 72, "sunk"),
    line(8, y(0), width - 8, y(0), "axis"),
    el("path", { class: "curve", d: polyline([[8, y(0)], [x(ramp.from), y(0)], [x(ramp.to), y(1)], [width - 8, y(1)]]) }),
    text(x(ramp.from) - 3, HEIGHT - 12, short(ramp.from), "small mute end"),
    text(x(ramp.to) + 3, HEIGHT - 12, short(ramp.to), "small mute"),
    el("text", { x: ramp.effect > 0 ? width - 8 : 8, y: y(ramp.effect > 0 ? 1 : 0) - 7, class: ramp.effect > 0 ? "small mute end" : "small mute" }, short(ramp.effect > 0 ? ramp.effect : 0)),
    ...ghosts,
    cell(
      `pre.${ramp.layer}.0.${ramp.units[0]}`,
      `${name} hinge reads ${short(read)}, opens from ${short(ramp.from)} to ${short(ramp.to)}, adds ${written}`,
      rect(cx - 18, 46, 36, HEIGHT - 72, "hit", 4),
      line(cx, cy, cx, HEIGHT - 26, "thin dash"),
      circle(cx, cy, 6.5, between ? "here bad" : "here"),
      label(cx, cy, width, read > high ? short(read) + beyond : beyond + short(read), y(1) < y(0) ? open < 0.5 : open >= 0.5),
    ),
  ];
}

function label(cx: number, cy: number, width: number, value: string, above: boolean): Scene {
  const anchor = cx > width - 60 ? "end" : cx < 60 ? "" : "middle";
  return el("text", { x: anchor === "end" ? cx + 4 : anchor === "" ? cx - 4 : cx, y: above ? cy - 12 : cy + 22, class: `digit strong halo ${anchor}` }, value);
}

const ACTIVATIONS: Record<string, (x: number) => number> = {
  relu: (x) => Math.max(0, x),
  silu: (x) => x / (1 + Math.exp(-x)),
  gelu: (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))),
};

function unitPlot(view: View, layer: number, unit: number, width: number): Scene[] {
  const mlp = view.show.network.layers[layer]!.mlp!;
  const bend = ACTIVATIONS[mlp.activation === "gelu-tanh" ? "gelu" : mlp.activation]!;
  const at = (step: number) => view.explanation.steps[step]!.layers[layer]!.pre_activation[unit] ?? 0;
  const all = view.explanation.steps.map((_, step) => at(step));
  const most = Math.max(...all.map(Math.abs), 1e-9) * 1.15;
  const x = scale(-most, most, 8, width - 8);
  const y = scale(Math.min(0, bend(-most)), bend(most), HEIGHT - 30, 62);
  const curve = Array.from({ length: 61 }, (_, i) => -most + (2 * most * i) / 60).map((value) => [x(value), y(bend(value))] as const);
  const trace = stepOf(view).layers[layer]!;
  const now = at(view.step);
  return [
    text(0, 14, `unit ${unit}`, "strong"),
    text(0, 31, `${mlp.gate ? `${mlp.activation} gate, times up: ` : ""}${short(trace.hidden[unit]!)}`, "small mute"),
    line(8, y(0), width - 8, y(0), "axis"),
    line(x(0), 50, x(0), HEIGHT - 26, "axis"),
    el("path", { class: "curve", d: polyline(curve) }),
    ...all.flatMap((value, step) => (step === view.step ? [] : [circle(x(value), y(bend(value)), 3.5, "ghost")])),
    cell(
      `hidden.${layer}.0.${unit}`,
      `unit ${unit}: ${short(now)} becomes ${short(trace.hidden[unit]!)}`,
      rect(x(now) - 18, 46, 36, HEIGHT - 72, "hit", 4),
      circle(x(now), y(bend(now)), 6.5, "here"),
      label(x(now), y(bend(now)), width, short(now), now >= 0 && x(now) < width - 70),
    ),
  ];
}
