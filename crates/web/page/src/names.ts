// Names for the dimensions of the residual stream, told from what writes them and from where heads look.

import { offset } from "./heads";
import { dot, matrix, short } from "./numbers";
import type { Matrix, Network, Show } from "./shapes";
import type { View } from "./view";

/** What writes one dimension. */
export interface Writers {
  /** The embedding, and what it holds. */
  token: "digit" | "token" | null;
  /** The position table, and what it holds. */
  position: "sine" | "cosine" | "position" | null;
  /** The heads, as layer and head. */
  heads: [number, number][];
  /** The layers whose MLP writes it. */
  mlps: number[];
}

export interface DimensionName {
  /** A few words, a factor included. */
  name: string;
  /** The words without the factor, and the factor. */
  base: string;
  factor: number;
  /** What else it holds, and who writes it. */
  note: string;
}

export function writers(show: Show, dimension: number): Writers {
  const { embedding, position, writers: all } = show.network;
  const { token, position: placed, heads, mlps } = all[dimension]!;
  return {
    token: token ? tokenColumn(show, embedding, dimension) : null,
    position: placed ? positionColumn(position!, dimension) : null,
    heads,
    mlps,
  };
}

function column(table: Matrix, index: number): number[] {
  return table.map((row) => row[index]!);
}

function tokenColumn(show: Show, embedding: Matrix, dimension: number): Writers["token"] {
  const values = column(embedding, dimension);
  const slope = slopeOfDigits(show, (token) => values[token]!);
  return slope === 1 && values[show.answer.digit_tokens[0]!] === 0 ? "digit" : "token";
}

function positionColumn(position: Matrix, dimension: number): Writers["position"] {
  const values = column(position, dimension);
  const size = Math.max(...values.map(Math.abs));
  const turns = values.some((value) => value > size / 2) && values.some((value) => value < -size / 2);
  if (!turns) return "position";
  return Math.abs(values[0]!) < 0.01 * size ? "sine" : values[0]! > 0.9 * size ? "cosine" : "position";
}

/** What each digit adds, if all digits add the same. */
function slopeOfDigits(show: Show, value: (token: number) => number): number | null {
  const values = show.answer.digit_tokens.map(value);
  const slope = values[1]! - values[0]!;
  const even = values.every((v, digit) => Math.abs(v - values[0]! - digit * slope) <= 1e-6 * Math.max(1, Math.abs(slope)));
  return even ? slope : null;
}

/** What a head that averages two digits writes for each unit of their sum, if it writes a multiple of the sum. */
function sumFactor(show: Show, network: Network, layer: number, head: number, dimension: number): number | null {
  const { attention, attention_norm } = network.layers[layer]!;
  if (layer > 0 || attention_norm) return null;
  const { heads, kv_heads, value_width: width } = attention;
  const group = Math.floor(head / (heads / kv_heads));
  const values = matrix(attention.value).slice(group * width, (group + 1) * width);
  const output = matrix(attention.output)[dimension]!.slice(head * width, (head + 1) * width);
  const written = (token: number) => dot(output, values.map((row) => dot(row, network.embedding[token]!)));
  const slope = slopeOfDigits(show, written);
  return slope === null || slope === 0 || written(show.answer.digit_tokens[0]!) !== 0 ? null : slope / 2;
}

/** The names of all dimensions. */
export function dimensionNames(view: View): DimensionName[] {
  const { show } = view;
  const offsets = show.network.layers.map(({ attention }, layer) =>
    Array.from({ length: attention.heads }, (_, head) => offset(view, layer, head)),
  );
  return Array.from({ length: show.shape.width }, (_, dimension) => {
    const by = writers(show, dimension);
    const sums = by.heads.map(([layer, head]) => {
      const at = offsets[layer]![head]!;
      const factor = at === null ? null : sumFactor(show, show.network, layer, head, dimension);
      return factor === null ? null : sumName(at!, factor);
    });
    const sum = sums.length === 1 ? sums[0] : null;
    const layered = show.shape.layers > 1;
    const headNames = by.heads.map(([layer, head]) => (layered ? `layer ${layer} head ${head}` : `head ${head}`));
    const mlpNames = by.mlps.map((layer) => (layered ? `layer ${layer} MLP` : "MLP"));
    const token = by.token === "digit" ? "digit read" : by.token;
    const all = [by.token, by.position, ...headNames, ...mlpNames].filter((name): name is string => name !== null);
    const base = sum?.base ?? token ?? by.position ?? headNames[0] ?? mlpNames[0] ?? "unused";
    const factor = sum?.factor ?? 1;
    const name = factor === 1 ? base : `${short(factor)} × ${base}`;
    return { name, base, factor, note: all.length > 0 ? `from ${all.join(", ")}` : "nothing writes it" };
  });
}

function sumName(at: number, factor: number): { base: string; factor: number } {
  const base = at === 0 ? "digit sum" : at === -1 ? "previous sum" : `sum ${at > 0 ? "+" : "−"}${Math.abs(at)}`;
  return { base, factor: Math.abs(factor - 1) < 1e-6 ? 1 : factor };
}
