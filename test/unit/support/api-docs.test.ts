import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { apiCalls } from "../../support/api-docs/api-calls.ts";
import { withReference } from "../../support/api-docs/api-reference.ts";
import { fieldRows } from "../../support/api-docs/field-rows.ts";
import { GatewayUnderTest } from "../../support/gateway-under-test.ts";

describe("docs/API.md", () => {
  it("says what the contract says: `npm run docs:api` writes it", () => {
    const text = readFileSync("docs/API.md", "utf8");
    expect(withReference(text)).toBe(text);
  });

  it("cannot lose a part", () => {
    const text = readFileSync("docs/API.md", "utf8");
    expect(() => withReference(text.replace("<!-- generated: errors -->", ""))).toThrow("'errors'");
  });
});

describe("the calls that docs/API.md lists", () => {
  let gateway: GatewayUnderTest;
  beforeAll(async () => {
    gateway = await GatewayUnderTest.start(() => undefined);
  });
  afterAll(() => gateway.dispose());

  it.each(apiCalls)("are there: $method $path", async ({ method, path }) => {
    // A body that no call takes: the answer shows that the path is known, and no backend is asked.
    const body = method === "POST" ? "[" : "";
    const asked = path.replace("{name}", "m");
    const answer = await gateway.send(
      `${method} ${asked} HTTP/1.1\r\n${gateway.headers}Connection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 /);
    expect(answer).not.toMatch(/No route for|is not allowed here/);
  });
});

describe("the fields of a schema", () => {
  const rowsOf = (schema: z.ZodType) => fieldRows(schema).map(({ path, type, note }) => [path, type, note].join(": "));

  it("are told with their limits, and what is required", () => {
    const schema = z.object({ a: z.string().min(1).max(9), b: z.number().int().min(1).nullish().describe("counts") });
    expect(fieldRows(schema)).toEqual([
      { path: "a", isRequired: true, type: "text, 1 to 9 characters", note: "" },
      { path: "b", isRequired: false, type: "whole number, at least 1", note: "counts" },
    ]);
  });

  it("are told within lists and alternatives, by what tells these apart", () => {
    const part = z.discriminatedUnion("type", [
      z.object({ type: z.literal("text"), text: z.string() }),
      z.object({ type: z.literal("image"), url: z.url().nullable() }),
    ]);
    expect(rowsOf(z.object({ parts: z.union([z.string(), z.array(part).max(3)]) }))).toEqual([
      "parts: text or list, at most 3 of: object: ",
      "parts[] (text).text: text: ",
      "parts[] (image).url: text, or null: ",
    ]);
  });

  it("say what the schema says to whoever sends something else", () => {
    const schema = z.object({
      store: z.literal(false, "nothing is kept").nullish(),
      speed: z.literal("slow").optional(),
    });
    expect(rowsOf(schema)).toEqual(["store: `false`: nothing is kept", 'speed: `"slow"`: ']);
  });
});
