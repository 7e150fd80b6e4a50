import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { Backend } from "../../../sidecar/backends/backend.ts";
import { forwardBytes } from "../../../sidecar/backends/http/request-bytes.ts";
import type { RoutingSettings } from "../../../sidecar/registry/routing-settings.ts";
import type { MeshRequest } from "../../../sidecar/router/mesh-request.ts";
import type { FakeBackendOptions } from "../../support/fake-backend.ts";
import { ProbedBackend } from "../../support/probed-backend.ts";
import { RecordingSink } from "../../support/recording-sink.ts";
import { routerUnderTest, testNodeId } from "../../support/router-under-test.ts";

const never = new AbortController().signal;
const caller = { client: "test", priority: "interactive" } as const;

type Forward = Backend["forward"];
const answers: Forward = async (_request, sink) => {
  sink.begin({ status: 200, contentType: "text/plain" });
  sink.write(Buffer.from("hello"));
  sink.end();
};
const failsWith =
  (error: unknown): Forward =>
  () =>
    Promise.reject(error);
const unreachable = (backend: string) => new MeshError("backend_unreachable", { backend, problem: "nothing listens" });
const busy = (backend: string) => new MeshError("backend_busy", { backend, retryAfterSeconds: 2 });

interface Server extends FakeBackendOptions {
  readonly id: string;
}
interface SetUp {
  readonly routing?: Partial<RoutingSettings>;
  readonly servers: readonly Server[];
}

/** Servers of one model, asked in the order in which they stand here. */
function setUp({ servers, routing = {} }: SetUp) {
  const asked: string[] = [];
  const requests: MeshRequest[] = [];
  const backends = servers.map((server, index) => {
    const forward: Forward = async (request, sink, signal) => {
      asked.push(server.id);
      requests.push(request);
      await (server.forward ?? answers)(request, sink, signal);
    };
    const backend = new ProbedBackend({ models: ["m"], ...server, forward });
    return Object.assign(backend, { settings: { isEnabled: true, priority: index, weight: 1 } });
  });
  const under = routerUnderTest(backends, { strategy: "local-first", ...routing });
  const send = async (model = "m", signal = never): Promise<RecordingSink> => {
    const sink = new RecordingSink();
    const body = Buffer.from(`{"model": ${JSON.stringify(model)}, "seed": 123456789012345678901}`);
    await under.router.route({ path: "/v1/chat/completions", body, caller }, sink, signal);
    // Whatever became of it, nothing of it is left.
    expect(under.router.openRequests).toBe(0);
    expect(backends.map(({ id }) => [under.router.openAt(id), under.health.inFlight(id)])).toEqual(
      backends.map(() => [0, 0]),
    );
    return sink;
  };
  return { ...under, backends, asked, requests, send };
}
const tagOf = (headers: readonly (readonly [string, string])[] | undefined) =>
  new Map(headers).get("x-mesh-route")?.replace(/^id="[^"]+", /, "");

describe("a request that a place has no words for", () => {
  const unable = failsWith(new MeshError("unsupported_field", { field: "seed" }));

  it("goes to the next one, and the place is as well as before", async () => {
    const { send, asked, health } = setUp({ servers: [{ id: "a", forward: unable }, { id: "b" }] });
    for (let index = 0; index < 6; index++) expect((await send()).calls).toEqual(["begin", "write", "end"]);
    expect(asked).toHaveLength(12);
    expect(health.standingOf("a")).toMatchObject({ rejection: null });
  });

  it("is refused by name where no other can answer", async () => {
    const { send } = setUp({
      servers: [
        { id: "a", forward: unable },
        { id: "b", forward: unable },
      ],
    });
    expect((await send()).errors).toMatchObject([{ code: "unsupported_field", params: { field: "seed" } }]);
  });

  it.each([
    ["before", 0],
    ["behind", 1],
  ])("is told what another has said, asked %s it", async (_order, index) => {
    const servers = [{ id: "b", forward: failsWith(busy("b")) }];
    servers.splice(1 - index, 0, { id: "a", forward: unable });
    expect((await setUp({ servers }).send()).errors).toMatchObject([{ code: "backend_busy" }]);
  });

  it("never reaches a place that has no such call, and says so where there is no other", async () => {
    const { send, asked } = setUp({ servers: [{ id: "a", paths: ["/v1/completions"] }] });
    expect((await send()).errors).toMatchObject([
      { code: "not_supported_by_model", params: { model: "m", ability: "/v1/chat/completions" } },
    ]);
    expect(asked).toEqual([]);
  });
});

describe("a request whose place fails before the first byte", () => {
  it("goes to the next one, and the record names both", async () => {
    const { send, asked, records } = setUp({
      servers: [{ id: "a", forward: failsWith(unreachable("a")) }, { id: "b" }],
    });
    const sink = await send();
    expect(sink.calls).toEqual(["begin", "write", "end"]);
    expect(asked).toEqual(["a", "b"]);
    expect(tagOf(sink.heads[0]?.headers)).toBe(`node="${testNodeId}", backend="b", model="m", attempts=2`);
    expect(records).toMatchObject([
      {
        attempts: [
          { backend: "a", model: "m", outcome: "backend_unreachable" },
          { backend: "b", model: "m", outcome: "answered" },
        ],
        answeredBy: { backend: "b", model: "m" },
        error: null,
      },
    ]);
  });

  it("fails at three places at most, and tells the last one's error with the number of attempts", async () => {
    const ids = ["a", "b", "c", "d", "e"];
    const servers = ids.map((id) => ({ id, forward: failsWith(unreachable(id)) }));
    const { send, asked, records } = setUp({ servers });
    const sink = await send();
    expect(sink.calls).toEqual(["fail"]);
    expect(sink.errors[0]).toEqual(unreachable("c"));
    expect(tagOf(sink.failHeaders[0])).toBe(`node="${testNodeId}", attempts=3`);
    expect(asked).toEqual(["a", "b", "c"]);
    expect(records[0]).toMatchObject({
      answeredBy: null,
      firstByteMs: null,
      usage: null,
      error: "backend_unreachable",
    });
  });

  it.each(["backend_rejected", "cancelled"] as const)(
    "goes nowhere else when the fault is its own: %s",
    async (code) => {
      const error =
        code === "cancelled"
          ? new MeshError("cancelled", {})
          : new MeshError("backend_rejected", { backend: "a", status: 400, message: "no" });
      const { send, asked, health } = setUp({ servers: [{ id: "a", forward: failsWith(error) }, { id: "b" }] });
      expect((await send()).errors).toEqual([error]);
      expect(asked).toEqual(["a"]);
      expect(health.standingOf("a").rejection).toBeNull();
    },
  );

  it.each([
    ["privacy_forbids", new MeshError("privacy_forbids", { model: "m", allowed: "lan", needed: "cloud" })],
    ["backend_key_elsewhere", new MeshError("backend_key_elsewhere", { backend: "a" })],
    ["request_loop", new MeshError("request_loop", { hops: 3, limit: 3 })],
    ["no_place", new MeshError("no_place", { model: "m", reasons: [], retryAfterSeconds: 1 })],
  ])("goes elsewhere after %s of one place", async (_code, error) => {
    const { send } = setUp({ servers: [{ id: "a", forward: failsWith(error) }, { id: "b" }] });
    expect((await send()).text).toBe("hello");
  });

  it("is not sent again when the budget is used up", async () => {
    const servers = [{ id: "a", forward: failsWith(unreachable("a")) }, { id: "b" }];
    const { send, asked } = setUp({ servers, routing: { retryBudgetPercent: 0 } });
    for (let count = 0; count < 3; count++) await send();
    expect(asked).toEqual(["a", "b", "a", "b", "a", "b"]);
    expect((await send()).errors).toEqual([unreachable("a")]);
    expect(asked.slice(6)).toEqual(["a"]);
  });

  it("costs the budget once for each failure, however many busy places follow", async () => {
    const servers = [
      { id: "a", forward: failsWith(unreachable("a")) },
      ...["b", "c", "d", "e"].map((id) => ({ id, forward: failsWith(busy(id)) })),
      { id: "f" },
    ];
    const { send, asked } = setUp({ servers, routing: { retryBudgetPercent: 0 } });
    expect((await send()).text).toBe("hello");
    expect(asked).toEqual(["a", "b", "c", "d", "e", "f"]);
  });

  it("is given up when its client leaves in the pause", async () => {
    const abort = new AbortController();
    const forward: Forward = async () => {
      setImmediate(() => abort.abort(new MeshError("cancelled", {})));
      throw unreachable("a");
    };
    const { send, asked, records } = setUp({ servers: [{ id: "a", forward }, { id: "b" }] });
    expect((await send("m", abort.signal)).errors.map(({ code }) => code)).toEqual(["cancelled"]);
    expect(asked).toEqual(["a"]);
    expect(records[0]).toMatchObject({ error: "cancelled", attempts: [{ outcome: "backend_unreachable" }] });
  });

  it("does not ask a place that somebody has removed or replaced in the pause", async () => {
    const list: Backend[] = [];
    const forward: Forward = async () => {
      list.splice(1, 1, Object.assign(new ProbedBackend({ id: "b", models: ["m"] }), { privacy: "cloud" }));
      throw unreachable("a");
    };
    const asked: string[] = [];
    const next: Forward = async () => void asked.push("b");
    list.push(new ProbedBackend({ id: "a", models: ["m"], forward }));
    list.push(new ProbedBackend({ id: "b", models: ["m"], forward: next }));
    const { router } = routerUnderTest(list, { strategy: "local-first" });
    const sink = new RecordingSink();
    const body = Buffer.from('{"model":"m"}');
    await router.route({ path: "/v1/chat/completions", body, caller }, sink, never);
    expect(sink.errors).toEqual([unreachable("a")]);
    expect(asked).toEqual([]);
  });
});

describe("a place that has no room", () => {
  it("costs none of the three failures and no pause, and looks slow afterwards", async () => {
    const ids = ["a", "b", "c", "d", "e"];
    const { send, figures } = setUp({
      servers: [...ids.map((id) => ({ id, forward: failsWith(busy(id)) })), { id: "f" }],
    });
    expect((await send()).text).toBe("hello");
    expect(figures.figures("a", "m").firstByteMs).toBeGreaterThan(1000);
  });

  it("is left alone until it wants to be asked again", async () => {
    const { send, asked, clock } = setUp({ servers: [{ id: "a", forward: failsWith(busy("a")) }, { id: "b" }] });
    await send();
    await send();
    expect(asked).toEqual(["a", "b", "b"]);
    clock.advance(2000);
    await send();
    expect(asked.slice(3)).toEqual(["a", "b"]);
  });
});

describe("an answer that is none", () => {
  it.each<[string, Forward]>([
    ["ends without a beginning", async (_request, sink) => sink.end()],
    ["never comes", async () => undefined],
  ])("%s: the client hears nothing of it, and gets the next place's", async (_what, forward) => {
    const { send, records } = setUp({ servers: [{ id: "a", forward }, { id: "b" }] });
    const sink = await send();
    expect(sink.calls).toEqual(["begin", "write", "end"]);
    expect(records[0]?.attempts.map(({ outcome }) => outcome)).toEqual(["backend_protocol", "answered"]);
  });

  it("is an error of that place when there is no other", async () => {
    const { send } = setUp({ servers: [{ id: "a", forward: async (_request, sink) => sink.end() }] });
    const sink = await send();
    expect(sink.calls).toEqual(["fail"]);
    expect(sink.errors[0]).toMatchObject({ code: "backend_protocol", params: { backend: "a" } });
  });
});

describe("an answer that breaks off after its first byte", () => {
  const breaksOff: Forward = async (_request, sink) => {
    sink.begin({ status: 200, contentType: "text/plain" });
    sink.write(Buffer.from("hel"));
    throw new MeshError("upstream_disconnected", { backend: "a", model: "m" });
  };

  it("is sent nowhere else, and counts against its place and into no average", async () => {
    const { send, asked, records, health, figures } = setUp({
      servers: [{ id: "a", forward: breaksOff }, { id: "b" }],
    });
    for (let count = 0; count < 5; count++) {
      expect((await send()).calls).toEqual(["begin", "write", "fail"]);
    }
    expect(asked).toEqual(["a", "a", "a", "a", "a"]);
    expect(records[0]).toMatchObject({ answeredBy: { backend: "a" }, error: "upstream_disconnected" });
    expect(records[0]?.attempts).toMatchObject([{ backend: "a", outcome: "answered" }]);
    expect(figures.figures("a", "m").samples).toBe(0);
    expect(health.standingOf("a").rejection).toBe("circuit-open");
  });

  it("does not count against its place when the client has left", async () => {
    const abort = new AbortController();
    const forward: Forward = async (_request, sink, signal) => {
      sink.begin({ status: 200, contentType: "text/plain" });
      abort.abort(new MeshError("cancelled", {}));
      throw signal.reason;
    };
    const { send, health } = setUp({ servers: [{ id: "a", forward }] });
    await send("m", abort.signal);
    expect(health.standingOf("a")).toMatchObject({ health: "healthy", rejection: null });
  });
});

describe("a place that throws before it returns a promise", () => {
  it("leaves no request open, and the next one answers", async () => {
    const forward: Forward = () => {
      throw new TypeError("not even a promise");
    };
    const { send } = setUp({ servers: [{ id: "a", forward }, { id: "b" }] });
    expect((await send()).text).toBe("hello");
  });
});

describe("when all places are believed to be ill", () => {
  it("they are asked all the same, and one that answers is believed", async () => {
    let isBroken = true;
    const forward: Forward = async (request, sink, signal) => {
      if (isBroken) throw unreachable("a");
      await answers(request, sink, signal);
    };
    const { send, health, asked } = setUp({ servers: [{ id: "a", forward }] });
    for (let count = 0; count < 5; count++) await send();
    expect(health.standingOf("a").rejection).toBe("circuit-open");
    isBroken = false;
    expect((await send()).text).toBe("hello");
    expect(asked).toHaveLength(6);
  });

  it("but not one that somebody has switched off", async () => {
    const { send, health, asked } = setUp({ servers: [{ id: "a" }] });
    health.disable("a");
    expect((await send()).errors[0]).toMatchObject({ code: "no_place" });
    expect(asked).toEqual([]);
  });

  it("an alias asks its healthy fallback first", async () => {
    const { alias } = { alias: { revisions: { main: { model: "m", weight: 100 } }, fallbacks: ["other"] } };
    const { send, asked } = setUp({
      servers: [
        { id: "a", forward: failsWith(unreachable("a")) },
        { id: "b", models: ["other"] },
      ],
      routing: { aliases: { fast: alias } },
    });
    for (let count = 0; count < 5; count++) await send();
    asked.length = 0;
    expect((await send("fast")).text).toBe("hello");
    expect(asked).toEqual(["b"]);
  });
});

describe("an alias", () => {
  it("is replaced in the forwarded bytes alone, and the answer names the model that has answered", async () => {
    const aliases = { fast: { revisions: { main: { model: "m", weight: 100 } }, fallbacks: [] } };
    const { send, requests, records } = setUp({ servers: [{ id: "a" }], routing: { aliases } });
    const sink = await send("fast");
    expect(tagOf(sink.heads[0]?.headers)).toContain('model="m"');
    expect(records[0]).toMatchObject({
      explanation: { asked: "fast", alias: { name: "fast" } },
      answeredBy: { model: "m" },
    });
    const [request] = requests;
    if (request === undefined) throw new TypeError("It was not asked.");
    const target = { model: request.model, origin: "http://a", lost: unreachable, refused: unreachable } as never;
    const bytes = Buffer.concat(forwardBytes({ hostHeader: "a" } as never, target, request)).toString();
    expect(bytes.split("\r\n\r\n")[1]).toBe('{"model": "m", "seed": 123456789012345678901}');
  });

  it.each(["auto", "fast@main"])("or virtual model is not hidden by a server that lists '%s'", async (name) => {
    const aliases = { fast: { revisions: { main: { model: "m", weight: 100 } }, fallbacks: [] } };
    const { send, asked } = setUp({ servers: [{ id: "b", models: [name] }, { id: "a" }], routing: { aliases } });
    expect((await send(name)).text).toBe("hello");
    expect(asked).toEqual(["a"]);
  });
});

describe("what is remembered of a request", () => {
  it("stays small with thousands of places and an endless name", async () => {
    const models = Array.from({ length: 4000 }, (_, index) => `model-${index}`);
    const { send, records } = setUp({ servers: [{ id: "a", models }] });
    await send("auto");
    expect(records[0]?.explanation).toMatchObject({ leftOut: 3968 });
    const sink = await send("x".repeat(1_000_000));
    expect(sink.errors[0]?.code).toBe("unknown_model");
    expect(JSON.stringify(sink.errors[0]).length).toBeLessThan(10_000);
    expect(records.map((record) => JSON.stringify(record).length).filter((length) => length > 20_000)).toEqual([]);
  });

  it("names no word of the prompt or the answer", async () => {
    const { router, records } = setUp({ servers: [{ id: "a" }] });
    const body = Buffer.from('{"model":"m","messages":[{"role":"user","content":"my secret plan"}]}');
    await router.route({ path: "/v1/chat/completions", body, caller }, new RecordingSink(), never);
    await nextTurn();
    expect(JSON.stringify(records)).not.toMatch(/secret|hello/);
  });
});
