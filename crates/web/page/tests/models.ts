// Views of real models: the page's answers come from the same binary that `cargo xtask page` has built.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Explanation, Listed, Show } from "../src/shapes";
import type { View } from "../src/view";

const BINARY = process.env["NANOADDER"] ?? fileURLToPath(new URL("../../../../target/debug/nanoadder", import.meta.url));

function json(...args: string[]): unknown {
  const { stdout, error } = spawnSync(BINARY, [...args, "--format", "json"], { encoding: "utf8", maxBuffer: 1 << 26 });
  if (error) throw new Error(`${BINARY}: ${error.message}; \`cargo xtask page\` builds it`);
  return JSON.parse(stdout);
}

export function models(): Listed[] {
  return (json("list") as { models: Listed[] }).models;
}

export function view(model: string, a: string, b: string, step = 1): View {
  const show = json("show", model, "--weights") as Show;
  const explanation = json("explain", model, a, b) as Explanation;
  return { show, explanation, step: step - 1 };
}
