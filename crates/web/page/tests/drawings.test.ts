import { describe, expect, test } from "vitest";
import { drawAttention, leastWidth } from "../src/draw/attention";
import { drawHinges } from "../src/draw/hinges";
import { drawLogits } from "../src/draw/logits";
import { drawSources } from "../src/draw/sources";
import { drawStream } from "../src/draw/stream";
import { drawSum } from "../src/draw/sum";
import { smooth } from "../src/draw/plane";
import { cellOf, formula } from "../src/formula";
import { ramps } from "../src/ramps";
import { el, markup, type Scene } from "../src/scene";
import { story } from "../src/story";
import { models, view } from "./models";

/** Every element of a scene. */
function all(scene: Scene): Scene[] {
  return [scene, ...scene.children.flatMap((child) => (typeof child === "string" ? [] : all(child)))];
}

describe.each(models().map(({ name }) => name))("%s", (name) => {
  test("is drawn and told at every step, with a formula for every number", () => {
    const first = view(name, "9999999999", "1");
    first.explanation.steps.forEach((_, step) => {
      const seen = { ...first, step };
      const layers = seen.show.network.layers.map((_, layer) => layer);
      const drawings = [
        drawSum(seen, 520),
        drawStream(seen, 700),
        drawLogits(seen, 700),
        ...layers.map((layer) => drawAttention(seen, layer, Math.max(700, leastWidth(seen)))),
        ...layers.flatMap((layer) => drawHinges(seen, layer, 700) ?? []),
        ...ramps(seen.show).flatMap((ramp) => drawSources(seen, ramp, 500) ?? []),
      ];
      for (const drawing of drawings) {
        const text = markup(drawing);
        expect(text).not.toMatch(/NaN|undefined|Infinity/);
        for (const { attributes } of all(drawing)) {
          const key = attributes["data-cell"];
          if (key === undefined || key.startsWith("digit")) continue;
          expect(attributes["aria-label"]).toBeTruthy();
          const found = formula(seen, cellOf(key)!);
          expect(found, key).not.toBeNull();
          expect(JSON.stringify(found)).not.toMatch(/NaN|undefined|null/);
        }
      }
      for (const { text } of story(seen)) expect(text).not.toMatch(/NaN|undefined|null/);
    });
  });
});

test("formulas are written out from the weights", () => {
  const seen = view("gist-58", "9999999999", "0", 3);
  const lines = (key: string) => {
    const { lines, result } = formula(seen, cellOf(key)!)!;
    return [...lines, result];
  };
  expect(lines("attended.0.0.1")).toEqual(["0.5406 + 2·4.5", "head 1 read 4.5, 0", "9.541"]);
  expect(lines("pre.0.0.2")).toEqual(["(−10)·9 + 10·9.541 + 1000·9.004 + (−9005)", "4.801"]);
  expect(lines("hidden.0.0.3")).toEqual(["max(0, −5.199)".replace("−5.199", formulaValue(seen)), "0"]);
  expect(lines("logit.0.0.5")[0]).toBe("10·4.244 + (−25)");
  expect(formula(seen, cellOf("weight.0.0.7")!)!.result).toBe("50.02 %");
});

function formulaValue(seen: ReturnType<typeof view>): string {
  return formula(seen, cellOf("pre.0.0.3")!)!.result;
}

test("cells that are none have no formula", () => {
  expect(cellOf("nosuch.0.0.1")).toBeNull();
  expect(cellOf("pre.0")).toBeNull();
});

test("scenes are markup, and what is text stays text", () => {
  const scene = el("p", { class: "x", hidden: true, id: undefined, title: "\"" }, "1 < 2 & ", el("b", {}, 3), null, false);
  expect(markup(scene)).toBe('<p class="x" hidden="" title="&quot;">1 &lt; 2 &amp; <b>3</b></p>');
});

test("a smooth line goes through its points", () => {
  expect(smooth([[0, 0], [10, 5], [20, 0]])).toMatch(/^M0 0C.* 10 5C.* 20 0$/);
});
