import { describe, expect, it } from "vitest";
import { errorCatalogue } from "../../../../contract/errors/catalogue.ts";
import { MeshError, toOpenAiError } from "../../../../contract/errors/mesh-error.ts";

describe("an error", () => {
  const error = new MeshError("engine_busy", { model: "m", parallel: 4 });

  it("has everything that the catalogue says of its code", () => {
    const { httpStatus, type, retryable } = errorCatalogue.engine_busy;
    expect(error).toMatchObject({ name: "MeshError", code: "engine_busy", httpStatus, type, retryable });
    expect(error).toBeInstanceOf(Error);
    expect(error.message).toBe("'m' is already answering 4 request(s), its limit.");
    expect(error.nextStep).toBe("Try again in a moment.");
  });

  it("keeps its cause, and does not send it", () => {
    const cause = new Error("a secret detail");
    const caused = new MeshError("engine_crashed", { model: "m" }, { cause });
    expect(caused.cause).toBe(cause);
    expect(JSON.stringify([caused.toWire(), toOpenAiError(caused)])).not.toContain("secret");
  });

  it("says 'none' where nothing is available", () => {
    expect(new MeshError("unknown_model", { model: "m", available: [] }).message).toContain("Available: none.");
  });
});

describe("what comes from another process", () => {
  it.each([
    ["a code of a newer version", { code: "from_the_future", params: {} }],
    ["the name of an object's own method", { code: "toString", params: {} }],
    ["the name of the prototype", { code: "__proto__", params: {} }],
    ["parameters that are missing", { code: "engine_busy", params: { model: "m" } }],
    ["parameters of a wrong type", { code: "engine_busy", params: { model: "m", parallel: "4" } }],
    ["no parameters at all", { code: "cancelled" }],
    ["a code that is a number", { code: 500, params: {} }],
    ["text", "engine_busy"],
    ["null", null],
    ["nothing", undefined],
  ])("is no error of ours: %s", (_name, value) => {
    expect(MeshError.fromWire(value)).toBeUndefined();
  });

  it("may have parameters that a newer version has added; they are left out", () => {
    const error = MeshError.fromWire({ code: "engine_crashed", params: { model: "m", addedLater: true }, more: 1 });
    expect(error?.toWire()).toEqual({ code: "engine_crashed", params: { model: "m" } });
  });
});

describe("the field that OpenAI's clients are pointed to", () => {
  it.each([
    ["the field itself", new MeshError("invalid_field", { field: "stream", problem: "no" }), "stream"],
    ["a nested field", new MeshError("unsupported_field", { field: "tools[0].type" }), "tools[0].type"],
    ["the model", new MeshError("unknown_model", { model: "m", available: [] }), "model"],
    [
      "the messages, where they are too long",
      new MeshError("context_length_exceeded", { model: "m", promptTokens: 2, contextTokens: 1 }),
      "messages",
    ],
    ["none, where the engine is at fault", new MeshError("engine_crashed", { model: "m" }), null],
    ["none, where the whole body is", new MeshError("malformed_json", { offset: 0 }), null],
  ])("is %s", (_name, error, param) => {
    expect(toOpenAiError(error).error.param).toBe(param);
  });
});
