// The shapes that the server answers with; crates/wire says what each field means.

/** A number as JSON carries it: what is not finite arrives as null. */
export type Num = number | null;
export type Matrix = number[][];

export interface Listed {
  name: string;
  title: string;
  authors: string[];
  source: string | null;
  category: string;
  dtype: string;
  claimed: number | null;
  verdict: "proved" | "refuted" | "undecided";
  layer: string | null;
}

export interface Linear {
  factors: Matrix[];
  bias: number[] | null;
}

export interface Norm {
  kind: "rms" | "layer";
  weight: number[] | null;
  bias: number[] | null;
  eps: number;
}

export interface Attention {
  heads: number;
  kv_heads: number;
  head_width: number;
  value_width: number;
  scale: number;
  query_norm: Norm | null;
  key_norm: Norm | null;
  rope: { table: Matrix; pairs: string } | null;
  bias: Matrix[] | null;
  one_more: boolean;
  query: Linear;
  key: Linear;
  value: Linear;
  output: Linear;
}

export interface Mlp {
  up: Linear;
  gate: Linear | null;
  activation: "relu" | "silu" | "gelu" | "gelu-tanh";
  down: Linear;
}

export interface NetworkLayer {
  attention_norm: Norm | null;
  attention: Attention;
  mlp_norm: Norm | null;
  mlp: Mlp | null;
  gain: number | null;
}

/** Two ReLU units with the same weights and opposite effects: flat, a slope, flat again. */
export interface Ramp {
  layer: number;
  /** The unit that opens first, and the one that ends the slope. */
  units: [number, number];
  /** The weights of both. */
  row: number[];
  /** Where the slope begins and ends, in what the weights read. */
  from: number;
  to: number;
  /** The dimension that it writes most to, and how much when it is fully open. */
  dimension: number;
  effect: number;
  /** What it decides, if its effect tells. */
  role: "carry" | "wrap" | null;
}

export interface Network {
  embedding: Matrix;
  position: Matrix | null;
  layers: NetworkLayer[];
  norm: Norm | null;
  head: Linear;
  /** Who writes each dimension of the residual stream; heads as layer and head. */
  writers: { token: boolean; position: boolean; heads: [number, number][]; mlps: number[] }[];
  ramps: Ramp[];
}

export type PromptToken =
  | { kind: "fixed"; text: string }
  | { kind: "digit"; operand: "a" | "b"; place: number }
  | { kind: "pair"; place: number };

export interface Param {
  name: string;
  shape: number[];
  values: number[];
}

export interface Show {
  name: string;
  title: string;
  authors: string[];
  source: string | null;
  note: string | null;
  category: string;
  dtype: string;
  claimed: number | null;
  shape: {
    vocabulary: number;
    width: number;
    block_size: number;
    layers: number;
    heads: number;
    kv_heads: number;
    head_width: number;
    value_width: number;
    hidden: number;
    prompt_tokens: number;
    answer_tokens: number;
  };
  prompt: PromptToken[];
  answer: { digits: number; least_first: boolean; end: number | null; digit_tokens: number[] };
  params: Param[];
  network: Network;
}

export interface LayerTrace {
  query: Num[];
  heads: { scores: Num[]; weights: Num[] }[];
  mixed: Num[];
  attended: Num[];
  read_by_mlp: Num[];
  pre_activation: Num[];
  hidden: Num[];
  transformed: Num[];
}

export interface Step {
  position: number;
  embedded: Num[];
  layers: LayerTrace[];
  read_by_head: Num[];
  logits: Num[];
  chosen: number;
  runner_up: number;
  margin: Num;
}

export interface Explanation {
  model: string;
  prompt: string[];
  prompt_tokens: number[];
  tokens: number[];
  expected_tokens: number[];
  steps: Step[];
  memories: { keys: Num[][]; values: Num[][] }[];
}

export interface Proof {
  model: string;
  verdict: "proved" | "refuted" | "undecided" | "statistical" | "unsupported";
  layer: string | null;
  counterexample: { a: number; b: number; expected: number; got: number | null; step: number } | null;
  states: number;
  min_margin: number | null;
  seconds: number;
  why?: string;
  statistics?: { n: number; failures: number; confidence: number; hi: number };
}

export interface Count {
  counts: { stored: number; board: number; literals: number; strict: number; description: number };
}

export interface Problem {
  code: string;
  message: string;
  text?: string;
}
