import { describe, expect, it } from "vitest";
import type { AskedPlace } from "../../../../../extension/chat/attachments/asked-place.ts";
import type { PromptMessage } from "../../../../../extension/chat/attachments/prompt-parts.ts";
import { TokenCounts } from "../../../../../extension/chat/attachments/token-counts.ts";
import { placeToAsk } from "../../../../support/asked-place.ts";

const { signal } = new AbortController();
const writing = { signal, isSent: false };
const hello: PromptMessage[] = [{ role: "user", content: "hello" }];

const counting = (answer: () => Promise<number>) => {
  const asked: { model: string; messages: readonly PromptMessage[] }[] = [];
  const counts = new TokenCounts({
    ask: async ({ model }: AskedPlace, messages) => {
      asked.push({ model, messages });
      return await answer();
    },
  });
  return { counts, asked };
};

describe("counting a prompt", () => {
  it("asks the model's tokenizer once for the same messages, and again for another model", async () => {
    const { counts, asked } = counting(async () => 7);
    const exact = { tokens: 7, isExact: true };
    expect(await counts.count(placeToAsk({}), hello, writing)).toEqual(exact);
    expect(await counts.count(placeToAsk({}), structuredClone(hello), writing)).toEqual(exact);
    expect(await counts.count(placeToAsk({ model: "other" }), hello, writing)).toEqual(exact);
    expect(asked.map(({ model }) => model)).toEqual(["m", "other"]);
  });

  it("estimates, and tells nobody, while the words are written to a model elsewhere or not in memory", async () => {
    const { counts, asked } = counting(async () => 7);
    const elsewhere = placeToAsk({ countsHere: false });
    const { tokens, isExact } = await counts.count(elsewhere, hello, writing);
    expect(isExact).toBe(false);
    expect(tokens).toBeGreaterThanOrEqual(2);
    expect(asked).toEqual([]);
    expect(await counts.count(elsewhere, hello, { signal, isSent: true })).toEqual({ tokens: 7, isExact: true });
  });

  it("estimates, also of a question that is sent, where the node chooses the model", async () => {
    const { counts, asked } = counting(async () => 7);
    const any = placeToAsk({ model: "auto", isAnyModel: true, countsHere: false });
    expect((await counts.count(any, hello, { signal, isSent: true })).isExact).toBe(false);
    expect(asked).toEqual([]);
  });

  it("estimates where the place cannot count, never fails, and asks again the next time", async () => {
    let canCount = false;
    const { counts } = counting(async () => {
      if (!canCount) throw new Error("no such call");
      return 7;
    });
    expect((await counts.count(placeToAsk({}), hello, writing)).isExact).toBe(false);
    canCount = true;
    expect((await counts.count(placeToAsk({}), hello, writing)).isExact).toBe(true);
  });

  it("estimates other alphabets by their bytes: too low a guess would be refused later", async () => {
    const { counts } = counting(() => Promise.reject(new Error("no")));
    const of = async (content: string) =>
      (await counts.count(placeToAsk({}), [{ role: "user", content }], writing)).tokens;
    expect(await of("模型模型模型")).toBeGreaterThan(await of("abcdef"));
  });

  it("counts a picture's words exactly and the picture roughly, and says so", async () => {
    const { counts, asked } = counting(async () => 7);
    const url = "data:image/png;base64,AAAA";
    const content = [
      { type: "image_url" as const, image_url: { url } },
      { type: "text" as const, text: "What?" },
    ];
    const { tokens, isExact } = await counts.count(placeToAsk({}), [{ role: "user", content }], writing);
    expect(tokens).toBeGreaterThan(100);
    expect(isExact).toBe(false);
    expect(asked[0]?.messages).toEqual([{ role: "user", content: "What?" }]);
  });

  it("ends with its signal", async () => {
    const abort = new AbortController();
    const { counts } = counting(async () => {
      abort.abort(new Error("newer"));
      throw new Error("cancelled");
    });
    await expect(counts.count(placeToAsk({}), hello, { signal: abort.signal, isSent: false })).rejects.toThrow("newer");
  });
});
