import type { TestNode } from "./test-node.ts";

/**
 * The body of a chat request with one question; `extra` adds or replaces fields. At temperature 0 the random models go
 * round in circles: their answers are the same each time, and never end before the limit.
 */
export function chatBody(model: string, extra: Record<string, unknown> = {}): string {
  return JSON.stringify({
    model,
    messages: [{ role: "user", content: "hello" }],
    max_tokens: 8,
    temperature: 0,
    ...extra,
  });
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly json: any;
}

/** Sends a request to a node's gateway with its key, unless the options say otherwise. */
export async function call(node: TestNode, path: string, options: RequestInit = {}): Promise<Answer> {
  const { gateway } = await node.status();
  const headers = { authorization: `Bearer ${node.key}`, "content-type": "application/json", ...options.headers };
  const response = await fetch(`${gateway.url}${path}`, { ...options, headers });
  const text = await response.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: response.status, headers: response.headers, text, json };
}

export const post = (node: TestNode, body: string, options: RequestInit = {}): Promise<Answer> =>
  call(node, "/v1/chat/completions", { method: "POST", body, ...options });

/** The `data` of every event of a finished stream. */
export function eventsOf(text: string): string[] {
  return text
    .split("\n\n")
    .filter((event) => event.startsWith("data: "))
    .map((event) => event.slice("data: ".length));
}
