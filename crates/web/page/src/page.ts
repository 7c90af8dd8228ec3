// The page's one object: it holds the state, asks the server, and draws what changed.

import * as api from "./api";
import type { Asked, Override } from "./api";
import { mount, type Scene } from "./scene";
import * as regions from "./regions";
import { askedOf, digits, found, hashOf, load, placeOf, stated, type Place, type Side, type State, type Verdict } from "./state";

/** How long after the last move of a slider the prover starts, in milliseconds. */
const PATIENCE = 350;

export function byId<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

export class Page {
  readonly state: State = { ...placeOf(""), models: [], sides: [], slider: null, error: null };
  /** What moved numbers were before, by the name of their button. */
  readonly originals = new Map<string, number>();
  /** Called after each drawing. */
  readonly drawn: (() => void)[] = [];
  private loading: AbortController | null = null;
  private judging: (AbortController | null)[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private sequence = 0;

  /** Shows what an address names, for the first time or again. */
  async open(place: Place): Promise<void> {
    const asked = place.models.map((model) => ({ label: model, asked: { name: model } as Asked, overrides: [] as Override[] }));
    await this.show(asked, place.a, place.b, place.step);
  }

  /** Asks for these models on this pair, and shows them if nothing newer was asked for. */
  async show(sides: { label: string; asked: Asked; overrides: Override[]; verdict?: Verdict }[], a: string, b: string, step: number): Promise<boolean> {
    const sequence = ++this.sequence;
    this.loading?.abort();
    const loading = (this.loading = new AbortController());
    try {
      const answers = await Promise.all(sides.map((side) => load(side.asked, side.overrides, a, b, loading.signal)));
      if (sequence !== this.sequence) return false;
      const kept = sides.map((side, index): Side => {
        const [show, explanation] = answers[index]!;
        const verdict = side.verdict ?? stated(this.state.models, side.asked.name);
        return { label: side.label, asked: side.asked, overrides: side.overrides, show, explanation, verdict };
      });
      if (kept.length !== this.state.sides.length || kept.some((side, index) => side.label !== this.state.sides[index]?.label)) {
        this.state.slider = null;
        this.judging.forEach((running) => running?.abort());
      }
      const last = Math.max(...kept.map((side) => side.explanation.steps.length)) - 1;
      Object.assign(this.state, { sides: kept, a, b, step: Math.min(step, last), error: null });
      this.draw();
      return true;
    } catch (error) {
      if (loading.signal.aborted) return false;
      this.fail(error);
      throw error;
    }
  }

  /** The models again, on another pair. */
  async pair(a: string, b: string, step = 0): Promise<void> {
    await this.show(this.state.sides, a, b, step).catch(() => undefined);
  }

  /** Other models on the same pair. */
  async models(names: string[], step = this.state.step): Promise<void> {
    const known = (name: string) => this.state.sides.find((side) => side.label === name);
    const sides = names.map((name) => known(name) ?? { label: name, asked: { name }, overrides: [] });
    await this.show(sides, this.state.a, this.state.b, step).catch(() => undefined);
  }

  /** The user's own model beside the label it goes by; errors are the caller's to show. */
  async own(label: string, toml: string): Promise<void> {
    const sides = this.state.sides.map((side, index) => (index === 0 ? { label, asked: { toml }, overrides: [] } : side));
    await this.show(sides, this.state.a, this.state.b, this.state.step);
  }

  go(step: number): void {
    const last = Math.max(...this.state.sides.map((side) => side.explanation.steps.length)) - 1;
    const next = Math.max(0, Math.min(last, step));
    if (next === this.state.step) return;
    this.state.step = next;
    this.draw();
  }

  /** Puts another value in the place of a stored number, or the file's own if `value` is null. */
  async move(index: number, tensor: string, element: number, value: number | null): Promise<void> {
    const side = this.state.sides[index];
    if (!side) return;
    const others = side.overrides.filter((o) => o.tensor !== tensor || o.element !== element);
    const overrides = value === null ? others : [...others, { tensor, element, value }];
    const verdict: Verdict | undefined = overrides.length === 0 ? undefined : { kind: "running", share: 0, what: "proving all pairs" };
    this.judging[index]?.abort();
    clearTimeout(this.timer);
    const sides = this.state.sides.map((old, at) => {
      if (at !== index) return old;
      const { label, asked } = old;
      return verdict ? { label, asked, overrides, verdict } : { label, asked, overrides };
    });
    const shown = await this.show(sides, this.state.a, this.state.b, this.state.step).catch(() => false);
    if (shown && overrides.length > 0) this.timer = setTimeout(() => void this.judge(index, "prove"), PATIENCE);
  }

  /** Runs the prover or the protocol, and shows its progress and its answer. */
  async judge(index: number, what: "prove" | "check"): Promise<void> {
    const side = this.state.sides[index];
    if (!side) return;
    this.judging[index]?.abort();
    const running = (this.judging[index] = new AbortController());
    const still = () => !running.signal.aborted && this.state.sides[index]?.label === side.label;
    const say = (verdict: Verdict) => {
      if (!still()) return;
      this.state.sides[index]!.verdict = verdict;
      this.drawVerdicts();
    };
    const name = what === "prove" ? "proving all pairs" : "checking 10,010 pairs";
    const progress = (share: number) => say({ kind: "running", share, what: name });
    progress(0);
    try {
      say(what === "prove" ? found(await api.prove(askedOf(side), progress, running.signal)) : checked(await api.check(askedOf(side), progress, running.signal)));
    } catch (error) {
      if (!running.signal.aborted) say({ kind: "failed", text: message(error) });
    }
  }

  cancel(index: number): void {
    this.judging[index]?.abort();
    clearTimeout(this.timer);
    const side = this.state.sides[index];
    if (side) side.verdict = { kind: "stated", text: "cancelled: not proved", right: null };
    this.drawVerdicts();
  }

  /** Says what went wrong, above everything, until something goes well. */
  fail(error: unknown): void {
    this.state.error = { message: message(error), text: error instanceof api.ApiError ? error.text : null };
    const place = byId("error");
    place.textContent = this.state.error.message;
    place.hidden = false;
  }

  /** Draws everything from the state. */
  draw(): void {
    const { state } = this;
    if (state.sides.length === 0) return;
    byId("error").hidden = state.error === null;
    const held = document.activeElement?.getAttribute("data-cell") ?? null;
    const heldSide = document.activeElement?.closest("[data-side]")?.getAttribute("data-side") ?? null;
    const twice = state.sides.length > 1;
    const region = (id: string) => document.querySelector<HTMLElement>(`#${id} .figures`)!;
    for (const id of ["attention", "stream", "hinges", "logits"]) region(id).classList.toggle("pair", twice);
    const width = (id: string, columns: number) => (region(id).clientWidth - 16 * (columns - 1)) / columns;
    const narrow = window.matchMedia("(max-width: 40rem)").matches;
    const columns = twice && !narrow ? 2 : 1;
    replace(byId("sums"), regions.sums(state, byId("sums").clientWidth));
    replace(byId("story"), regions.told(state));
    replace(region("attention"), regions.attention(state, width("attention", 1)));
    replace(region("stream"), regions.stream(state, width("stream", 1)));
    replace(region("hinges"), regions.hinges(state, width("hinges", columns)));
    replace(region("logits"), regions.logits(state, width("logits", columns)));
    byId("hinges-note").textContent = regions.hingesNote(state);
    byId("hinges").hidden = state.sides.every((side) => side.show.network.layers.every(({ mlp }) => mlp === null));
    replace(byId("params"), regions.params(state));
    replace(byId("note"), regions.about(state));
    this.drawVerdicts();
    if (held) focusCell(held, heldSide);
    history.replaceState(null, "", hashOf(state));
    this.drawn.forEach((then) => then());
  }

  private drawVerdicts(): void {
    replace(byId("verdicts"), regions.verdicts(this.state));
  }
}

function replace(region: Element, scenes: Scene[]): void {
  const button = region.contains(document.activeElement) ? document.activeElement : null;
  const key = button && ["data-param", "data-do", "data-step"].map((name) => [name, button.getAttribute(name)] as const).find(([, value]) => value);
  region.replaceChildren(...scenes.map((scene) => mount(scene)));
  if (key) region.querySelector<HTMLElement>(`[${key[0]}="${CSS.escape(key[1]!)}"]`)?.focus({ preventScroll: true });
}

function focusCell(key: string, side: string | null): void {
  const inside = side === null ? "" : `[data-side="${side}"] `;
  document.querySelector<SVGElement>(`${inside}[data-cell="${key}"]`)?.focus({ preventScroll: true });
}

function checked({ passed, total, accuracy, qualified, seconds }: api.Checked): Verdict {
  const share = (Math.floor(accuracy * 1e4) / 1e2).toFixed(2);
  const text = `${passed} of ${total} right (${share} %) in ${(seconds * 1e3).toFixed(1)} ms: ${qualified ? "qualified" : "not qualified"}`;
  return { kind: "found", text, right: passed === total ? null : false, pair: null };
}

function message(error: unknown): string {
  return error instanceof TypeError ? "the server does not answer: is `nanoadder serve` still running?" : error instanceof Error ? error.message : String(error);
}

/** Two random operands of a model's size. */
export function randomPair(count: number): [string, string] {
  const one = () => digits(Array.from({ length: count }, () => Math.floor(Math.random() * 10)).join("")) ?? "0";
  return [one(), one()];
}
