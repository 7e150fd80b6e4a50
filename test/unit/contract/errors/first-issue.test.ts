import { expect, it } from "vitest";
import * as z from "zod";
import { firstIssue } from "../../../../contract/errors/first-issue.ts";
import { chatRequestSchema } from "../../../../contract/openai/chat.ts";

/** What is said about a value that a schema refuses. */
function issueOf(schema: z.ZodType, value: unknown): { field: string; problem: string } {
  const parsed = schema.safeParse(value);
  if (parsed.success) throw new Error("the schema took it");
  return firstIssue(parsed.error);
}

const chat = { model: "m", messages: [{ role: "user", content: "Hello" }] };

it.each([
  ["a field of the top level", { ...chat, temperature: 3 }, "temperature"],
  ["an element of a list", { ...chat, messages: ["Hello"] }, "messages[0]"],
  ["a field of an element", { ...chat, messages: [chat.messages[0], { role: "nobody" }] }, "messages[1].role"],
  ["a field of a field", { ...chat, stream_options: { include_usage: "yes" } }, "stream_options.include_usage"],
  ["a missing field", { model: "m" }, "messages"],
  ["the whole body", "Hello", "body"],
])("names %s", (_name, value, field) => {
  expect(issueOf(chatRequestSchema, value).field).toBe(field);
});

it("names an index at the beginning of the path", () => {
  expect(issueOf(z.array(z.object({ a: z.number() })), [{ a: 1 }, { a: "x" }]).field).toBe("[1].a");
});

it("says what is wrong in words that continue a sentence", () => {
  expect(issueOf(chatRequestSchema, { ...chat, model: 1 }).problem).toMatch(/^[a-z].*expected string/);
});

it("tells the first problem of several", () => {
  expect(issueOf(chatRequestSchema, { messages: [], temperature: 9 }).field).toBe("model");
});

it("has words too for an error that names no problem", () => {
  expect(firstIssue(new z.ZodError([]))).toEqual({ field: "body", problem: "not valid" });
});
