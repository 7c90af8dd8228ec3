// A step told in words.

import { looks, offset } from "./heads";
import { fixed, percent, short, subscript } from "./numbers";
import { parabola } from "./parabola";
import { openness, ramps, shouldOpen, type Ramp } from "./ramps";
import { digitOf, nameAt, operands, place, placeName, stepOf, textAt, tokenText, type View } from "./view";

/** One sentence of a story, with the panel that shows it. */
export interface Sentence {
  about: "looks" | "stream" | "hinges" | "logits";
  text: string;
  /** Whether it tells of something that is wrong. */
  wrong?: boolean;
}

/** The headline of a step: what is read and written. */
export function headline(view: View): string {
  const at = place(view.show, view.step);
  const count = view.explanation.steps.length;
  const what = at === null ? "the end" : `the ${placeName(at)}`;
  return `Step ${view.step + 1} of ${count}: ${what}`;
}

/** What happens at the step of a view. */
export function story(view: View): Sentence[] {
  const sums = view.show.shape.layers === 1 ? sumsRead(view) : [];
  const list = sums.length > 0 ? sums : looked(view);
  list.push(...hinges(view));
  list.push(choice(view));
  return list;
}

/** Heads that read both digits of one place, where that is what they do. */
function sumsRead(view: View): Sentence[] {
  const at = place(view.show, view.step);
  const { a, b } = operands(view);
  if (at === null) return [];
  const list: Sentence[] = [];
  for (let head = 0; head < view.show.network.layers[0]!.attention.heads; head++) {
    const by = offset(view, 0, head);
    if (by === null) continue;
    const read = at + by;
    if (read < 0 || read >= a.length) {
      list.push({ about: "looks", text: `Head ${head} finds no digits ${read < 0 ? "before the ones" : "beyond the last"}: sum 0.` });
      continue;
    }
    const [x, y] = [digitOf(a, read), digitOf(b, read)];
    const what = by === 0 ? "digit sum" : by === -1 ? "previous sum" : "sum";
    list.push({
      about: "looks",
      text: `Head ${head} looks at a${subscript(read)} = ${x} and b${subscript(read)} = ${y}: ${what} ${x + y}.`,
    });
  }
  return list;
}

/** Where each head looks, for any model. */
function looked(view: View): Sentence[] {
  const list: Sentence[] = [
    { about: "looks", text: `It reads “${textAt(view, stepOf(view).position)}” at position ${stepOf(view).position}.` },
  ];
  stepOf(view).layers.forEach(({ heads }, layer) => {
    heads.forEach(({ weights }, head) => {
      const seen = looks(weights).slice(0, 3);
      if (seen.length === 0) return;
      const tokens = seen.map(({ position, weight }) => `${named(view, position)} (${percent(weight)})`);
      const who = view.show.shape.layers > 1 ? `Layer ${layer} head ${head}` : `Head ${head}`;
      list.push({ about: "looks", text: `${who} looks at ${tokens.join(", ")}.` });
    });
  });
  return list;
}

function named(view: View, position: number): string {
  const name = nameAt(view, position);
  return name.startsWith("“") ? name : `${name} = ${textAt(view, position)}`;
}

function hinges(view: View): Sentence[] {
  return ramps(view.show)
    .filter(({ role }) => role !== null)
    .map((ramp) => ({ about: "hinges" as const, ...hinge(view, ramp) }));
}

function hinge(view: View, ramp: Ramp): { text: string; wrong?: boolean } {
  const open = openness(view, ramp);
  const should = shouldOpen(view, ramp);
  const wrong = should !== null && Math.abs(open - Number(should)) > 0.05;
  const between = open > 0.02 && open < 0.98;
  if (wrong && !between) {
    return {
      text: `The ${ramp.role} hinge is ${open > 0.5 ? "open" : "shut"} (${short(open * ramp.effect)}), and should be ${should ? "open" : "shut"}.`,
      wrong,
    };
  }
  if (between) {
    const text = `The ${ramp.role} hinge is ${percent(open)} open (${fixed(open * ramp.effect, 2)}): neither yes nor no.`;
    return { text, wrong: true };
  }
  if (ramp.role === "carry") return { text: open > 0.5 ? "A carry comes in: +1." : "No carry comes in." };
  return { text: open > 0.5 ? "Ten or more, so it wraps: −10." : "Below ten, so nothing wraps." };
}

function choice(view: View): Sentence {
  const step = stepOf(view);
  const top = parabola(view.show, step.logits);
  const chosen = tokenText(view.show, step.chosen);
  const expected = view.explanation.expected_tokens[view.step]!;
  const right = step.chosen === expected;
  const nearest = top ? `What is left is ${fixed(top.top, 2)}; it` : "It";
  const text = `${nearest} writes ${chosen}, with a margin of ${short(step.margin)} over ${tokenText(view.show, step.runner_up)}.`;
  return right
    ? { about: "logits", text }
    : { about: "logits", text: `${text} Wrong: the digit is ${tokenText(view.show, expected)}.`, wrong: true };
}
