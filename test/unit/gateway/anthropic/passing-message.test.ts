import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPassing } from "../../../../sidecar/gateway/dialects/anthropic/passing-message.ts";
import {
  blockDelta,
  messageDelta,
  messageStart,
  messageStop,
  printEvent,
  toolMessage,
  toolStream,
} from "../../../support/stand-in-anthropic/wire.ts";

const usage = { promptTokens: 442, cachedTokens: 400, completionTokens: 57 };

function follow(bytes: Buffer, cuts: readonly number[], isStream: boolean) {
  const reader = readPassing(isStream);
  const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
  for (const [index, end] of at.slice(1).entries()) reader.push(bytes.subarray(at[index], end));
  return reader;
}

describe("a message that passes untouched", () => {
  const bytes = Buffer.from(toolStream("m").map(printEvent).join(""));
  const cutting = fc.uniqueArray(fc.integer({ min: 1, max: bytes.length - 1 }));

  it("is counted and found whole however its stream is cut", () => {
    fc.assert(
      fc.property(cutting, (cuts) => {
        const reader = follow(bytes, cuts, true);
        expect([reader.read(), reader.isWhole]).toEqual([usage, true]);
      }),
    );
  });

  it("is half without its last event, wherever it ends", () => {
    const last = Buffer.byteLength(printEvent(messageStop));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length - last }), (end) => {
        expect(follow(bytes.subarray(0, end), [], true).isWhole).toBe(false);
      }),
    );
  });

  it("is not whole because somebody has written of its end", () => {
    const words = printEvent(blockDelta(0, { type: "text_delta", text: '{"type":"message_stop"}' }));
    expect(follow(Buffer.from(words), [], true).isWhole).toBe(false);
  });

  it("is counted in one piece as in many", () => {
    const whole = Buffer.from(JSON.stringify(toolMessage("m")));
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: whole.length - 1 })), (cuts) => {
        expect(follow(whole, cuts, false).read()).toEqual(usage);
      }),
    );
  });

  it("has no counts where they are none, or hostile", () => {
    const start = printEvent(messageStart("m", { input_tokens: -1 }));
    const end = printEvent(messageDelta("end_turn", { output_tokens: 1e300 }));
    expect(follow(Buffer.from(start + end), [], true).read()).toEqual({
      promptTokens: 0,
      cachedTokens: null,
      completionTokens: 0,
    });
    expect(follow(Buffer.from('{"input_tokens":5}'), [], false).read()).toBeNull();
    expect(follow(Buffer.from('{"usage":{"input_tokens":12345678901}}'), [], false).read()).toBeNull();
  });

  it("is never whole where its events cannot be read", () => {
    const huge = Buffer.from(`data: ${"a".repeat(1_100_000)}\n\n${printEvent(messageStop)}`);
    expect(follow(huge, [], true).isWhole).toBe(false);
    expect(follow(Buffer.from('data: {"message_\n\n'), [], true).isWhole).toBe(false);
  });
});
