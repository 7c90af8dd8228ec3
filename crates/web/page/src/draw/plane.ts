// A drawing's frame, and the marks that several drawings share.

import { el, type Child, type Scene } from "../scene";

/** A drawing of a size in pixels, read out as `label`. */
export function drawing(width: number, height: number, label: string, ...children: (Child | Child[])[]): Scene {
  const size = { width, height, viewBox: `0 0 ${Math.round(width)} ${Math.round(height)}` };
  return el("svg", { class: "drawing", role: "group", "aria-label": label, ...size }, ...children);
}

/** A number, or something like it, that can be pointed at and focused; `label` is what a screen reader says. */
export function cell(key: string, label: string, ...children: (Child | Child[])[]): Scene {
  return el("g", { class: "cell", "data-cell": key, role: "img", tabindex: "-1", "aria-label": label }, ...children);
}

export function text(x: number, y: number, value: string, classes = ""): Scene {
  return el("text", { x, y, class: classes || undefined }, value);
}

export function line(x1: number, y1: number, x2: number, y2: number, classes: string): Scene {
  return el("line", { x1, y1, x2, y2, class: classes });
}

export function rect(x: number, y: number, width: number, height: number, classes: string, radius = 0): Scene {
  return el("rect", { x, y, width: Math.max(0, width), height: Math.max(0, height), rx: radius || undefined, class: classes });
}

export function circle(cx: number, cy: number, r: number, classes: string): Scene {
  return el("circle", { cx, cy, r, class: classes });
}

/** A map from numbers to pixels. */
export function scale(from: number, to: number, start: number, end: number): (value: number) => number {
  const slope = to === from ? 0 : (end - start) / (to - from);
  return (value) => start + (value - from) * slope;
}

type Point = readonly [number, number];

/** Straight lines through points. */
export function polyline(points: readonly Point[]): string {
  return points.map(([x, y], index) => `${index === 0 ? "M" : "L"}${round(x)} ${round(y)}`).join("");
}

/** A smooth line through points (Catmull-Rom). */
export function smooth(points: readonly Point[]): string {
  return points
    .map(([x, y], index) => {
      if (index === 0) return `M${round(x)} ${round(y)}`;
      const [before, from, after] = [points[Math.max(0, index - 2)]!, points[index - 1]!, points[Math.min(points.length - 1, index + 1)]!];
      const c1 = [from[0] + (x - before[0]) / 6, from[1] + (y - before[1]) / 6];
      const c2 = [x - (after[0] - from[0]) / 6, y - (after[1] - from[1]) / 6];
      return `C${[...c1, ...c2, x, y].map(round).join(" ")}`;
    })
    .join("");
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The colour of a head: there are five, and then they repeat. */
export function headColor(head: number): number {
  return head % 5;
}
