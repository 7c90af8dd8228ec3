// A server of its own, a browser, and pages that keep a record of what went wrong in them.

import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium, type Browser, type Page } from "playwright-core";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const BINARY = process.env["NANOADDER"] ?? here("../../../../target/debug/nanoadder");
const SHOTS = here("../screenshots/");
const BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export interface Ground {
  address: string;
  browser: Browser;
  stop(): Promise<void>;
}

/** Starts the server on a free port, and the browser. */
export async function start(): Promise<Ground> {
  const server = spawn(BINARY, ["serve", "--port", "0", "--quiet"], { stdio: ["ignore", "pipe", "inherit"] });
  const address = await firstLine(server);
  const executablePath = process.env["CHROMIUM"] ?? BROWSERS.find(existsSync) ?? chromium.executablePath();
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--font-render-hinting=none"] });
  mkdirSync(SHOTS, { recursive: true });
  const stop = async () => {
    await browser.close();
    const ended = new Promise<number | null>((resolve) => server.once("exit", resolve));
    server.kill("SIGINT");
    const code = await ended;
    if (code !== 130) throw new Error(`the server ended with ${code}`);
  };
  return { address, browser, stop };
}

function firstLine(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    server.once("error", reject);
    server.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
    server.stdout!.on("data", (data: Buffer) => {
      text += data.toString();
      if (text.includes("\n")) resolve(text.split("\n")[0]!);
    });
  });
}

export interface Options {
  width?: number;
  height?: number;
  theme?: "light" | "dark";
  calm?: boolean;
  hash?: string;
}

/** What a page said on its console, what it could not load, and what it asked other hosts for. */
export type Troubles = string[];

/** Opens the page and waits until it shows a model. */
export async function open(ground: Ground, { width = 1360, height = 900, theme = "light", calm = true, hash = "" }: Options = {}): Promise<{ page: Page; troubles: Troubles }> {
  const context = await ground.browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion: calm ? "reduce" : "no-preference",
    hasTouch: width < 600,
  });
  const page = await context.newPage();
  const troubles: Troubles = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) troubles.push(message.text());
  });
  page.on("pageerror", (error) => troubles.push(String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith(ground.address)) troubles.push(`asks for ${request.url()}`);
  });
  await page.goto(ground.address + hash);
  await page.waitForSelector("#sums svg");
  await page.waitForFunction(() => document.querySelectorAll("#model-0 option").length > 5);
  return { page, troubles };
}

/** Keeps a picture of the page for review. */
export async function shot(page: Page, name: string, fullPage = true): Promise<void> {
  await page.screenshot({ path: `${SHOTS}${name}.png`, fullPage });
}
