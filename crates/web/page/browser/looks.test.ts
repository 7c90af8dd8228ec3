// How the page looks, how fast it is, and whether everyone can use it.

import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { open, shot, start, type Ground } from "./harness";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
let ground: Ground;

beforeAll(async () => {
  ground = await start();
});
afterAll(async () => ground.stop());
afterEach(async () => {
  for (const context of ground.browser.contexts()) await context.close();
});

const SEED = "#model=nanoadder-58&a=9999999999&b=1&step=3";
const COMPARED = "#model=gist-58&model=nanoadder-58&a=9999999999&b=0&step=3";

interface Violation {
  id: string;
  nodes: { target: unknown; failureSummary?: string }[];
}

/** What axe-core finds; its script is given to the browser beside the page's policy, not by it. */
async function violations(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  const { readFileSync } = await import("node:fs");
  await session.send("Runtime.evaluate", { expression: readFileSync(axe, "utf8") });
  const found = await page.evaluate(async () => {
    const { axe: checker } = window as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
    return (await checker.run()).violations;
  });
  return found.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} at ${String(target)}: ${failureSummary ?? ""}`));
}

describe.each(["light", "dark"] as const)("%s", (theme) => {
  test.each([
    ["wide", 1360, SEED],
    ["phone", 390, SEED],
    ["wide-compared", 1360, COMPARED],
    ["phone-compared", 390, COMPARED],
  ])("%s is readable for everyone", async (name, width, hash) => {
    const { page, troubles } = await open(ground, { theme, width, height: width < 600 ? 844 : 900, hash });
    await shot(page, `${name}-${theme}`);
    expect(await violations(page)).toEqual([]);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    expect(troubles).toEqual([]);
  });
});

test("the formula and the tour are readable too", async () => {
  const { page } = await open(ground, { theme: "dark", hash: SEED });
  await page.click("#tour-start");
  await page.waitForSelector("#tour:not([hidden])");
  await page.focus('[data-cell="logit.0.0.0"]');
  expect(await violations(page)).toEqual([]);
});

test("every model of the zoo is shown without trouble", async () => {
  const { page, troubles } = await open(ground);
  const names = await page.$$eval("#model-0 option", (options) => options.map((option) => (option as HTMLOptionElement).value));
  for (const name of names) {
    await page.selectOption("#model-0", name);
    await page.waitForFunction((wanted) => document.querySelector(".sum strong")!.textContent === wanted, name);
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press("4");
    await shot(page, `model-${name}`);
  }
  expect(troubles).toEqual([]);
});

test("the first view comes within a second, a step within 50 ms, the page in 400 kB", async () => {
  const { page } = await open(ground, { hash: SEED });
  const times: number[] = [];
  for (let round = 0; round < 3; round++) {
    const before = Date.now();
    await page.reload();
    await page.waitForSelector("#sums svg");
    times.push(Date.now() - before);
  }
  const bytes = await page.evaluate(async () => {
    const sizes = await Promise.all(["", "page.js", "page.css", "icon.svg"].map(async (path) => (await (await fetch(path)).blob()).size));
    return sizes.reduce((sum, size) => sum + size, 0);
  });
  const steps = await page.evaluate(async () => {
    const taken: number[] = [];
    const next = document.querySelector<HTMLButtonElement>("#next")!;
    const back = document.querySelector<HTMLButtonElement>("#back")!;
    for (let round = 0; round < 20; round++) {
      const start = performance.now();
      (round % 2 === 0 ? next : back).click();
      // Reading a size makes the browser lay the page out.
      document.body.getBoundingClientRect();
      taken.push(performance.now() - start);
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return taken.sort((x, y) => x - y);
  });
  const figures = { first: Math.min(...times), step: steps[10]!, slowest: steps[19]!, bytes };
  console.log(`first view ${figures.first} ms, a step ${figures.step.toFixed(1)} ms (slowest ${figures.slowest.toFixed(1)}), page ${bytes} bytes`);
  expect(figures.bytes).toBeLessThan(400_000);
  expect(figures.first).toBeLessThan(1000);
  expect(figures.step).toBeLessThan(50);
});
