// What a hinge reads, added up source by source: the token, the position, each head, against the hinge's threshold.

import { el, type Scene } from "../scene";
import { fixed, short } from "../numbers";
import { reads, type Ramp } from "../ramps";
import { sources } from "../sources";
import type { View } from "../view";
import { drawing, line, rect, scale, text } from "./plane";

const ROW = 24;
const LABEL = 78;

/**
 * Draws the sum that a ramp reads, near the ramp alone: sources that are far larger than the ramp leave the picture at
 * one side and come back at the other, so only the last steps towards the threshold are to scale.
 */
export function drawSources(view: View, ramp: Ramp, width: number): Scene | null {
  const parts = sources(view, ramp.layer, ramp.row);
  if (!parts) return null;
  const wide = ramp.to - ramp.from;
  const size = (value: number) => Math.abs(value);
  // The great ones first: they cancel, and what is left decides.
  const sorted = [...parts].sort((x, y) => size(y.value) - size(x.value));
  const [low, high] = [ramp.from - 2.5 * wide, ramp.to + 2.5 * wide];
  const x = scale(low, high, LABEL, width - 76);
  const clamp = (value: number) => Math.min(width - 76, Math.max(LABEL, x(value)));
  let sum = 0;
  const bars = sorted.map(({ name, value }, at) => {
    const from = sum;
    sum += value;
    const [left, right] = [clamp(Math.min(from, sum)), clamp(Math.max(from, sum))];
    const y = 22 + at * ROW;
    return el("g", {},
      text(0, y + 13, name, "small"),
      rect(left, y + 3, Math.max(2, right - left), ROW - 8, value < 0 ? "minus" : "plus", 2),
      text(width, y + 13, (value < 0 ? "" : "+") + precise(value), "digit small end"));
  });
  const bottom = 22 + sorted.length * ROW;
  const read = reads(view, ramp);
  return drawing(width, bottom + 26, `What the ${ramp.role ?? ""} hinge reads, by source`,
    rect(x(ramp.from), 14, x(ramp.to) - x(ramp.from), bottom - 10, "sunk"),
    text((x(ramp.from) + x(ramp.to)) / 2, 10, "opens", "small mute middle"),
    bars,
    line(LABEL, bottom + 2, width, bottom + 2, "axis"),
    text(0, bottom + 19, "together", "small strong"),
    line(clamp(read), 14, clamp(read), bottom + 8, "rule"),
    text(width, bottom + 19, precise(read), "digit strong end"));
}

/** Two decimals, or more digits of what is smaller. */
function precise(value: number): string {
  return Math.abs(value) < 0.005 ? short(value) : fixed(value, Math.abs(value) < 1e5 ? 2 : 0);
}
