import { describe, expect, it } from "vitest";
import { TokenCounter } from "../../../../extension/native/token-counter.ts";
import { offeredModel } from "../../../support/offered-model.ts";

const { signal } = new AbortController();
const model = offeredModel({ isOwn: true });

describe("counting tokens for the editor", () => {
  it("asks the model's own tokenizer once for each text", async () => {
    const asked: string[] = [];
    const counter = new TokenCounter({
      countExactly: async (name, text) => {
        asked.push(`${name} ${text}`);
        return 7;
      },
    });
    expect([await counter.count(model, "a text", signal), await counter.count(model, "a text", signal)]).toEqual([
      7, 7,
    ]);
    expect(await counter.count(offeredModel({ model: "other" }), "a text", signal)).toBe(7);
    expect(asked).toEqual(["m a text", "other a text"]);
  });

  it("estimates where nobody can be asked, and asks again once somebody can", async () => {
    let isLoaded = false;
    const counter = new TokenCounter({ countExactly: () => (isLoaded ? Promise.resolve(2) : undefined) });
    expect(await counter.count(model, "nine byte", signal)).toBe(3);
    isLoaded = true;
    expect(await counter.count(model, "nine byte", signal)).toBe(2);
  });

  it("estimates by bytes, so that other alphabets do not seem short, and never fails", async () => {
    const counter = new TokenCounter({ countExactly: () => Promise.reject(new Error("gone")) });
    expect(await counter.count(model, "模型", signal)).toBe(2);
    expect(await counter.count(model, "", signal)).toBe(0);
  });
});
