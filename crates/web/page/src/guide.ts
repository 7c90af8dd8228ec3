// The guided tour's card.

import { byId, type Page } from "./page";
import { el, mount } from "./scene";
import { STOPS } from "./tour";

export function guide(page: Page): void {
  const card = byId("tour");
  const start = byId("tour-start");
  let at: number | null = null;

  const unmark = () => document.querySelectorAll(".toured").forEach((element) => element.classList.remove("toured"));
  const end = () => {
    at = null;
    card.hidden = true;
    unmark();
    start.focus({ preventScroll: true });
  };
  const stop = async (index: number) => {
    at = index;
    const { title, text, target, models, a, b, step } = STOPS[index]!;
    const last = index === STOPS.length - 1;
    await page.open({ models, a, b, step: step - 1 }).catch(() => undefined);
    if (at !== index) return;
    card.replaceChildren(
      ...[
        el("h2", { id: "tour-title", tabindex: "-1" }, title),
        el("p", {}, text),
        el("div", { class: "row" },
          el("span", { class: "mute" }, `${index + 1} of ${STOPS.length}`),
          el("button", { type: "button", "data-tour": "end" }, last ? "Close" : "Leave"),
          index > 0 && el("button", { type: "button", "data-tour": "back" }, "Back"),
          !last && el("button", { type: "button", "data-tour": "next" }, "Next")),
      ].map((scene) => mount(scene)),
    );
    card.classList.toggle("aside", target === "stage");
    card.hidden = false;
    unmark();
    const element = byId(target);
    element.classList.add("toured");
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    element.scrollIntoView({ block: "start", behavior: calm ? "instant" : "smooth" });
    byId("tour-title").focus({ preventScroll: true });
  };
  start.addEventListener("click", () => void stop(0));
  card.addEventListener("click", (event) => {
    const what = (event.target as Element).closest("[data-tour]")?.getAttribute("data-tour");
    if (what === "end") end();
    if (what === "back" && at !== null) void stop(at - 1);
    if (what === "next" && at !== null) void stop(at + 1);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && at !== null) end();
  });
}
