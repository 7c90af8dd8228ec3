// The controls: pair, models, step, keyboard, theme.

import { byId, randomPair, type Page } from "./page";
import { digits } from "./state";

/** Milliseconds between two steps while it plays. */
const PACE = 1300;

export function pairControls(page: Page): void {
  const [a, b, error] = [byId<HTMLInputElement>("a"), byId<HTMLInputElement>("b"), byId("pair-error")];
  const most = () => Math.min(...page.state.sides.map((side) => operandDigits(side.show.prompt)));
  byId("pair").addEventListener("submit", (event) => {
    event.preventDefault();
    const [x, y] = [digits(a.value), digits(b.value)];
    const wrong = [x === null ? a : null, y === null ? b : null].find((input) => input !== null);
    const long = [x, y].some((number) => (number ?? "").length > most());
    error.hidden = !(wrong || long);
    error.textContent = wrong ? `“${wrong.value}” is not a whole number from 0 on.` : `This model adds numbers of at most ${most()} digits.`;
    if (!wrong && !long && x !== null && y !== null) void page.pair(x, y);
  });
  document.addEventListener("click", (event) => {
    const pair = (event.target as Element).closest("[data-pair]")?.getAttribute("data-pair");
    if (!pair) return;
    const [x, y] = pair === "random" ? randomPair(most()) : (pair.split(" ") as [string, string]);
    void page.pair(x, y);
  });
  page.drawn.push(() => {
    if (document.activeElement !== a) a.value = page.state.a;
    if (document.activeElement !== b) b.value = page.state.b;
    error.hidden = true;
  });
}

function operandDigits(prompt: { kind: string; operand?: string }[]): number {
  return prompt.filter((token) => token.kind === "pair" || token.operand === "a").length;
}

export function modelControls(page: Page): void {
  const selects = [byId<HTMLSelectElement>("model-0"), byId<HTMLSelectElement>("model-1")] as const;
  const compare = byId("compare");
  for (const select of selects) {
    select.addEventListener("change", () => {
      const names = page.state.sides.map((side, index) => selects[index]?.value || side.label);
      void page.models(names);
    });
  }
  compare.addEventListener("click", () => {
    const first = page.state.sides[0]!.label;
    const other = first === "gist-58" ? "nanoadder-58" : "gist-58";
    void page.models(page.state.sides.length > 1 ? [first] : [first, other]);
  });
  page.drawn.push(() => {
    const { models, sides } = page.state;
    const own = sides.filter((side) => side.asked.toml !== undefined).map((side) => side.label);
    const names = [...own, ...models.map((model) => model.name)];
    selects.forEach((select, index) => {
      if (select.options.length !== names.length) {
        const wrong = (name: string) => models.some((model) => model.name === name && model.verdict === "refuted");
        select.replaceChildren(...names.map((name) => new Option(wrong(name) ? `${name} (wrong)` : name, name)));
      }
      const label = sides[index]?.label;
      if (label !== undefined) select.value = label;
    });
    const twice = sides.length > 1;
    byId("other-label").hidden = !twice;
    compare.setAttribute("aria-pressed", String(twice));
    compare.textContent = twice ? "One model" : "Compare";
  });
}

export function stepControls(page: Page): void {
  const slider = byId<HTMLInputElement>("step");
  const [back, next, play] = [byId<HTMLButtonElement>("back"), byId<HTMLButtonElement>("next"), byId<HTMLButtonElement>("play")];
  let playing: ReturnType<typeof setInterval> | undefined;
  const last = () => Number(slider.max) - 1;
  const stop = () => {
    clearInterval(playing);
    playing = undefined;
    play.textContent = "Play";
    play.setAttribute("aria-pressed", "false");
  };
  const go = (step: number) => {
    stop();
    page.go(step);
  };
  slider.addEventListener("input", () => go(Number(slider.value) - 1));
  back.addEventListener("click", () => go(page.state.step - 1));
  next.addEventListener("click", () => go(page.state.step + 1));
  play.addEventListener("click", () => {
    if (playing !== undefined) return stop();
    if (page.state.step === last()) page.go(0);
    playing = setInterval(() => (page.state.step === last() ? stop() : page.go(page.state.step + 1)), PACE);
    play.textContent = "Pause";
    play.setAttribute("aria-pressed", "true");
  });
  document.addEventListener("click", (event) => {
    const step = (event.target as Element).closest("[data-step]")?.getAttribute("data-step");
    if (step) go(Number(step));
  });
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const step = stepOfKey(event.key, page.state.step, last());
    if (step === null) return;
    event.preventDefault();
    go(step);
  });
  page.drawn.push(() => {
    const count = Math.max(...page.state.sides.map((side) => side.explanation.steps.length));
    slider.max = String(count);
    slider.value = String(page.state.step + 1);
    slider.setAttribute("aria-valuetext", `step ${page.state.step + 1} of ${count}`);
    [back.disabled, next.disabled] = [page.state.step === 0, page.state.step === count - 1];
  });
}

/** The step that a key goes to; none if it is no key for steps. */
export function stepOfKey(key: string, step: number, last: number): number | null {
  if (key === "ArrowRight" || key === "ArrowDown") return step + 1;
  if (key === "ArrowLeft" || key === "ArrowUp") return step - 1;
  if (key === "Home") return 0;
  if (key === "End") return last;
  if (/^[1-9]$/.test(key)) return Number(key) - 1;
  return key === "0" ? 9 : null;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;
}

/** The system's theme, light, dark, in turn; kept where the browser lets it be kept. */
export function themeControl(): void {
  const button = byId("theme");
  const themes = ["system", "light", "dark"];
  const names: Record<string, string> = { system: "as the system", light: "light", dark: "dark" };
  const kept = () => {
    try {
      return localStorage.getItem("theme") ?? "system";
    } catch {
      return "system";
    }
  };
  const apply = (theme: string) => {
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    button.setAttribute("aria-label", `Theme: ${names[theme]}`);
    button.title = `Theme: ${names[theme]}`;
    button.textContent = { system: "◐", light: "☀", dark: "☾" }[theme] ?? "◐";
  };
  let theme = themes.includes(kept()) ? kept() : "system";
  apply(theme);
  button.addEventListener("click", () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length]!;
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // Without storage the theme lasts as long as the page.
    }
    apply(theme);
  });
}
