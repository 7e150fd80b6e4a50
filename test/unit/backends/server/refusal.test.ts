import { describe, expect, it } from "vitest";
import type { MediaPath } from "../../../../contract/openai/paths.ts";
import { errorOfRefusal, isLoadingAnswer } from "../../../../sidecar/backends/server/refusal.ts";
import { retryAfterSeconds } from "../../../../sidecar/backends/server/retry-after.ts";
import { judgeFailure } from "../../../../sidecar/health/judge-failure.ts";
import { failureKind } from "../../../../sidecar/router/failure.ts";

const nowMs = Date.parse("2026-01-01T00:00:00Z");

interface Given {
  readonly body?: string | object;
  readonly retryAfter?: string;
  readonly contentType?: string;
  readonly secret?: string;
  readonly mediaPath?: MediaPath;
}

function error(
  status: number,
  { body = "", retryAfter, contentType = "application/json", secret, mediaPath }: Given = {},
) {
  const bytes = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  const headers = { retryAfter: retryAfter ?? null, contentType };
  const asked = { model: "qwen", privacy: "lan", mediaPath } as const;
  const context = { ...asked, backend: "server", secret: secret ?? null, nowMs };
  return errorOfRefusal({ status, headers, body: bytes }, context);
}

describe("a server's refusal", () => {
  it.each([
    [301, "backend_protocol"],
    [307, "backend_protocol"],
    [400, "backend_rejected"],
    [401, "backend_credentials"],
    [402, "backend_credentials"],
    [403, "backend_credentials"],
    [404, "backend_rejected"],
    [408, "backend_busy"],
    [413, "backend_rejected"],
    [422, "backend_rejected"],
    [429, "backend_busy"],
    [500, "backend_failed"],
    [502, "backend_failed"],
    [503, "backend_busy"],
    [504, "backend_failed"],
    [508, "request_loop"],
    [529, "backend_busy"],
  ])("with status %i is %s", (status, code) => expect(error(status).code).toBe(code));

  it.each([
    [{ error: { code: "model_not_found", message: "nope" } }],
    [{ error: { message: "The model `qwen` does not exist." } }],
    [{ object: "error", message: "The model `qwen` does not exist.", code: 404 }],
    [{ error: "model 'qwen' not found, try pulling it first" }],
    [{ detail: "Unknown model" }],
  ])("with 404 that speaks of a model says that it is missing: %j", (body) => {
    expect(error(404, { body })).toMatchObject({ code: "backend_model_missing", params: { model: "qwen" } });
  });

  it("of another node that keeps one model further away accuses neither its key nor its other models", () => {
    const body = { error: { code: "privacy_forbids", type: "permission_error", params: { needed: "cloud" } } };
    const params = { model: "qwen", allowed: "lan", needed: "cloud" };
    expect(error(403, { body })).toMatchObject({ code: "privacy_forbids", params });
    const lie = { error: { ...body.error, params: { needed: "\u001b[2J".repeat(1000) } } };
    expect(error(403, { body: lie })).toMatchObject({ code: "privacy_forbids", params });
  });

  it("of another node without a place for one model does not count as that node's own wish to wait", () => {
    const body = { error: { code: "no_place", type: "overloaded_error", message: "No place", params: {} } };
    const refused = error(503, { body, retryAfter: "7" });
    expect(refused).toMatchObject({ code: "no_place", params: { model: "qwen", retryAfterSeconds: 7 } });
    expect(judgeFailure({ code: refused.code, retryAfterMs: 7000 })).toBe("nothing");
    expect(failureKind(refused)).toBe("busy");
  });

  it("with a web page says that there is a web page, and quotes nothing of it", () => {
    const page = { body: "<h1>model zoo</h1>", contentType: "text/html; charset=utf-8" };
    expect(error(404, page)).toMatchObject({
      code: "backend_protocol",
      params: { problem: expect.stringContaining("web page") },
    });
    expect(error(400, page)).toMatchObject({ params: { message: "no reason given" } });
  });

  it("passes the reason on in whichever form it came, cleaned and cut", () => {
    const said = (body: string | object) => (error(400, { body }).params as { message: string }).message;
    expect(said({ error: { message: "too long" } })).toBe("too long");
    expect(said({ message: "too long" })).toBe("too long");
    expect(said({ detail: "too long" })).toBe("too long");
    expect(said("too long")).toBe("too long");
    expect(said({ error: { message: "a\u001b[31mb\r\nc\u202ed" } })).toBe("a [31mb c d");
    expect(said({ error: { message: "x".repeat(10_000) } })).toHaveLength(500);
    expect(said({ error: { message: { nested: true } } })).toBe("no reason given");
    expect(said("null")).toBe("no reason given");
  });

  it("never repeats the key, as some servers do", () => {
    const body = { error: { message: "Incorrect key sk-secret-1 given" } };
    expect(error(400, { body, secret: "sk-secret-1" }).message).not.toContain("sk-secret-1");
  });

  it("keeps a status of the request's own fault for the client", () => expect(error(422).httpStatus).toBe(422));

  it("is a server that still loads its model only when it says so", () => {
    expect(isLoadingAnswer(503, Buffer.from('{"error":{"message":"Loading model"}}'))).toBe(true);
    expect(isLoadingAnswer(503, Buffer.from("busy"))).toBe(false);
    expect(isLoadingAnswer(500, Buffer.from("loading"))).toBe(false);
  });
});

describe("Retry-After", () => {
  it.each([
    [null, 2],
    ["", 2],
    ["7", 7],
    [" 7 ", 7],
    ["0", 1],
    ["86400", 300],
    ["99999999999999999999", 2],
    ["-5", 2],
    ["1.5", 2],
    ["soon", 2],
    ["Thu, 01 Jan 2026 00:00:30 GMT", 30],
    ["Thu, 01 Jan 2026 00:00:00 GMT", 1],
    ["Wed, 31 Dec 2025 00:00:00 GMT", 1],
    ["Thu, 01 Jan 2099 00:00:00 GMT", 300],
    ["Thu, 99 Foo 2026 99:99:99 GMT", 2],
  ])("%j is %i seconds", (header, seconds) => expect(retryAfterSeconds(header, nowMs)).toBe(seconds));
});

describe("a server without a call for images or audio", () => {
  const mediaPath = "/v1/audio/speech";

  it.each<[number, Given]>([
    [404, { body: { detail: "Not Found" } }],
    [404, { body: { error: { code: 404, message: "File Not Found", type: "not_found_error" } } }],
    [404, { body: "<html>", contentType: "text/html" }],
    [404, { body: { error: { code: "not_found", message: "No route for POST /v1/audio/speech, see /v1/models" } } }],
    [405, {}],
    [501, {}],
  ])("is told of by that call: %d %j", (status, given) => {
    const told = error(status, { ...given, mediaPath });
    expect(told).toMatchObject({ code: "backend_path_missing", httpStatus: 404, params: { path: mediaPath } });
    // Another place may have it, and the server is well.
    expect(failureKind(told)).toBe("place");
    expect(judgeFailure({ code: told.code, retryAfterMs: null })).toBe("nothing");
  });

  it.each([
    { error: { message: "The model `qwen` does not exist" } },
    { error: { code: "model_not_found", message: "no" } },
  ])("is another thing than a model that it does not have: %j", (body) => {
    expect(error(404, { body, mediaPath }).code).toBe("backend_model_missing");
  });
});
