// The guided tour: what to look at, in which order, with which pair and step.

export interface Stop {
  title: string;
  text: string;
  /** The part of the page that it is about. */
  target: string;
  models: string[];
  a: string;
  b: string;
  /** From 1. */
  step: number;
}

const OURS = ["nanoadder-58"];
const BOTH = ["gist-58", "nanoadder-58"];

export const STOPS: readonly Stop[] = [
  {
    title: "A transformer that adds",
    text: "This network has 58 stored numbers and knows nothing of addition. It reads the prompt 9999999999+0000000001= token by token and writes the sum one digit at a time, the ones first. Every step below is one pass through it.",
    target: "stage", models: OURS, a: "9999999999", b: "1", step: 1,
  },
  {
    title: "Two heads find the digits",
    text: "The token that is read sends out two questions. Head 0 looks at the two digits of this place, a₁ and b₁, half each. Head 1 looks one place back. Their scores are waves with a period of eleven tokens: the distance from a digit of a to the same digit of b.",
    target: "attention", models: OURS, a: "1234", b: "5678", step: 2,
  },
  {
    title: "Four numbers carry everything",
    text: "Between the blocks there are four numbers. One holds the digit just written. Two hold the position as a sine and a cosine. Attention adds the digit sum to the last, and 1024 times the previous sum to the sine, which drowns it.",
    target: "stream", models: OURS, a: "1234", b: "5678", step: 2,
  },
  {
    title: "Carry: what is missing tells",
    text: "Nobody stores the carry. Eight and four are twelve, but the digit written was 2: ten are missing, so a carry must come in. The carry hinge reads the previous sum less the digit written: −1 or 0 without a carry, 9 or 10 with one. It opens in between and adds one.",
    target: "hinges", models: OURS, a: "1234", b: "5678", step: 2,
  },
  {
    title: "No carry",
    text: "Two places on: 2 + 6 are 8, and the digit written was 9, because a carry had come in. 8 − 9 is −1: nothing is missing, so the hinge stays shut. Move through the steps and watch the point jump over the slope. It never rests on it.",
    target: "hinges", models: OURS, a: "1234", b: "5678", step: 4,
  },
  {
    title: "Wrap: ten becomes nought",
    text: "Here nine, nought and a carry make ten. The wrap hinge reads ten times the digit sum and adds what the carry hinge sees: at least 99 from ten on, at most 90 below. It opens and takes ten away, so 0 is left.",
    target: "hinges", models: OURS, a: "9999999999", b: "1", step: 3,
  },
  {
    title: "A parabola picks the digit",
    text: "The number that is left, z, has to become a token. The logit of digit d is 2·d·z − d²: a parabola with its top at z. The nearest digit wins, and as z is a whole number it wins by a margin of one, the most there is.",
    target: "logits", models: OURS, a: "1234", b: "5678", step: 3,
  },
  {
    title: "Why the published ones were wrong",
    text: "The 58 numbers as published have the same design. But the sine of the position stays in the previous sum, and the wrap hinge reads it ten times enlarged: 5.4 at this step. Two weights that should be ½ are not quite, and it reads that a thousand times enlarged: 4.4 more. The threshold leaves 5. So the hinge is 48 % open, and 9 becomes 4.",
    target: "hinges", models: BOTH, a: "9999999999", b: "0", step: 3,
  },
  {
    title: "Now break it",
    text: "Point at any number to see its formula. Move one of the 58 with a slider: the answer, the margin and the proof follow. Or drop a model of your own. You have seen the carry, the wrap and the parabola: that is all there is.",
    target: "numbers", models: OURS, a: "9999999999", b: "1", step: 3,
  },
];
