// The server's API: requests, errors, and answers that tell of their progress.

import type { Explanation, Listed, Problem, Proof, Show } from "./shapes";

/** A stored number with another value. */
export interface Override {
  tensor: string;
  element: number;
  value: number;
}

/** Which model is meant: one of the zoo or a text, with some of its numbers replaced. */
export interface Asked {
  name?: string;
  toml?: string;
  overrides?: Override[];
}

/** An answer that is an error; `text` is the whole report on a model file. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly text: string | null,
  ) {
    super(message);
  }
}

async function answered(response: Response): Promise<Response> {
  if (response.ok) return response;
  const body = (await response.json().catch(() => null)) as { error?: Problem } | null;
  const error = body?.error;
  throw new ApiError(error?.code ?? "unknown", error?.message ?? `the server answered ${response.status}`, error?.text ?? null);
}

async function post(path: string, body: object, accept: string, signal?: AbortSignal): Promise<Response> {
  const headers = { "content-type": "application/json", accept };
  const request: RequestInit = { method: "POST", headers, body: JSON.stringify(body) };
  if (signal) request.signal = signal;
  return answered(await fetch(`api/v1/${path}`, request));
}

async function json<T>(path: string, body: object, signal?: AbortSignal): Promise<T> {
  return (await (await post(path, body, "application/json", signal)).json()) as T;
}

export async function list(): Promise<Listed[]> {
  return (await (await answered(await fetch("api/v1/list"))).json()).models as Listed[];
}

export function show(asked: Asked, signal?: AbortSignal): Promise<Show> {
  return json("show", { model: asked, weights: true }, signal);
}

export function explain(asked: Asked, a: string, b: string, signal?: AbortSignal): Promise<Explanation> {
  return json("explain", { model: asked, a, b }, signal);
}

export interface Checked {
  passed: number;
  total: number;
  accuracy: number;
  qualified: boolean;
  seconds: number;
}

export function prove(asked: Asked, progress: (share: number) => void, signal: AbortSignal): Promise<Proof> {
  return streamed("prove", { model: asked }, progress, signal);
}

export function check(asked: Asked, progress: (share: number) => void, signal: AbortSignal): Promise<Checked> {
  return streamed("check", { model: asked }, progress, signal);
}

/** Asks for server-sent events: `progress` with a share, then `result` or `error`. Closing the request cancels the work. */
async function streamed<T>(path: string, body: object, progress: (share: number) => void, signal: AbortSignal): Promise<T> {
  const response = await post(path, body, "text/event-stream", signal);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ""; ; ) {
    const { value, done } = await reader.read();
    if (done) throw new ApiError("closed", "the server closed the stream", null);
    text += value;
    const events = text.split("\n\n");
    text = events.pop()!;
    for (const { name, data } of events.map(parseEvent)) {
      if (name === "progress") progress((JSON.parse(data) as { share: number }).share);
      if (name === "result") return JSON.parse(data) as T;
      if (name === "error") {
        const { error } = JSON.parse(data) as { error: Problem };
        throw new ApiError(error.code, error.message, error.text ?? null);
      }
    }
  }
}

/** One event: its name and its data. */
export function parseEvent(text: string): { name: string; data: string } {
  const field = (key: string) =>
    text
      .split("\n")
      .filter((line) => line.startsWith(`${key}:`))
      .map((line) => line.slice(key.length + 1).replace(/^ /, ""))
      .join("\n");
  return { name: field("event") || "message", data: field("data") };
}
