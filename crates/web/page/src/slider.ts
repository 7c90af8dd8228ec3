// Moving one stored number: a slider around its value, a field for any value, and a way back.

import { byId, type Page } from "./page";

/** The ends of a slider around a value, and its step: a few hundred steps, each a round number. */
export function range(value: number): { min: number; max: number; step: number } {
  const reach = Math.max(1, Math.abs(value) / 2);
  const raw = reach / 200;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((times) => times * power).find((each) => each >= raw * 0.999)!;
  const clean = (x: number) => Number((Math.round(x / step) * step).toPrecision(12));
  return { min: clean(value - reach), max: clean(value + reach), step };
}

export function sliderControl(page: Page): void {
  const box = byId("slider");
  const [ranged, number] = [byId<HTMLInputElement>("slider-range"), byId<HTMLInputElement>("slider-number")];
  /** The value in the file, for the way back. */
  let original = 0;
  /** What the number should become, null for its own value; undefined once that is asked for. */
  let wanted: number | null | undefined;

  const current = () => {
    const { slider, sides } = page.state;
    if (!slider) return null;
    const param = sides[slider.side]?.show.params.find(({ name }) => name === slider.tensor);
    const moved = sides[slider.side]?.overrides.find((o) => o.tensor === slider.tensor && o.element === slider.element);
    return { ...slider, value: param?.values[slider.element] ?? 0, moved };
  };
  const move = (value: number | null) => {
    // The latest value counts: one request for each picture at most.
    const asked = wanted !== undefined;
    wanted = value;
    if (asked) return;
    requestAnimationFrame(() => {
      const [at, last] = [current(), wanted];
      wanted = undefined;
      if (at && last !== undefined) void page.move(at.side, at.tensor, at.element, last);
    });
  };
  const to = (text: string) => {
    if (text.trim() !== "" && Number.isFinite(Number(text))) move(Number(text));
  };
  ranged.addEventListener("input", () => {
    number.value = ranged.value;
    to(ranged.value);
  });
  number.addEventListener("change", () => {
    ranged.value = number.value;
    to(number.value);
  });
  byId("slider-reset").addEventListener("click", () => {
    ranged.value = number.value = String(original);
    move(null);
  });
  document.addEventListener("click", (event) => {
    const named = (event.target as Element).closest("[data-param]")?.getAttribute("data-param");
    if (!named) return;
    const [side, element, ...name] = named.split(" ");
    page.state.slider = { side: Number(side), element: Number(element), tensor: name.join(" ") };
    const at = current()!;
    original = at.moved ? (page.originals.get(named) ?? at.value) : at.value;
    page.originals.set(named, original);
    const { min, max, step } = range(original);
    Object.assign(ranged, { min: String(min), max: String(max), step: String(step) });
    page.draw();
    ranged.value = number.value = String(Number(at.value.toPrecision(9)));
    ranged.focus({ preventScroll: true });
  });
  page.drawn.push(() => {
    const at = current();
    box.hidden = at === null;
    if (!at) return;
    const model = page.state.sides.length > 1 ? `${page.state.sides[at.side]?.label}: ` : "";
    byId("slider-name").textContent = `${model}${at.tensor}, number ${at.element} (in the file ${original})`;
  });
}
