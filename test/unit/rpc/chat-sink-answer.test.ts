import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { event, finish, piece, recordChat } from "../../support/recorded-chat.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

describe("the answer", () => {
  it("tells reason, usage, times and the model that answered", async () => {
    const { sink } = recordChat(10);
    vi.advanceTimersByTime(100);
    sink.write(piece("a"));
    vi.advanceTimersByTime(50);
    sink.write(finish("length"));
    sink.write(event({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 } }));
    sink.write(event("[DONE]"));
    sink.end();
    expect(await sink.answer).toEqual({
      finishReason: "length",
      usage: { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 },
      firstTokenMs: 100,
      totalMs: 150,
      model: "m",
    });
  });

  it("has no usage when the backend did not report it", async () => {
    const { sink } = recordChat(10);
    sink.write(piece("a"));
    sink.write(event({ choices: [{ delta: {}, finish_reason: "stop" }], usage: null }));
    sink.end();
    expect((await sink.answer).usage).toBeNull();
  });

  it("may be empty", async () => {
    const t = recordChat(10);
    t.sink.write(finish("stop"));
    t.sink.end();
    expect(await t.sink.answer).toMatchObject({ finishReason: "stop" });
    expect(t.sent).toEqual([]);
  });

  it("is the same however its bytes are cut", () => {
    const bytes = Buffer.concat([piece("é模"), piece("🙂"), finish("stop"), event("[DONE]")]);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const t = recordChat(10);
      t.sink.write(bytes.subarray(0, cut));
      t.sink.write(bytes.subarray(cut));
      t.sink.end();
      vi.advanceTimersByTime(16);
      expect(t.texts.join(""), `cut at byte ${cut}`).toBe("é模🙂");
    }
  });

  it("leaves out an event that is not JSON, and goes on", () => {
    const t = recordChat(10);
    t.sink.write(event("{broken"));
    t.sink.write(piece("a"));
    expect(t.texts).toEqual(["a"]);
  });

  it("keeps the text of an event whose reason for ending is not in the contract", () => {
    const t = recordChat(10);
    t.sink.write(event({ choices: [{ delta: { content: "last words" }, finish_reason: "eos_token" }] }));
    expect(t.texts).toEqual(["last words"]);
  });
});

describe("an error event in the stream", () => {
  it("is reported as the catalogue error that it names", () => {
    const { sink } = recordChat(10);
    const error = { message: "…", code: "engine_busy", params: { model: "m", parallel: 4 } };
    expect(() => sink.write(event({ error }))).toThrow(new MeshError("engine_busy", { model: "m", parallel: 4 }));
  });

  it("of another server is reported as the end of its engine, without its words", () => {
    const { sink } = recordChat(10);
    sink.write(finish("length"));
    const error = new MeshError("engine_crashed", { model: "m" });
    expect(() => sink.write(event({ error: { message: "CUDA out of memory", code: 500 } }))).toThrow(error);
  });

  it("that is a text alone is reported too, and does not pass for a complete answer", () => {
    const { sink } = recordChat(10);
    expect(() => sink.write(event({ error: "CUDA out of memory" }))).toThrow(MeshError);
  });
});

describe("a failure", () => {
  const error = new MeshError("engine_crashed", { model: "m" });

  it("rejects the answer", async () => {
    const { sink } = recordChat(10);
    sink.fail(error);
    await expect(sink.answer).rejects.toBe(error);
  });

  it("sends the text so far first, whatever the client has granted", async () => {
    const t = recordChat(1);
    for (const text of ["a", "b", "c"]) t.sink.write(piece(text));
    t.sink.fail(error);
    expect(t.texts).toEqual(["a", "bc"]);
    await expect(t.sink.answer).rejects.toBe(error);
  });

  it("leaves no timer that would send or settle again", async () => {
    const t = recordChat(10);
    t.sink.write(piece("a"));
    t.sink.write(piece("b"));
    t.sink.fail(error);
    expect(vi.getTimerCount()).toBe(0);
    t.sink.grant(10);
    vi.advanceTimersByTime(1000);
    expect(t.texts).toEqual(["a", "b"]);
  });

  it("ends the wait for credit of an answer that is complete", async () => {
    const t = recordChat(1);
    t.sink.write(piece("a"));
    t.sink.write(piece("b"));
    t.sink.end();
    t.sink.fail(new MeshError("cancelled", {}));
    await expect(t.sink.answer).rejects.toMatchObject({ code: "cancelled" });
  });

  it("that nobody waits for yet is no unhandled rejection", async () => {
    const unhandled: unknown[] = [];
    const listener = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", listener);
    recordChat(1).sink.fail(error);
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", listener);
    expect(unhandled).toEqual([]);
  });
});
