import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ChatSink } from "../../../sidecar/rpc/chat-sink.ts";
import { event, piece, recordChat } from "../../support/recorded-chat.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

const held = 16 * 1024;

/** Whether the answer has settled by now; lets every callback that is due run first. */
async function state(sink: ChatSink): Promise<"pending" | "resolved" | "rejected"> {
  const settled = sink.answer.then(
    () => "resolved" as const,
    () => "rejected" as const,
  );
  return await Promise.race([settled, new Promise<"pending">((resolve) => setImmediate(resolve, "pending"))]);
}

describe("gathering", () => {
  it("sends the first piece at once", () => {
    const t = recordChat(10);
    t.sink.write(piece("Hel"));
    expect(t.texts).toEqual(["Hel"]);
  });

  it("gathers what follows within 16 ms into one piece", () => {
    const t = recordChat(10);
    for (const text of ["a", "b", "c"]) t.sink.write(piece(text));
    vi.advanceTimersByTime(15);
    expect(t.texts).toEqual(["a"]);
    vi.advanceTimersByTime(1);
    expect(t.texts).toEqual(["a", "bc"]);
  });

  it("sends at once again after a pause", () => {
    const t = recordChat(10);
    t.sink.write(piece("a"));
    vi.advanceTimersByTime(16);
    t.sink.write(piece("b"));
    expect(t.texts).toEqual(["a", "b"]);
  });

  it("sends no piece without text", () => {
    const t = recordChat(10);
    t.sink.write(event({ choices: [{ delta: { role: "assistant", content: "" } }] }));
    t.sink.write(event({ choices: [{ delta: { content: null } }] }));
    t.sink.write(event({ choices: [] }));
    vi.advanceTimersByTime(100);
    expect(t.sent).toEqual([]);
  });

  it("keeps every character in order and sends at most once per 16 ms, however the text arrives", () => {
    const arrival = fc.record({ waitMs: fc.nat({ max: 40 }), text: fc.string({ unit: "grapheme", maxLength: 5 }) });
    fc.assert(
      fc.property(fc.array(arrival, { maxLength: 30 }), (arrivals) => {
        const t = recordChat(1000);
        for (const { waitMs, text } of arrivals) {
          vi.advanceTimersByTime(waitMs);
          t.sink.write(piece(text));
        }
        vi.advanceTimersByTime(16);
        expect(t.texts.join("")).toBe(arrivals.map((each) => each.text).join(""));
        const gaps = t.sent.slice(1).map((each, index) => each.atMs - (t.sent[index]?.atMs ?? 0));
        expect(Math.min(16, ...gaps)).toBe(16);
      }),
    );
  });

  it("lets the last piece wait for its turn too", () => {
    const t = recordChat(10);
    t.sink.write(piece("a"));
    t.sink.write(piece("b"));
    t.sink.end();
    expect(t.texts).toEqual(["a"]);
    vi.advanceTimersByTime(16);
    expect(t.texts).toEqual(["a", "b"]);
  });
});

describe("credit", () => {
  it("bounds the number of pieces until the client grants more", () => {
    const t = recordChat(2);
    for (const text of ["a", "b", "c", "d"]) {
      t.sink.write(piece(text));
      vi.advanceTimersByTime(16);
    }
    expect(t.texts).toEqual(["a", "b"]);
    t.sink.grant(1);
    expect(t.texts).toEqual(["a", "b", "cd"]);
  });

  it("that is granted early does not make pieces come faster", () => {
    const t = recordChat(1);
    t.sink.write(piece("a"));
    t.sink.write(piece("b"));
    t.sink.grant(5);
    expect(t.texts).toEqual(["a"]);
    vi.advanceTimersByTime(16);
    expect(t.texts).toEqual(["a", "b"]);
  });

  it("stops the backend when 16 Ki characters wait, and resumes it once they are sent", () => {
    const t = recordChat(1);
    expect(t.sink.write(piece("first"))).toBe(true);
    expect(t.sink.write(piece("x".repeat(held - 1)))).toBe(true);
    expect(t.sink.write(piece("x"))).toBe(false);
    vi.advanceTimersByTime(1000);
    expect(t.resumed).toBe(0);
    t.sink.grant(1);
    expect(t.resumed).toBe(1);
    expect(t.texts[1]).toHaveLength(held);
  });

  it("resumes the backend too when only the 16 ms were missing", () => {
    const t = recordChat(10);
    t.sink.write(piece("first"));
    expect(t.sink.write(piece("x".repeat(held)))).toBe(false);
    vi.advanceTimersByTime(16);
    expect(t.resumed).toBe(1);
  });

  it("does not resume a backend that was never stopped", () => {
    const t = recordChat(1);
    t.sink.write(piece("a"));
    t.sink.write(piece("b"));
    vi.advanceTimersByTime(16);
    t.sink.grant(1);
    expect(t.texts).toEqual(["a", "b"]);
    expect(t.resumed).toBe(0);
  });

  it("is waited for at the end: the answer settles when all of its text is sent", async () => {
    const t = recordChat(1);
    t.sink.write(piece("a"));
    t.sink.write(piece("b"));
    t.sink.end();
    vi.advanceTimersByTime(1000);
    expect(t.texts).toEqual(["a"]);
    expect(await state(t.sink)).toBe("pending");
    t.sink.grant(1);
    expect(t.texts).toEqual(["a", "b"]);
    expect(await state(t.sink)).toBe("resolved");
  });
});
