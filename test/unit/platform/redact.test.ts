import { expect, it } from "vitest";
import { redact } from "../../../sidecar/platform/redact.ts";

it.each([
  ["a key of ours", "im-AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_abcde"],
  ["an OpenAI key", "sk-proj-abcdefghijklmnop1234567890"],
  ["an Anthropic key", "sk-ant-api03-abcdefghijklmnop1234567890"],
  ["a Hugging Face token", "hf_abcdefghijklmnopqrstuvwxyz"],
  ["a Groq key", "gsk_abcdefghijklmnopqrstuvwxyz"],
  ["an xAI key", "xai-abcdefghijklmnopqrstuvwxyz"],
  ["a Google key", "AIzaSyA1234567890abcdefghijklmnopqrstuv"],
  ["a bearer token", "Bearer eyJhbGciOi.eyJzdWIi.c2lnbmF0dXJl"],
  ["a bearer token in lower case", "bearer abcdefgh"],
  ["basic credentials", "Basic dXNlcjpwYXNz"],
])("replaces %s in the middle of a text", (_name, secret) => {
  expect(redact(`before "${secret}", after`)).toBe('before "[redacted]", after');
});

it("replaces user and password in an address, and keeps the host", () => {
  expect(redact("GET https://user:p4ss@example.org:8080/v1?x=1")).toBe(
    "GET https://[redacted]@example.org:8080/v1?x=1",
  );
});

it("replaces every one of several credentials, each time it is called", () => {
  const text = "sk-aaaaaaaaaaaaaaaa and hf_bbbbbbbbbbbbbbbb and sk-cccccccccccccccc";
  for (const _call of [1, 2]) expect(redact(text)).toBe("[redacted] and [redacted] and [redacted]");
});

it.each([
  "llama-3.1-8b-instruct-Q4_K_M.gguf",
  "/home/me/models/im-short.gguf",
  "http://127.0.0.1:6374/v1/chat/completions",
  "ECONNREFUSED",
  "task-force",
  "node-0123456789abcdef0123456789abcdef",
])("leaves %s alone", (text) => {
  expect(redact(text)).toBe(text);
});

it("replaces a token that stands alone before the host", () => {
  expect(redact("https://0123456789abcdef@example.org/")).not.toContain("0123456789abcdef");
});
