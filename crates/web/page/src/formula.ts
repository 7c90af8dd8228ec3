// Any number on the page, written out from the weights and the numbers before it.

import { matrix, short } from "./numbers";
import type { Attention, Linear, Norm, Num } from "./shapes";
import { dimensionNames } from "./names";
import { nameAt, stepOf, textAt, tokenAt, tokenText, type View } from "./view";

/** A number that the page shows: where it stands. */
export interface Cell {
  site: "embedded" | "score" | "weight" | "attended" | "pre" | "hidden" | "transformed" | "logit";
  layer: number;
  head: number;
  index: number;
}

export interface Formula {
  title: string;
  /** What it is, in symbols. */
  symbols: string;
  /** The same with its numbers, line by line. */
  lines: string[];
  /** What it comes to. */
  result: string;
}

export function cellKey({ site, layer, head, index }: Cell): string {
  return [site, layer, head, index].join(".");
}

const SITES: readonly string[] = ["embedded", "score", "weight", "attended", "pre", "hidden", "transformed", "logit"];

export function cellOf(key: string): Cell | null {
  const [site, ...rest] = key.split(".");
  const [layer, head, index] = rest.map(Number);
  if (!site || !SITES.includes(site) || layer === undefined || head === undefined || index === undefined) return null;
  return { site: site as Cell["site"], layer, head, index };
}

/** How a number of the step in view comes about. */
export function formula(view: View, cell: Cell): Formula | null {
  const step = stepOf(view);
  const trace = step.layers[cell.layer];
  if (!trace) return null;
  switch (cell.site) {
    case "embedded": return embedded(view, cell);
    case "score": return score(view, cell);
    case "weight": return weight(view, cell);
    case "attended": return attended(view, cell);
    case "pre": return pre(view, cell);
    case "hidden": return hidden(view, cell);
    case "transformed": return transformed(view, cell);
    case "logit": return logit(view, cell);
  }
}

/** The most products of a sum that are written out. */
const MOST = 8;

/** `w·x + w·x + …`, without what is zero. */
function products(weights: readonly Num[], values: readonly Num[]): string {
  const terms = weights
    .map((weight, index) => ({ weight, value: values[index] ?? null }))
    .filter(({ weight, value }) => weight !== 0 && value !== 0);
  if (terms.length === 0) return "0";
  const shown = terms.slice(0, MOST).map(({ weight, value }) => product(weight, value));
  const more = terms.length - shown.length;
  return shown.join(" + ") + (more > 0 ? ` + … (${more} more)` : "");
}

function product(weight: Num, value: Num): string {
  if (weight === 1) return bracketed(value);
  return `${bracketed(weight)}·${bracketed(value)}`;
}

function bracketed(value: Num): string {
  const text = short(value);
  return text.startsWith("−") ? `(${text})` : text;
}

function plusBias(text: string, map: Linear, index: number): string {
  const bias = map.bias?.[index];
  return bias === undefined ? text : `${text} + ${bracketed(bias)}`;
}

function dimension(view: View, index: number): string {
  const name = dimensionNames(view)[index]!;
  return `dimension ${index}, ${name.name}`;
}

function embedded(view: View, { index }: Cell): Formula {
  const step = stepOf(view);
  const { embedding, position } = view.show.network;
  const token = tokenAt(view, step.position);
  const parts = [short(embedding[token]![index]!)];
  if (position) parts.push(bracketed(position[step.position]![index]!));
  return {
    title: `Embedded: ${dimension(view, index)}`,
    symbols: position ? `embedding[${textAt(view, step.position)}] + position[${step.position}]` : `embedding[${textAt(view, step.position)}]`,
    lines: [parts.join(" + ")],
    result: short(step.embedded[index]!),
  };
}

/** The key or the query of one head. */
function slice(values: readonly Num[], head: number, width: number): Num[] {
  return values.slice(head * width, (head + 1) * width);
}

function group({ heads, kv_heads }: Attention, head: number): number {
  return Math.floor(head / (heads / kv_heads));
}

function score(view: View, { layer, head, index }: Cell): Formula {
  const step = stepOf(view);
  const { attention } = view.show.network.layers[layer]!;
  const width = attention.head_width;
  const query = slice(step.layers[layer]!.query, head, width);
  const key = slice(view.explanation.memories[layer]!.keys[index]!, group(attention, head), width);
  const bias = attention.bias?.[head]?.[step.position]?.[index];
  const scaled = attention.scale === 1 ? `(${products(query, key)})` : `(${products(query, key)})·${short(attention.scale)}`;
  return {
    title: `Score of ${nameAt(view, index)} for head ${head}`,
    symbols: `query · key${attention.scale === 1 ? "" : " · scale"}${bias === undefined ? "" : " + bias"}`,
    lines: [bias === undefined ? scaled : `${scaled} + ${bracketed(bias)}`],
    result: short(step.layers[layer]!.heads[head]!.scores[index]!),
  };
}

function weight(view: View, { layer, head, index }: Cell): Formula {
  const trace = stepOf(view).layers[layer]!.heads[head]!;
  const scores = trace.scores.map((score) => score ?? -Infinity);
  const greatest = Math.max(...scores);
  const own = view.show.network.layers[layer]!.attention.one_more;
  const under = scores[index]! - greatest;
  return {
    title: `Attention of head ${head} to ${nameAt(view, index)} = ${textAt(view, index)}`,
    symbols: `exp(score − greatest) / sum of them all${own ? " and one more" : ""}`,
    lines: [
      `score ${short(scores[index]!)}, ${under === 0 ? "the greatest" : `${short(-under)} below the greatest`}`,
      `exp(${short(under)}) = ${short(Math.exp(under))}`,
    ],
    result: `${short(100 * (trace.weights[index] ?? NaN))} %`,
  };
}

function attended(view: View, { layer, index }: Cell): Formula {
  const step = stepOf(view);
  const { attention, gain } = view.show.network.layers[layer]!;
  const before = layer === 0 ? step.embedded : streamAfter(view, layer - 1);
  const row = matrix(attention.output)[index]!;
  const mixed = step.layers[layer]!.mixed;
  const { value_width: width, heads } = attention;
  const lines = [plusBias(`${bracketed(before[index]!)} + ${products(row, mixed)}`, attention.output, index)];
  for (let head = 0; head < heads; head++) {
    const used = row.slice(head * width, (head + 1) * width).some((weight) => weight !== 0);
    if (used) lines.push(`head ${head} read ${slice(mixed, head, width).map(short).join(", ")}`);
  }
  if (gain !== null) lines.push(`this layer's change is later multiplied by ${short(gain)}`);
  return {
    title: `After attention: ${dimension(view, index)}`,
    symbols: "before + output · what the heads read",
    lines,
    result: short(step.layers[layer]!.attended[index]!),
  };
}

/** The residual stream behind a layer. */
function streamAfter(view: View, layer: number): Num[] {
  const trace = stepOf(view).layers[layer]!;
  return trace.transformed.length > 0 ? trace.transformed : trace.attended;
}

function normText(norm: Norm | null): string {
  return norm ? ` of the ${norm.kind === "rms" ? "RMS-normed" : "layer-normed"} stream` : "";
}

function pre(view: View, { layer, index }: Cell): Formula {
  const { mlp, mlp_norm } = view.show.network.layers[layer]!;
  const trace = stepOf(view).layers[layer]!;
  const map = mlp!.gate ?? mlp!.up;
  return {
    title: `Unit ${index} before its activation`,
    symbols: `${mlp!.gate ? "gate" : "up"} · stream${map.bias ? " + bias" : ""}${normText(mlp_norm)}`,
    lines: [plusBias(products(matrix(map)[index]!, trace.read_by_mlp), map, index)],
    result: short(trace.pre_activation[index]!),
  };
}

function hidden(view: View, { layer, index }: Cell): Formula {
  const { mlp } = view.show.network.layers[layer]!;
  const trace = stepOf(view).layers[layer]!;
  const x = bracketed(trace.pre_activation[index]!);
  const name = mlp!.activation;
  const bent = name === "relu" ? `max(0, ${short(trace.pre_activation[index]!)})` : `${name}(${x})`;
  const up = mlp!.gate ? plusBias(products(matrix(mlp!.up)[index]!, trace.read_by_mlp), mlp!.up, index) : null;
  return {
    title: `Unit ${index} of the MLP`,
    symbols: mlp!.gate ? `${name}(gate) · up` : `${name}(x)`,
    lines: [up === null ? bent : `${bent} · (${up})`],
    result: short(trace.hidden[index]!),
  };
}

function transformed(view: View, { layer, index }: Cell): Formula {
  const { mlp, gain } = view.show.network.layers[layer]!;
  const trace = stepOf(view).layers[layer]!;
  const written = mlp ? plusBias(products(matrix(mlp.down)[index]!, trace.hidden), mlp.down, index) : "0";
  return {
    title: `After the MLP: ${dimension(view, index)}`,
    symbols: gain === null ? "before + down · units" : "the stream before the layer + its change · gain",
    lines: [`${bracketed(trace.attended[index]!)} + ${written}`, ...(gain === null ? [] : [`gain ${short(gain)}`])],
    result: short(trace.transformed[index]!),
  };
}

function logit(view: View, { index }: Cell): Formula {
  const { head, norm } = view.show.network;
  const step = stepOf(view);
  return {
    title: `Logit of ${tokenText(view.show, index)}`,
    symbols: `head · stream${head.bias ? " + bias" : ""}${normText(norm)}`,
    lines: [plusBias(products(matrix(head)[index]!, step.read_by_head), head, index)],
    result: short(step.logits[index]!),
  };
}
