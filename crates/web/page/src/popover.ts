// The formula beside the number that is pointed at or focused, and moving among numbers with the arrow keys.

import { cellOf, formula } from "./formula";
import { byId, type Page } from "./page";
import { el, mount } from "./scene";
import { viewOf } from "./state";

export function popover(page: Page): void {
  const box = byId("formula");
  let shown: Element | null = null;

  const hide = () => {
    shown?.classList.remove("shown");
    shown?.removeAttribute("aria-describedby");
    shown = null;
    box.hidden = true;
  };
  const reveal = (target: Element | null) => {
    if (target === shown) return;
    hide();
    const side = page.state.sides[Number(target?.closest("[data-side]")?.getAttribute("data-side") ?? 0)];
    const cell = cellOf(target?.getAttribute("data-cell") ?? "");
    const found = side && cell && formula(viewOf(page.state, side), cell);
    if (!target || !found) return;
    shown = target;
    target.classList.add("shown");
    target.setAttribute("aria-describedby", "formula");
    box.replaceChildren(
      ...[
        el("h3", {}, found.title),
        el("p", { class: "mute" }, found.symbols),
        ...found.lines.map((line) => el("p", { class: "numbers" }, line)),
        el("p", { class: "result" }, `= ${found.result}`),
      ].map((scene) => mount(scene)),
    );
    box.hidden = false;
    stand(box, target.getBoundingClientRect());
  };

  const cellAt = (event: Event) => (event.target as Element).closest?.(".cell") ?? null;
  document.addEventListener("pointerover", (event) => {
    const at = cellAt(event);
    if (at) reveal(at);
    else if (shown && shown !== document.activeElement) hide();
  });
  document.addEventListener("focusin", (event) => reveal(cellAt(event)));
  document.addEventListener("pointerdown", (event) => {
    if (!cellAt(event)) hide();
  });
  document.addEventListener("scroll", () => shown && stand(box, shown.getBoundingClientRect()), { passive: true, capture: true });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
    const focused = document.activeElement;
    const key = focused?.getAttribute("data-cell");
    if (!focused || !key) return;
    if (event.key === "Enter" || event.key === " ") {
      focused.dispatchEvent(new MouseEvent("click", { bubbles: true }));
      event.preventDefault();
    }
    const next = event.key.startsWith("Arrow") ? neighbour(focused, event.key) : null;
    if (next) {
      event.preventDefault();
      event.stopImmediatePropagation();
      next.focus();
    } else if (event.key.startsWith("Arrow")) {
      // At an edge nothing moves: a step there would surprise.
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  });

  page.drawn.push(() => {
    // One stop of the tab key for each drawing; the arrow keys do the rest.
    for (const drawing of document.querySelectorAll(".drawing")) {
      const cells = drawing.querySelectorAll("[data-cell]");
      const current = drawing.querySelector("[aria-current]") ?? cells[0];
      if (![...cells].includes(document.activeElement as Element)) current?.setAttribute("tabindex", "0");
      else document.activeElement?.setAttribute("tabindex", "0");
    }
    const held = document.activeElement;
    const again = held?.classList.contains("cell") ? held : null;
    shown = null;
    if (again) reveal(again);
    else hide();
  });
}

/** Puts the box above or below a place, inside of the window. */
function stand(box: HTMLElement, at: DOMRect): void {
  const { width, height } = box.getBoundingClientRect();
  const left = Math.min(Math.max(12, at.left + at.width / 2 - width / 2), innerWidth - width - 12);
  const above = at.top - height - 10;
  box.style.left = `${Math.max(12, left)}px`;
  box.style.top = `${above > 8 ? above : Math.min(at.bottom + 10, innerHeight - height - 8)}px`;
}

/** The nearest cell of the same drawing in the direction of an arrow key. */
function neighbour(from: Element, key: string): SVGElement | null {
  const middle = (element: Element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return [left + width / 2, top + height / 2] as const;
  };
  const [x, y] = middle(from);
  const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key] as [number, number];
  let best: SVGElement | null = null;
  let least = Infinity;
  for (const other of from.closest(".drawing")?.querySelectorAll<SVGElement>("[data-cell]") ?? []) {
    const [ox, oy] = middle(other);
    const [along, across] = [(ox - x) * dx + (oy - y) * dy, Math.abs((ox - x) * dy + (oy - y) * dx)];
    if (other === from || along < 2 || across > along * 2) continue;
    const distance = along + 3 * across;
    if (distance < least) [best, least] = [other, distance];
  }
  from.setAttribute("tabindex", "-1");
  (best ?? from).setAttribute("tabindex", "0");
  return best;
}
