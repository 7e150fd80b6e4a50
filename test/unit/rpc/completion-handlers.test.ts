import { describe, expect, it } from "vitest";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { RouteTag } from "../../../contract/mesh/routing.ts";
import type { IncomingRequest } from "../../../sidecar/router/incoming-request.ts";
import type { Sink } from "../../../sidecar/router/sink.ts";
import { createCompletionHandlers } from "../../../sidecar/rpc/completion-handlers.ts";
import type { ControlClient } from "../../../sidecar/rpc/session.ts";
import { event } from "../../support/recorded-chat.ts";

type Play = (sink: Sink, incoming: IncomingRequest, signal: AbortSignal) => Promise<void> | void;

const tag = { backend: "gpu01", model: "coder", requestId: "r", node: "n", artifact: null, attempts: 1 } as RouteTag;
const text = (piece: string, more: object = {}) => event({ choices: [{ text: piece, ...more }] });

/** Answers one call with what the router plays. */
function complete(play: Play, more: object = {}, signal = new AbortController().signal) {
  const router = {
    route: async (incoming: IncomingRequest, sink: Sink, routed: AbortSignal) => play(sink, incoming, routed),
  };
  const asked = { model: null, prefix: "a(", suffix: ")", maxTokens: 8, stop: ["\n"], deadlineMs: 60_000, ...more };
  const client = {} as ControlClient;
  return createCompletionHandlers({ router }).completionsComplete(asked, { client, signal });
}
const untilAborted = (sink: Sink, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener("abort", () => {
      sink.fail(signal.reason);
      resolve();
    });
  });

describe("a text for a gap", () => {
  it("comes with where it is from and what it cost", async () => {
    const usage = { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 };
    const answer = await complete((sink, incoming) => {
      incoming.onRoute?.(tag);
      sink.write(text("x, "));
      sink.write(text("y", { finish_reason: "length" }));
      sink.write(event({ choices: [], usage }));
      sink.write(event("[DONE]"));
      sink.end();
    });
    const { timing, ...rest } = answer;
    expect(rest).toEqual({ text: "x, y", finishReason: "length", backend: "gpu01", model: "coder", usage });
    expect(timing.firstTokenMs).toBeLessThanOrEqual(timing.totalMs);
  });

  it("is asked for with both texts, as background work, and only of models in memory", async () => {
    let asked: IncomingRequest | undefined;
    await complete(
      (sink, incoming) => {
        asked = incoming;
        sink.end();
      },
      { workspacePrivacy: "local" },
    );
    expect(asked?.path).toBe("/v1/completions");
    expect(JSON.parse(asked?.body.toString() ?? "")).toMatchObject({
      model: "auto",
      prompt: "a(",
      suffix: ")",
      stop: ["\n"],
    });
    expect(asked?.caller.priority).toBe("background");
    expect(asked?.wishes).toMatchObject({ onlyLoaded: "everywhere", workspacePrivacy: "local" });
  });

  it("is one for a gap also at the end of a file, where nothing follows", async () => {
    let body = "";
    let wishes: IncomingRequest["wishes"];
    await complete(
      (sink, incoming) => {
        body = incoming.body.toString();
        wishes = incoming.wishes;
        sink.end();
      },
      { suffix: "", model: "coder", stop: [] },
    );
    expect(JSON.parse(body)).toMatchObject({ model: "coder", suffix: "\n" });
    expect(JSON.parse(body)).not.toHaveProperty("stop");
    expect(wishes).toMatchObject({ onlyLoaded: "here" });
  });
});

describe("the deadline", () => {
  it("ends an answer, which is what there was by then", async () => {
    let wasAborted = false;
    const answer = await complete(
      async (sink, incoming, signal) => {
        incoming.onRoute?.(tag);
        sink.write(text("first line\nhal"));
        await untilAborted(sink, signal);
        wasAborted = signal.aborted;
      },
      { deadlineMs: 20 },
    );
    expect(answer).toMatchObject({ text: "first line\nhal", finishReason: "deadline", backend: "gpu01" });
    expect(wasAborted).toBe(true);
  });

  it("gives nothing when nobody has begun to answer, in a queue for example", async () => {
    const answer = await complete((sink, _incoming, signal) => untilAborted(sink, signal), { deadlineMs: 5 });
    expect(answer).toMatchObject({ text: "", finishReason: "deadline", backend: null, model: null });
    expect(answer.timing.firstTokenMs).toBeNull();
  });
});

describe("what goes wrong", () => {
  it("is that there is no such model, when the choice was the router's", async () => {
    for (const error of [
      new MeshError("not_supported_by_model", { model: "auto", ability: "fill in the middle" }),
      new MeshError("no_place", { model: "auto", reasons: [], retryAfterSeconds: 1 }),
    ]) {
      await expect(complete((sink) => sink.fail(error))).rejects.toMatchObject({ code: "no_infill_model" });
      await expect(complete((sink) => sink.fail(error), { model: "coder" })).rejects.toBe(error);
    }
  });

  it("is told as it is where a limit forbids it", async () => {
    const error = new MeshError("privacy_forbids", { model: "auto", allowed: "local", needed: "lan" });
    await expect(complete((sink) => sink.fail(error))).rejects.toBe(error);
  });

  it("is a cancelled call, which ends the request", async () => {
    const abort = new AbortController();
    const answer = complete(
      (sink, _incoming, signal) => {
        const ended = untilAborted(sink, signal);
        abort.abort(new MeshError("cancelled", {}));
        return ended;
      },
      {},
      abort.signal,
    );
    await expect(answer).rejects.toMatchObject({ code: "cancelled" });
  });

  it("is an answer that says so itself, or is far too long", async () => {
    const wire = new MeshError("engine_crashed", { model: "coder" }).toWire();
    await expect(complete((sink) => void sink.write(event({ error: wire })))).rejects.toMatchObject({
      code: "engine_crashed",
    });
    await expect(complete((sink) => void sink.write(text("x".repeat(70_000))))).rejects.toMatchObject({
      code: "backend_protocol",
    });
  });

  it("is no event that cannot be read, which is left out", async () => {
    const answer = await complete((sink) => {
      sink.write(event("{broken"));
      sink.write(text("a", { finish_reason: "stop" }));
      sink.end();
    });
    expect(answer).toMatchObject({ text: "a", finishReason: "stop" });
  });
});
