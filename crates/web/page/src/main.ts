// The page: reads its address, asks the server, and wires the controls.

import "./look.css";
import "./page.css";
import * as api from "./api";
import { modelControls, pairControls, stepControls, themeControl } from "./controls";
import { dropControl } from "./drop";
import { guide } from "./guide";
import { byId, Page } from "./page";
import { popover } from "./popover";
import { sliderControl } from "./slider";
import { placeOf, stated } from "./state";

async function start(): Promise<void> {
  const page = new Page();
  themeControl();
  popover(page);
  pairControls(page);
  modelControls(page);
  stepControls(page);
  sliderControl(page);
  dropControl(page);
  guide(page);
  byId("verdicts").addEventListener("click", (event) => {
    const button = (event.target as Element).closest("[data-do]");
    const side = Number(button?.closest("[data-side]")?.getAttribute("data-side") ?? 0);
    const what = button?.getAttribute("data-do");
    if (what === "cancel") page.cancel(side);
    if (what === "prove" || what === "check") void page.judge(side, what);
  });
  let resizing: ReturnType<typeof setTimeout> | undefined;
  let width = window.innerWidth;
  window.addEventListener("resize", () => {
    // On phones the height changes with every scroll.
    if (window.innerWidth === width) return;
    width = window.innerWidth;
    clearTimeout(resizing);
    resizing = setTimeout(() => page.draw(), 80);
  });
  window.addEventListener("hashchange", () => void page.open(placeOf(location.hash)).catch(() => undefined));
  try {
    const opened = page.open(placeOf(location.hash)).catch(async (error: unknown) => {
      // An address may name a model that is not there: say so, and show the usual one.
      await page.open(placeOf(""));
      page.fail(error);
    });
    const [models] = await Promise.all([api.list(), opened]);
    page.state.models = models;
    for (const side of page.state.sides) side.verdict = stated(models, side.asked.name);
    page.draw();
  } catch (error) {
    page.fail(error);
  }
}

void start();
