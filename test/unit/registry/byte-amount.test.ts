import { describe, expect, it } from "vitest";
import { byteAmountSchema, bytesOf } from "../../../sidecar/registry/byte-amount.ts";

describe("an amount of memory", () => {
  it.each([
    ["12GB", { bytes: 12e9 }],
    ["12 GiB", { bytes: 12 * 2 ** 30 }],
    ["1.5 GB", { bytes: 1.5e9 }],
    [8_000_000_000, { bytes: 8e9 }],
    ["75%", { share: 0.75 }],
    [0.5, { share: 0.5 }],
    [1, { share: 1 }],
  ])("is understood as a person writes it: %s", (text, amount) => {
    expect(byteAmountSchema.parse(text)).toEqual(amount);
  });

  it.each([["12"], ["12 gigs"], ["0%"], ["101%"], [0], [-1], [2], [1e5], ["10 B"], [Number.POSITIVE_INFINITY], [""]])(
    "is refused where nobody can have meant it: %s",
    (text) => {
      const parsed = byteAmountSchema.safeParse(text);
      expect(parsed.success).toBe(false);
    },
  );

  it("of a share is a share of the whole, and otherwise itself", () => {
    expect([bytesOf({ share: 0.25 }, 1000), bytesOf({ bytes: 7 }, 1000)]).toEqual([250, 7]);
  });
});
