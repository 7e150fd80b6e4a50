import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UsageTail } from "../../../sidecar/router/usage-tail.ts";

const usage = '"usage":{"prompt_tokens":12,"completion_tokens":8,"prompt_tokens_details":{"cached_tokens":4}}';
const read = (...pieces: string[]) => {
  const tail = new UsageTail();
  for (const piece of pieces) tail.push(Buffer.from(piece));
  return tail.read();
};

describe("the counts at the end of an answer", () => {
  const counts = { promptTokens: 12, cachedTokens: 4, completionTokens: 8 };
  it("are read from a whole answer", () => {
    expect(read(`{"choices":[{}],${usage}}`)).toEqual(counts);
  });
  it("are read from the last event of a stream", () => {
    expect(read("data: {}\n\n", `data: {"choices":[],${usage}}\n\n`, "data: [DONE]\n\n")).toEqual(counts);
  });
  it("are read when the event came in two pieces", () => {
    const text = `data: {"choices":[],${usage}}\n\ndata: [DONE]\n\n`;
    expect(read("x".repeat(9000), text.slice(0, 40), text.slice(40))).toEqual(counts);
  });
  it("are read behind a long answer in one piece", () => {
    expect(read(`{"choices":[{"text":"${"x".repeat(100_000)}"}],${usage}}`)).toEqual(counts);
  });
  it("say that nobody tells what was cached", () => {
    expect(read('{"usage":{"prompt_tokens":3,"completion_tokens":1}}')?.cachedTokens).toBeNull();
  });
  it.each([
    ["an answer without them", '{"choices":[]}'],
    ["usage that is null", '{"usage":null}'],
    ["a count that nobody can have", '{"usage":{"prompt_tokens":99999999999999}}'],
    ["a negative count", '{"usage":{"prompt_tokens":-4}}'],
    ["nothing at all", ""],
  ])("are null for %s", (_what, text) => {
    expect(read(text)).toBeNull();
  });
});

it("finds them in short pieces and in long ones alike, wherever they stand and whatever looks like them", () => {
  const fragments = ['"', "usage", '"usage', 'usage"', '""usage', usage, '"usage":{"prompt_tokens":7}', "e", "x"];
  const text = fc.array(fc.constantFrom(...fragments), { maxLength: 8 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, (short) => {
      expect(read(short)).toEqual(read("x".repeat(5000) + short));
    }),
    { numRuns: 1000 },
  );
});
