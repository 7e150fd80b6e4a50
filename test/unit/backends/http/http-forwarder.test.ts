import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import type { HttpFailure } from "../../../../sidecar/backends/http/http-failure.ts";
import { HttpForwarder } from "../../../../sidecar/backends/http/http-forwarder.ts";
import type { ForwardLimits, ForwardTarget } from "../../../../sidecar/backends/http/http-target.ts";
import { Disposables } from "../../../../sidecar/platform/disposables.ts";
import { meshRequest } from "../../../support/mesh-request.ts";
import { chunkOf, jsonAnswer, lastChunk, RawServer, streamHead } from "../../../support/raw-server.ts";
import { RecordingSink } from "../../../support/recording-sink.ts";
import { TurnCountingSink } from "../../../support/turn-counting-sink.ts";

let resources = new Disposables();
afterEach(async () => {
  await resources.dispose();
  resources = new Disposables();
});

const never = new AbortController().signal;
const patient: ForwardLimits = { connectMs: 5000, firstTokenMs: 10_000, idleMs: 10_000 };
const request = meshRequest('{"model":"m","messages":[]}');

async function setUp(answer: Parameters<typeof RawServer.start>[0], limits = patient) {
  const server = resources.add(await RawServer.start(answer));
  const forwarder = resources.add(new HttpForwarder(limits));
  const failures: HttpFailure[] = [];
  const target: ForwardTarget = {
    origin: server.origin,
    lost: (failure) => {
      failures.push(failure);
      return new MeshError("engine_crashed", { model: failure.phase });
    },
    refused: (status, headers, body) =>
      new MeshError("invalid_field", { field: `${status} ${headers.retryAfter}`, problem: body.toString("utf8") }),
  };
  const forward = async (sink = new RecordingSink(), signal = never, extra: Partial<ForwardTarget> = {}) => {
    await forwarder.forward({ ...target, ...extra }, request, sink, signal);
    return sink;
  };
  return { server, forwarder, failures, target, forward };
}

/** What a forward that must fail has failed with. */
async function failureOf(forwarded: Promise<unknown>): Promise<MeshError> {
  try {
    await forwarded;
  } catch (error) {
    if (error instanceof MeshError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

describe("what the backend gets", () => {
  it("is our own head and the client's bytes", async () => {
    const { server, forward } = await setUp((socket) => socket.write(jsonAnswer("{}")));
    await forward(undefined, undefined, { basePath: "/api", headers: [["authorization", "Bearer secret"]] });
    expect(server.requests).toMatchObject([{ body: '{"model":"m","messages":[]}' }]);
    const lines = (server.requests[0]?.head ?? "").split("\r\n");
    expect(lines[0]).toBe("POST /api/v1/chat/completions HTTP/1.1");
    expect(lines).toContain("authorization: Bearer secret");
    expect(lines).toContain(`host: ${server.origin.slice("http://".length)}`);
    expect(lines).toContain("accept-encoding: identity");
  });

  it("names the model as it is called there, and is the same otherwise", async () => {
    const { server, forwarder, target } = await setUp((socket) => socket.write(jsonAnswer("{}")));
    const prompt = "é".repeat(20_000);
    for (const text of ["x", prompt]) {
      const body = `{"big":12345678901234567890, "model" : "\\u006d"  ,"x":"${text}"}`;
      const sink = new RecordingSink();
      await forwarder.forward({ ...target, model: 'там "m2"' }, meshRequest(body), sink, never);
      const sent = Buffer.from(server.requests.at(-1)?.body ?? "", "latin1").toString("utf8");
      expect(sent).toBe(body.replace('"\\u006d"', '"там \\"m2\\""'));
    }
  });

  it("cannot be given a header or path that adds lines", async () => {
    const { server, forward } = await setUp((socket) => socket.write(jsonAnswer("{}")));
    const evil: Partial<ForwardTarget>[] = [
      { headers: [["authorization", "x\r\nx-evil: 1"]] },
      { headers: [["a b", "x"]] },
      { basePath: "/a HTTP/1.1\r\nx: y\r\n\r\n" },
    ];
    for (const extra of evil) await expect(forward(undefined, undefined, extra)).rejects.toThrow(TypeError);
    expect(server.requests).toEqual([]);
  });

  it("comes over a socket in the file system where there is one", async () => {
    const path = join(tmpdir(), `mesh-raw-${process.pid}.sock`);
    const server = resources.add(await RawServer.start((socket) => socket.write(jsonAnswer("{}")), path));
    const { forward } = await setUp(() => undefined);
    expect((await forward(undefined, undefined, { origin: "http://engine", socketPath: path })).text).toBe("{}");
    expect(server.requests[0]?.head).toContain("host: engine");
    await rm(path, { force: true });
  });
});

describe("a good answer", () => {
  it("reaches the sink piece by piece, from its first byte on", async () => {
    const { forward, server } = await setUp((socket) => socket.write(streamHead));
    const begun = Promise.withResolvers<void>();
    const sink = new RecordingSink({ onWrite: begun.resolve });
    const forwarded = forward(sink);
    await expect.poll(() => server.requests.length).toBe(1);
    expect(sink.calls).toEqual([]);
    server.sockets[0]?.write(chunkOf("data: 1\n\n"));
    await begun.promise;
    expect(sink.calls).toEqual(["begin", "write"]);
    server.sockets[0]?.write(chunkOf("data: [DONE]\n\n") + lastChunk);
    await forwarded;
    expect(sink.text).toBe("data: 1\n\ndata: [DONE]\n\n");
    expect(sink.heads).toEqual([{ status: 200, contentType: "text/event-stream" }]);
    expect(sink.calls.at(-1)).toBe("end");
  });

  it("reaches a sink that takes chunks as they are in whole chunks, and the rest as data", async () => {
    const { forward } = await setUp((socket) => {
      socket.write(
        `${streamHead}${chunkOf("data: 1\n\n")}${chunkOf("data: 2\n\n")}${chunkOf("data: 3\n\n").slice(0, -6)}`,
      );
      setTimeout(() => socket.write(`: 3\n\n\r\n`.slice(-6) + lastChunk), 20);
    });
    const frames: string[] = [];
    const sink = Object.assign(new RecordingSink(), {
      writeFrames: (bytes: Buffer) => {
        frames.push(bytes.toString());
        return true;
      },
    });
    await forward(sink);
    expect(frames).toEqual(["9\r\ndata: 1\n\n\r\n9\r\ndata: 2\n\n\r\n"]);
    expect(sink.text).toBe("data: 3\n\n");
  });

  it("tells its length where it is known, and its type only where it is a plain one", async () => {
    const { forward, server } = await setUp((socket) => socket.write(jsonAnswer('{"a":1}')));
    expect((await forward()).heads).toEqual([{ status: 200, contentType: "application/json", length: 7 }]);
    server.answerWith((socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Type: <x>\r\nContent-Length: 2\r\n\r\n{}"));
    expect((await forward()).heads).toEqual([{ status: 200, contentType: "application/json", length: 2 }]);
  });

  it.each([
    ["status 204", "HTTP/1.1 204 No Content\r\n\r\n"],
    ["no length", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"],
    ["no chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
  ])("is none where it is empty: %s", async (_what, answer) => {
    const { forward } = await setUp((socket) => socket.write(answer));
    await expect(forward()).rejects.toMatchObject({ params: { model: "before first byte" } });
  });

  it("is not read on while its sink is behind, and arrives whole", async () => {
    const event = chunkOf(`data: ${"x".repeat(30_000)}\n\n`);
    const { forward, server } = await setUp((socket) => {
      socket.write(streamHead);
      for (let count = 0; count < 300; count++) socket.write(event);
      socket.write(lastChunk);
    });
    let resume = (): void => undefined;
    const behind = Promise.withResolvers<void>();
    let isSlow = true;
    const sink = new RecordingSink();
    sink.onDrain = (callback) => {
      resume = callback;
    };
    const write = sink.write.bind(sink);
    sink.write = (bytes) => {
      write(bytes);
      behind.resolve();
      return !isSlow;
    };
    const forwarded = forward(sink);
    await behind.promise;
    // Some megabytes stay with the server: more than the buffers of both sockets can hold.
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(server.sockets[0]?.writableLength).toBeGreaterThan(0);
    isSlow = false;
    resume();
    await forwarded;
    expect(sink.text.length).toBe(300 * 30_008);
  });

  it("comes 128 KiB per turn of the event loop at most, so that others have their turn, and arrives whole", async () => {
    const body = "x".repeat(8_000_000);
    const { forward, server } = await setUp((socket) => socket.write(jsonAnswer(body)));
    const sink = new TurnCountingSink();
    const forwarded = forward(sink);
    await sink.isBehind;
    // Megabytes wait to be read, as of a server that is faster than this node.
    const waiting = (): number => server.sockets[0]?.writableLength ?? 0;
    for (let last = Infinity; waiting() < last; await new Promise((done) => setTimeout(done, 20))) last = waiting();
    sink.goOn();
    await forwarded;
    expect(sink.text).toBe(body);
    expect(sink.mostInTurn).toBeLessThanOrEqual(128 * 1024);
  });
});

describe("connections", () => {
  it("are used again", async () => {
    const { forward, server } = await setUp((socket) => socket.write(jsonAnswer("{}")));
    for (let count = 0; count < 5; count++) await forward();
    expect(server.sockets).toHaveLength(1);
  });

  it.each([
    ["after surplus bytes", `${jsonAnswer("{}")}HTTP/1.1 200 OK\r\n`],
    ["where the server wants them closed", jsonAnswer("{}", "200 OK", "Connection: close\r\n")],
  ])("are not used again %s", async (_name, bytes) => {
    const { forward, server } = await setUp((socket) => socket.write(bytes));
    for (let count = 0; count < 3; count++) expect((await forward()).text).toBe("{}");
    expect(server.sockets).toHaveLength(3);
  });

  it("are dropped when bytes come that nobody has asked for", async () => {
    const { forward, server, forwarder } = await setUp((socket) => socket.write(jsonAnswer("{}")));
    await forward();
    server.sockets[0]?.write(jsonAnswer('{"poison":1}'));
    await expect.poll(() => forwarder.poolCount).toBe(0);
    expect((await forward()).text).toBe("{}");
  });

  it("are replaced once, silently, when the server had just closed the one that waited", async () => {
    const { forward, server, failures } = await setUp((socket, { connection, index }) => {
      if (connection === 0 && index === 1) socket.destroy();
      else socket.write(jsonAnswer(`{"on":${connection}}`));
    });
    expect((await forward()).text).toBe('{"on":0}');
    expect((await forward()).text).toBe('{"on":1}');
    expect(server.requests).toHaveLength(3);
    expect(failures).toEqual([]);
  });

  it("are not replaced a second time, nor once a byte of an answer has come", async () => {
    const { forward, server } = await setUp((socket, { index }) => {
      if (index === 0) socket.write(jsonAnswer("{}"));
      else socket.end("H");
    });
    await forward();
    expect((await failureOf(forward())).params).toEqual({ model: "before first byte" });
    expect(server.requests).toHaveLength(2);
    server.answerWith((socket) => socket.destroy());
    expect((await failureOf(forward())).params).toEqual({ model: "before first byte" });
    expect(server.requests).toHaveLength(3);
  });

  it("leave no pool behind when the server has gone", async () => {
    const { forward, server, forwarder } = await setUp((socket) => socket.write(jsonAnswer("{}")));
    await Promise.all(Array.from({ length: 10 }, () => forward()));
    expect(forwarder.poolCount).toBe(1);
    for (const socket of server.sockets) socket.destroy();
    await expect.poll(() => forwarder.poolCount).toBe(0);
  });
});

describe("a backend that fails", () => {
  it("is never connected to", async () => {
    const { forward, server, failures } = await setUp(() => undefined);
    await server.dispose().then(() => undefined);
    expect((await failureOf(forward())).params).toEqual({ model: "connecting" });
    expect(failures[0]?.message).toBe("ECONNREFUSED");
    resources = new Disposables();
  });

  it.each<[string, string, string, string]>([
    ["closes at once", "", "before first byte", ""],
    ["closes in its head", "HTTP/1.1 200 OK\r\n", "before first byte", ""],
    ["closes before the first event", streamHead, "before first byte", ""],
    ["breaks off after the first event", `${streamHead}${chunkOf("data: 1\n\n")}`, "after first byte", "data: 1\n\n"],
    [
      "lies about its length",
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{}",
      "after first byte",
      "{}",
    ],
    ["answers a web page", jsonAnswer("<html>").replace("application/json", "text/html"), "before first byte", ""],
    ["answers a web page as JSON", jsonAnswer("<html>"), "before first byte", ""],
    ["answers a web page in chunks", `${streamHead}${chunkOf("<html>")}`, "before first byte", ""],
    ["compresses its answer", jsonAnswer("{}", "200 OK", "Content-Encoding: gzip\r\n"), "before first byte", ""],
    ["sends garbage", "\u0016\u0003\u0001\u0002", "before first byte", ""],
  ])("%s", async (_name, bytes, phase, text) => {
    const { forward, server } = await setUp((socket) => socket.end(Buffer.from(bytes, "latin1")));
    const sink = new RecordingSink();
    expect((await failureOf(forward(sink))).params).toEqual({ model: phase });
    expect(sink.text).toBe(text);
    expect(sink.calls.filter((each) => each !== "write")).toEqual(text === "" ? [] : ["begin"]);
    await expect.poll(() => server.openSockets).toBe(0);
  });

  it("resets the connection in the middle", async () => {
    const { forward, server } = await setUp((socket) => socket.write(streamHead + chunkOf("data: 1\n\n")));
    const sink = new RecordingSink({ onWrite: () => server.sockets[0]?.resetAndDestroy() });
    expect((await failureOf(forward(sink))).params).toEqual({ model: "after first byte" });
  });

  it("sends a line of 100 MB, of which about one is read", async () => {
    const { forward, server, failures } = await setUp((socket) => {
      const piece = chunkOf("x".repeat(1024 * 1024));
      socket.write(streamHead);
      for (let count = 0; count < 100; count++) socket.write(piece);
    });
    const sink = new RecordingSink();
    await failureOf(forward(sink));
    expect(failures[0]?.message).toBe("an event of its stream is larger than 1 MiB");
    expect(sink.text.length).toBeLessThanOrEqual(1024 * 1024 + 64 * 1024);
    await expect.poll(() => server.openSockets).toBe(0);
  });
});

describe("an answer that is a refusal", () => {
  it("is told with its status, its words and when to come again, and is kept from the sink", async () => {
    const bytes = jsonAnswer('{"error":1}', "429 Too Many", "Retry-After: 7\r\n");
    const { forward, server } = await setUp((socket) => socket.write(bytes));
    const sink = new RecordingSink();
    expect((await failureOf(forward(sink))).params).toEqual({ field: "429 7", problem: '{"error":1}' });
    expect(sink.calls).toEqual([]);
    await failureOf(forward());
    expect(server.sockets).toHaveLength(1);
  });

  it("comes without its frames where it is in chunks", async () => {
    const answer = `${streamHead.replace("200 OK", "503 Busy")}${chunkOf("a")}${chunkOf("b")}${lastChunk}`;
    const { forward } = await setUp((socket) => socket.write(answer));
    const sink = Object.assign(new RecordingSink(), { writeFrames: () => true });
    expect((await failureOf(forward(sink))).params).toEqual({ field: "503 null", problem: "ab" });
  });

  it("is a refusal too where it leads elsewhere: no redirect is followed", async () => {
    const answer = "HTTP/1.1 307 Elsewhere\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n";
    const { forward } = await setUp((socket) => socket.write(answer));
    expect((await failureOf(forward())).params).toEqual({ field: "307 null", problem: "" });
  });

  it("is cut off at 64 KiB, and told though it never ends", async () => {
    const head = "HTTP/1.1 500 Oh\r\nContent-Length: 99999999\r\n\r\n";
    const { forward } = await setUp((socket) => socket.write(head + "x".repeat(100_000)));
    const error = await failureOf(forward());
    expect((error.params as { problem: string }).problem).toHaveLength(64 * 1024);
  });

  it("is told though it breaks off", async () => {
    const { forward } = await setUp((socket) => socket.end("HTTP/1.1 500 Oh\r\nContent-Length: 9\r\n\r\nhalf"));
    expect((await failureOf(forward())).params).toEqual({ field: "500 null", problem: "half" });
  });
});

describe("limits", () => {
  const impatient: ForwardLimits = { connectMs: 5000, firstTokenMs: 80, idleMs: 80 };

  it.each([
    ["nothing comes", ""],
    ["only a head comes", streamHead],
  ])("end the wait for a first token when %s", async (_name, bytes) => {
    const { forward, server } = await setUp((socket) => socket.write(bytes), impatient);
    const error = await failureOf(forward());
    expect(error).toMatchObject({ code: "backend_timeout", params: { waitedFor: "first token", seconds: 0.08 } });
    await expect.poll(() => server.openSockets).toBe(0);
  });

  it("end the wait for the next token", async () => {
    const { forward } = await setUp((socket) => socket.write(streamHead + chunkOf("data: 1\n\n")), impatient);
    const sink = new RecordingSink();
    expect((await failureOf(forward(sink))).params).toMatchObject({ waitedFor: "next token", seconds: 0.08 });
    expect(sink.text).toBe("data: 1\n\n");
  });

  it("are the target's own where it has some", async () => {
    const { forward } = await setUp(() => undefined);
    const error = await failureOf(forward(undefined, undefined, { limits: { firstTokenMs: 50 } }));
    expect(error.params).toMatchObject({ seconds: 0.05 });
  });

  it("do not count the time in which the sink is behind", async () => {
    const { forward } = await setUp((socket) => {
      socket.write(streamHead + chunkOf("data: 1\n\n"));
      setTimeout(() => socket.write(chunkOf("data: 2\n\n") + lastChunk), 10);
    }, impatient);
    expect((await forward(new RecordingSink({ drainAfterMs: 300 }))).text).toBe("data: 1\n\ndata: 2\n\n");
  });
});

describe("an abort", () => {
  it.each([
    ["before the connection stands", false, ""],
    ["before an answer", true, ""],
    ["before the first byte", true, streamHead],
    ["in the middle", true, streamHead + chunkOf("data: 1\n\n")],
  ])("%s ends the request there at once, with the signal's reason", async (_name, waits, bytes) => {
    const { forward, server } = await setUp((socket) => socket.write(bytes));
    const abort = new AbortController();
    const reason = new MeshError("cancelled", {});
    const sink = new RecordingSink();
    const forwarded = forward(sink, abort.signal);
    if (waits) await expect.poll(() => server.requests.length).toBe(1);
    if (bytes.includes("data")) await expect.poll(() => sink.text).not.toBe("");
    abort.abort(reason);
    await expect(forwarded).rejects.toBe(reason);
    await expect.poll(() => server.openSockets).toBe(0);
    expect(sink.count("end")).toBe(0);
  });
});

describe("a request of our own", () => {
  const small = { method: "GET", path: "/v1/models", maxBytes: 1000, timeoutMs: 5000, signal: never } as const;

  it("gives the whole answer, whatever its status", async () => {
    const answer = jsonAnswer('{"data":[]}', "404 Not Found", "X-Thing: a\r\nx-thing: b\r\n");
    const { forwarder, target, server } = await setUp((socket) => socket.write(answer));
    const extra = [["x-probe", "1"]] as const;
    const { status, headers, body } = await forwarder.request(
      { ...target, basePath: "/b" },
      { ...small, headers: extra },
    );
    expect([status, headers.get("x-thing"), body.toString()]).toEqual([404, "b", '{"data":[]}']);
    expect(server.requests[0]?.head).toMatch(/^GET \/b\/v1\/models HTTP\/1\.1\r\n[\s\S]*x-probe: 1/);
    expect(server.requests[0]?.head).not.toContain("content-length");
    await forwarder.request(target, { ...small, method: "POST", body: Buffer.from("{}") });
    expect(server.requests[1]).toMatchObject({ body: "{}", connection: 0 });
  });

  it.each([
    ["an answer that is too large", jsonAnswer("x".repeat(1001)), "it is larger than 1000 bytes"],
    ["one that is compressed", jsonAnswer("x", "200 OK", "Content-Encoding: br\r\n"), "it is compressed"],
    ["one that is none", "SSH-2.0\r\n", "it is not HTTP/1"],
  ])("fails with %s", async (_name, bytes, message) => {
    const { forwarder, target } = await setUp((socket) => socket.write(bytes));
    await expect(forwarder.request(target, small)).rejects.toThrow(message);
  });

  it("fails where the answer takes too long, and at an abort", async () => {
    const { forwarder, target, server } = await setUp((socket) => socket.write(streamHead + chunkOf("a")));
    await expect(forwarder.request(target, { ...small, timeoutMs: 50 })).rejects.toThrow("no rest within 0.05 seconds");
    const abort = new AbortController();
    const asked = forwarder.request(target, { ...small, signal: abort.signal });
    abort.abort(new Error("enough"));
    await expect(asked).rejects.toThrow("enough");
    await expect.poll(() => server.openSockets).toBe(0);
  });
});
