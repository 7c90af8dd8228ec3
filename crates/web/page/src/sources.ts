// What a hinge reads, taken apart by who wrote it: the token, the position, each head, each MLP before it.

import { dot, matrix } from "./numbers";
import type { Num } from "./shapes";
import { stepOf, tokenAt, type View } from "./view";

export interface Source {
  name: string;
  value: number;
}

/**
 * The parts of `row · (what the MLP of a layer reads)`.
 *
 * None where a LayerNorm or a gain mixes the parts. With an RMSNorm each part is divided as the whole is.
 */
export function sources(view: View, layer: number, row: readonly number[]): Source[] | null {
  const { network } = view.show;
  const step = stepOf(view);
  const trace = step.layers[layer]!;
  if (network.layers.slice(0, layer + 1).some(({ gain, mlp_norm }, at) => gain !== null || (at === layer && mlp_norm?.kind === "layer"))) {
    return null;
  }
  const share = row.map((weight, d) => (weight === 0 ? 0 : weight * normed(trace.read_by_mlp[d], trace.attended[d])));
  const parts: Source[] = [{ name: "token", value: dot(share, network.embedding[tokenAt(view, step.position)]!) }];
  if (network.position) parts.push({ name: "position", value: dot(share, network.position[step.position]!) });
  for (let at = 0; at <= layer; at++) {
    const { attention, mlp } = network.layers[at]!;
    const output = matrix(attention.output);
    const prefix = layer > 0 ? `layer ${at} ` : "";
    for (let head = 0; head < attention.heads; head++) {
      const from = head * attention.value_width;
      const mixed = step.layers[at]!.mixed.slice(from, from + attention.value_width);
      const written = output.map((weights) => dot(weights.slice(from, from + attention.value_width), mixed));
      parts.push({ name: `${prefix}head ${head}`, value: dot(share, written) });
    }
    if (attention.output.bias) parts.push({ name: `${prefix}output bias`, value: dot(share, attention.output.bias) });
    if (at < layer && mlp) {
      const written = matrix(mlp.down).map((weights) => dot(weights, step.layers[at]!.hidden));
      parts.push({ name: `${prefix}MLP`, value: dot(share, written) + (mlp.down.bias ? dot(share, mlp.down.bias) : 0) });
    }
  }
  // The sine of half a turn is not quite 0 in a machine number.
  return parts.filter(({ value }) => Math.abs(value) > 1e-9);
}

/** What a norm makes of one unit of a component. */
function normed(after: Num | undefined, before: Num | undefined): number {
  return before ? (after ?? NaN) / before : 1;
}
