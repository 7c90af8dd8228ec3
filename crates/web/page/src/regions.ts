// The parts of the page, each made from the state alone.

import { drawAttention, leastWidth as attentionWidth } from "./draw/attention";
import { drawHinges, rampReads } from "./draw/hinges";
import { drawLogits } from "./draw/logits";
import { drawSources } from "./draw/sources";
import { drawStream, leastWidth as streamWidth } from "./draw/stream";
import { caption, drawSum, verdict } from "./draw/sum";
import { fault, type Fault } from "./fault";
import { fixed, percent, short } from "./numbers";
import { ramps } from "./ramps";
import { el, type Scene } from "./scene";
import { viewOf, type Side, type State, type Verdict } from "./state";
import { headline, story } from "./story";
import { place, placeName, tokenText, type View } from "./view";

/** A drawing with its model's name where there are two, and a way to scroll where it is wider than its place. */
function figure(state: State, index: number, drawing: Scene, note: string | null = null): Scene {
  const name = state.sides.length > 1 ? state.sides[index]!.label : null;
  const caption = [name, note].filter((part): part is string => part !== null).join(": ");
  return el("figure", { class: "figure", "data-side": index }, caption ? el("figcaption", {}, caption) : null, el("div", { class: "scroll" }, drawing));
}

function each(state: State, draw: (view: View, index: number) => Scene[]): Scene[] {
  return state.sides.flatMap((side, index) => draw(viewOf(state, side), index));
}

/** The same with the drawings of each model in a block of their own. */
function blocks(state: State, draw: (view: View, index: number) => Scene[]): Scene[] {
  return state.sides.map((side, index) => el("div", { class: "block" }, draw(viewOf(state, side), index)));
}

export function sums(state: State, width: number): Scene[] {
  return each(state, (view, index) => {
    const side = state.sides[index]!;
    const { text, right } = verdict(view);
    const note = caption(view);
    return [
      el("figure", { class: "sum", "data-side": index },
        el("figcaption", {}, el("strong", {}, side.label), el("span", { class: right ? "ok" : "no" }, text)),
        drawSum(view, width),
        note ? el("p", { class: "hint" }, note) : null),
    ];
  });
}

export function attention(state: State, width: number): Scene[] {
  return each(state, (view, index) =>
    view.show.network.layers.map((_, layer) => {
      const note = view.show.shape.layers > 1 ? `layer ${layer}` : null;
      return figure(state, index, drawAttention(view, layer, Math.max(width, attentionWidth(view))), note);
    }),
  );
}

export function stream(state: State, width: number): Scene[] {
  return each(state, (view, index) => [figure(state, index, drawStream(view, Math.max(width, streamWidth(view))))]);
}

export function hinges(state: State, width: number): Scene[] {
  return blocks(state, (view, index) => [
    ...view.show.network.layers.flatMap((_, layer) => {
      const drawing = drawHinges(view, layer, Math.max(300, width));
      const note = view.show.shape.layers > 1 ? `layer ${layer}` : null;
      return drawing ? [figure(state, index, drawing, note)] : [];
    }),
    el("div", { class: "sources" }, ramps(view.show).flatMap((ramp) => {
      const drawing = drawSources(view, ramp, width < 640 ? Math.max(300, width) : (width - 24) / 2);
      const note = `the ${ramp.role ?? "unit"} hinge reads ${rampReads(view, ramp)}`;
      return drawing ? [figure(state, index, drawing, note)] : [];
    })),
  ]);
}

/** What the hinges' panel says of its models. */
export function hingesNote(state: State): string {
  const some = state.sides.some((side) => ramps(side.show).length > 0);
  return some
    ? "Two units make a ramp: it adds nothing before it, all of it behind it. The point is this step, pale points are the others."
    : "Each unit bends what it reads. The point is this step, pale points are the others.";
}

export function logits(state: State, width: number): Scene[] {
  return each(state, (view, index) => [figure(state, index, drawLogits(view, Math.max(300, width)))]);
}

export function told(state: State): Scene[] {
  const wrong = state.sides.flatMap((side, index) => {
    const found = fault(viewOf(state, side));
    return found ? [faulty(state, side, index, found)] : [];
  });
  const stories = each(state, (view, index) => {
    const sentences = story(view).map(({ text, wrong: bad }) => el("p", { class: bad ? "no" : undefined }, text));
    const name = state.sides.length > 1 ? el("p", {}, el("strong", {}, state.sides[index]!.label)) : null;
    return [el("div", { class: "telling" }, name, sentences)];
  });
  return [el("h2", {}, headline(viewOf(state, state.sides[0]!))), ...wrong, ...stories];
}

/** Where a model first goes wrong, and why. */
function faulty(state: State, side: Side, index: number, { step, got, expected, hinge }: Fault): Scene {
  const at = place(side.show, step);
  const where = at === null ? "the end" : `the ${placeName(at)}`;
  const other = state.sides[1 - index];
  const others = other && other.explanation.tokens[step] === expected ? `, as ${other.label} does` : "";
  const lines = [
    `${side.label} first goes wrong at step ${step + 1}, ${where}: it writes ${tokenText(side.show, got)} and should write ${tokenText(side.show, expected)}${others}.`,
  ];
  if (hinge) {
    const { ramp, open, should, reads, residue, without } = hinge;
    lines.push(`Its ${ramp.role} hinge opens from ${short(ramp.from)} to ${short(ramp.to)} and reads ${fixed(reads, 1)}: ${percent(open)} open where it should be ${should ? "open" : "shut"}.`);
    if (residue !== 0 && Math.abs(without - Number(should)) < 0.02) {
      lines.push(`The position has left ${fixed(residue, 1)} of that in the sum that the hinge reads. Without this residue it would be ${should ? "open" : "shut"}.`);
    }
  }
  const go = state.step === step ? null : el("button", { type: "button", "data-step": step }, `Go to step ${step + 1}`);
  return el("div", { class: "where", "data-fault": step }, lines.map((line) => el("p", {}, line)), go);
}

export function verdicts(state: State): Scene[] {
  return state.sides.map((side, index) => {
    const name = state.sides.length > 1 || side.overrides.length > 0 ? `${side.label}${side.overrides.length > 0 ? ", changed" : ""}: ` : "";
    return el("div", { class: "verdict", "data-side": index }, ...verdictParts(side.verdict, name));
  });
}

function verdictParts(verdict: Verdict, name: string): Scene[] {
  if (verdict.kind === "running") {
    const share = Math.floor(verdict.share * 100);
    return [
      el("span", {}, `${name}${verdict.what} …`),
      el("progress", { max: 100, value: share, "aria-label": verdict.what }),
      el("button", { type: "button", "data-do": "cancel" }, "Cancel"),
    ];
  }
  const right = verdict.kind === "failed" ? null : verdict.right;
  const classes = right === null ? "mute" : right ? "ok" : "no";
  const pair = verdict.kind === "found" && verdict.pair ? verdict.pair : null;
  return [
    el("span", { class: classes }, name + verdict.text),
    ...(pair ? [el("button", { type: "button", "data-pair": `${pair.a} ${pair.b}` }, "Show that pair")] : []),
    el("button", { type: "button", "data-do": "prove" }, "Prove all pairs"),
    el("button", { type: "button", "data-do": "check" }, "Check 10,010"),
  ];
}

export function params(state: State): Scene[] {
  return state.sides.flatMap((side, index) => {
    const rows = side.show.params.flatMap(({ name, values }) => {
      const shown = values.slice(0, 64);
      const buttons = shown.map((value, element) => {
        const moved = side.overrides.some((o) => o.tensor === name && o.element === element);
        const chosen = state.slider?.side === index && state.slider.tensor === name && state.slider.element === element;
        return el("button", {
          type: "button", class: moved ? "moved" : undefined, "aria-pressed": chosen ? "true" : "false",
          "data-param": `${index} ${element} ${name}`, "aria-label": `${name}, number ${element}: ${short(value)}`,
        }, short(value));
      });
      const more = values.length - shown.length;
      return [el("div", {}, el("dt", {}, name), el("dd", {}, buttons, more > 0 ? el("span", { class: "mute" }, `and ${more} more`) : null))];
    });
    const heading = state.sides.length > 1 ? el("p", {}, el("strong", {}, side.label)) : null;
    return [el("div", { "data-side": index }, heading, el("dl", {}, rows))];
  });
}

export function about(state: State): Scene[] {
  return state.sides.flatMap(({ show }) => {
    const { shape } = show;
    const sizes = `${show.category}, ${show.dtype}: ${shape.layers} layer${shape.layers === 1 ? "" : "s"}, width ${shape.width}, ${shape.heads} head${shape.heads === 1 ? "" : "s"}, ${shape.hidden} hidden units, vocabulary ${shape.vocabulary}.`;
    const source = show.source && /^https?:\/\//.test(show.source) ? el("a", { href: show.source, rel: "noreferrer" }, show.source) : show.source;
    return [
      el("p", {}, el("strong", {}, show.name), show.title ? `: ${show.title}` : ""),
      el("p", { class: "mute" }, sizes, show.authors.length > 0 ? ` By ${show.authors.join(", ")}. ` : " ", source),
      ...(show.note ?? "").trim().split(/\n\s*\n/).filter(Boolean).map((paragraph) => el("p", {}, paragraph.replace(/\s*\n\s*/g, " "))),
    ].filter((part): part is Scene => part !== null);
  });
}
