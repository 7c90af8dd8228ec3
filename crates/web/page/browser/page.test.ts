// Every control of the page in a real browser.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { open, shot, start, type Ground, type Options, type Troubles } from "./harness";

let ground: Ground;
let troubles: Troubles = [];

beforeAll(async () => {
  ground = await start();
});
afterAll(async () => ground.stop());
afterEach(async () => {
  for (const context of ground.browser.contexts()) await context.close();
  const had = troubles;
  troubles = [];
  expect(had).toEqual([]);
});

async function opened(options: Options = {}): Promise<Page> {
  const { page, troubles: list } = await open(ground, options);
  troubles = list;
  return page;
}

const headline = (page: Page) => page.textContent("#story h2");
const answer = (page: Page, side = 0) =>
  page.$$eval(`.sum[data-side="${side}"] .digit-button .strong`, (digits) => digits.map((digit) => digit.textContent).reverse().join(""));

async function toEnd(page: Page): Promise<void> {
  await page.focus("#back").catch(() => undefined);
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press("End");
}

test("steps by buttons, slider, keys and clicks on digits", async () => {
  const page = await opened();
  expect(await headline(page)).toBe("Step 1 of 11: the ones");
  expect(await page.isDisabled("#back")).toBe(true);
  await page.click("#next");
  expect(await headline(page)).toBe("Step 2 of 11: the tens");
  await page.click("#back");
  expect(await headline(page)).toContain("Step 1");
  await page.fill("#step", "5");
  expect(await headline(page)).toContain("Step 5");
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  for (const [key, step] of [["ArrowRight", 6], ["ArrowLeft", 5], ["Home", 1], ["End", 11], ["3", 3], ["0", 10]] as const) {
    await page.keyboard.press(key);
    expect(await headline(page)).toContain(`Step ${step} of`);
  }
  await page.click('[data-cell="digit.0.0.2"]');
  expect(await headline(page)).toContain("Step 3");
  expect(page.url()).toContain("step=3");
  await toEnd(page);
  expect(await answer(page)).toBe("10000000000");
});

test("plays and pauses", async () => {
  const page = await opened();
  await page.click("#play");
  await page.waitForFunction(() => document.querySelector("#story h2")!.textContent!.includes("Step 2"));
  await page.click("#play");
  expect(await page.getAttribute("#play", "aria-pressed")).toBe("false");
});

test("adds what is typed, and says what is wrong with it", async () => {
  const page = await opened();
  await page.fill("#a", "1,234");
  await page.fill("#b", "5678");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.hash.includes("a=1234"));
  await page.fill("#a", "12x");
  await page.click("#pair button");
  expect(await page.textContent("#pair-error")).toContain("not a whole number");
  await page.fill("#a", "99999999999");
  await page.click("#pair button");
  expect(await page.textContent("#pair-error")).toContain("at most 10 digits");
  for (const example of ["long carry", "nines", "mixed", "ones and eights", "random"]) {
    await page.click(`.examples >> text=${example}`);
    await page.waitForFunction(() => document.querySelector<HTMLElement>("#pair-error")!.hidden);
  }
});

test("compares two models and says where the first goes wrong", async () => {
  const page = await opened({ hash: "#model=gist-58&model=nanoadder-58&a=9999999999&b=0&step=3" });
  expect(await page.locator(".sum").count()).toBe(2);
  const where = await page.textContent(".where");
  expect(where).toContain("gist-58 first goes wrong at step 3, the hundreds: it writes 4 and should write 9, as nanoadder-58 does");
  expect(where).toContain("48 % open where it should be shut");
  expect(where).toContain("residue");
  await shot(page, "compare-light");
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press("Home");
  await page.click("text=Go to step 3");
  expect(await headline(page)).toContain("Step 3");
  await page.click("#compare");
  await page.waitForFunction(() => document.querySelectorAll(".sum").length === 1);
  await page.click("#compare");
  await page.waitForFunction(() => document.querySelectorAll(".sum").length === 2);
  await page.selectOption("#model-1", "lichengliu03-50");
  await page.waitForFunction(() => location.hash.includes("lichengliu03-50"));
});

test("a number moved by slider, keys or field moves answer and verdict, and comes back", async () => {
  const page = await opened({ hash: "#model=gist-58&a=9999999999&b=0&step=3" });
  await page.click('[aria-label="mlp.fc_bias, number 2: −9005"]');
  await page.fill("#slider-number", "-9045");
  await page.press("#slider-number", "Enter");
  await page.waitForFunction(() => document.querySelector(".sum figcaption")!.textContent!.includes("every digit is right"));
  await page.waitForFunction(() => /refuted|proved right/.test(document.querySelector("#verdicts")!.textContent!), null, { timeout: 50_000 });
  expect(await page.textContent("#verdicts")).toContain("changed");
  await shot(page, "slider");
  await page.click("#slider-reset");
  await page.waitForFunction(() => document.querySelector(".sum figcaption")!.textContent!.includes("are wrong"));
  await page.focus("#slider-range");
  await page.keyboard.press("ArrowLeft");
  await page.waitForFunction(() => document.querySelector("#params .moved") !== null);
});

test("proves and checks on demand", async () => {
  const page = await opened();
  expect(await page.textContent("#verdicts")).toContain("proved right on every pair (portable)");
  await page.click("text=Prove all pairs");
  await page.waitForFunction(() => / in [\d.]+ s, smallest margin 0.64/.test(document.querySelector("#verdicts")!.textContent!), null, { timeout: 50_000 });
  await page.click("text=Check 10,010");
  await page.waitForFunction(() => document.querySelector("#verdicts")!.textContent!.includes("10010 of 10010 right"));
  await page.selectOption("#model-0", "gist-58");
  await page.waitForFunction(() => document.querySelector("#verdicts")!.textContent!.includes("refuted"));
  await page.click("text=Prove all pairs");
  await page.click("text=Show that pair", { timeout: 50_000 });
  await page.waitForSelector(".where");
});

test("a proof under way is cancelled", async () => {
  const page = await opened({ hash: "#model=xangma-177&a=1&b=2" });
  await page.click("text=Prove all pairs");
  await page.click("text=Cancel");
  expect(await page.textContent("#verdicts")).toContain("cancelled");
});

test("numbers show their formulas to pointer and keyboard", async () => {
  const page = await opened({ hash: "#model=gist-58&a=9999999999&b=0&step=3" });
  await page.hover('[data-cell="attended.0.0.1"]');
  expect(await page.textContent("#formula")).toContain("0.5406 + 2·4.5");
  await shot(page, "formula", false);
  await page.mouse.move(5, 5);
  expect(await page.isHidden("#formula")).toBe(true);
  await page.focus('[data-cell="embedded.0.0.0"]');
  for (const [key, cell] of [["ArrowRight", "embedded.0.0.1"], ["ArrowDown", "attended.0.0.1"], ["ArrowLeft", "attended.0.0.0"]] as const) {
    await page.keyboard.press(key);
    expect(await page.evaluate(() => document.activeElement?.getAttribute("data-cell"))).toBe(cell);
  }
  expect(await page.textContent("#formula")).toContain("After attention");
  await page.keyboard.press("Escape");
  expect(await page.isHidden("#formula")).toBe(true);
  expect(await headline(page)).toContain("Step 3");
});

test("takes a model of one's own, and shows what is wrong with it", async () => {
  const page = await opened();
  const path = fileURLToPath(new URL("../../../zoo/models/zcbtrak-6.toml", import.meta.url));
  const text = readFileSync(path, "utf8");
  const give = (body: string) => page.setInputFiles("#file", { name: "mine.toml", mimeType: "text/plain", buffer: Buffer.from(body) });
  await give(text.replace("width", "wdth"));
  await page.waitForSelector("#own-error:not([hidden])");
  expect(await page.textContent("#own-error")).toContain("^^^");
  await shot(page, "own-error");
  await give(`weights = "mine.safetensors"\n${text}`);
  await page.waitForFunction(() => document.querySelector("#own-error")!.textContent!.includes("only the text"));
  troubles.splice(0, troubles.length, ...troubles.filter((line) => !line.includes("422")));
  await give(text);
  await page.waitForFunction(() => document.querySelector(".sum strong")!.textContent === "mine.toml");
  expect(await page.inputValue("#model-0")).toBe("mine.toml");
  await page.evaluate(async (body) => {
    const data = new DataTransfer();
    data.items.add(new File([body], "dropped.toml"));
    document.dispatchEvent(new DragEvent("dragenter", { dataTransfer: data }));
    document.dispatchEvent(new DragEvent("drop", { dataTransfer: data, cancelable: true }));
  }, text);
  await page.waitForFunction(() => document.querySelector(".sum strong")!.textContent === "dropped.toml");
});

test("the tour leads through carry, wrap and the parabola", async () => {
  const page = await opened();
  await page.click("#tour-start");
  const titles: string[] = [];
  for (let stop = 1; ; stop++) {
    await page.waitForFunction((n) => document.querySelector("#tour .mute")?.textContent?.startsWith(`${n} of`), stop);
    titles.push((await page.textContent("#tour-title"))!);
    expect(await page.locator(".toured").count()).toBe(1);
    await page.waitForTimeout(80);
    await shot(page, `tour-${stop}`, false);
    if (await page.locator("[data-tour=next]").count() === 0) break;
    await page.click("[data-tour=next]");
  }
  expect(titles.length).toBeGreaterThanOrEqual(8);
  expect(titles.join(" ")).toMatch(/Carry.*Wrap.*parabola/);
  await page.click("[data-tour=back]");
  await page.keyboard.press("Escape");
  expect(await page.isHidden("#tour")).toBe(true);
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("tour-start");
});

test("the theme follows the system until it is chosen", async () => {
  const page = await opened({ theme: "dark" });
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await paper();
  await page.click("#theme");
  expect(await page.getAttribute("html", "data-theme")).toBe("light");
  expect(await paper()).not.toBe(dark);
  await page.click("#theme");
  expect(await paper()).toBe(dark);
  await page.reload();
  await page.waitForSelector("#sums svg");
  expect(await page.getAttribute("html", "data-theme")).toBe("dark");
});

test("an address that names no model says so and shows the usual one", async () => {
  const page = await opened({ hash: "#model=nosuch&a=1&b=2" });
  expect(await page.textContent("#error")).toContain("no model is named `nosuch`");
  expect(await page.textContent(".sum strong")).toBe("nanoadder-58");
  troubles.length = 0;
});

test("says so when the server is gone", async () => {
  const page = await opened();
  await page.route("**/api/v1/**", (route) => route.abort());
  await page.click("text=mixed");
  await page.waitForSelector("#error:not([hidden])");
  expect(await page.textContent("#error")).toContain("does not answer");
  troubles.length = 0;
});
