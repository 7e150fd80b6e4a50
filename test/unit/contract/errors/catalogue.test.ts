import { describe, expect, it } from "vitest";
import { type ErrorCode, errorCatalogue } from "../../../../contract/errors/catalogue.ts";
import { MeshError, toOpenAiError } from "../../../../contract/errors/mesh-error.ts";
import { schemaSample } from "../../../support/schema-sample.ts";

const codes = Object.keys(errorCatalogue) as ErrorCode[];

/** An error of this code, come from another process as JSON. */
function receive(code: string, params: unknown): MeshError {
  const error = MeshError.fromWire(JSON.parse(JSON.stringify({ code, params })));
  if (error === undefined) throw new Error(`${code} was not understood`);
  return error;
}

describe.each(codes)("%s", (code) => {
  const definition = errorCatalogue[code];
  const params = schemaSample(definition.params) as Record<string, unknown>;
  const error = receive(code, params);

  it("comes through the wire as it was sent", () => {
    expect(error.toWire()).toEqual({ code, params });
    const again = receive(error.code, error.toWire().params);
    expect(again.toWire()).toEqual(error.toWire());
    expect(again.message).toBe(error.message);
  });

  it("says in whole sentences what happened and what to do", () => {
    for (const words of [error.message, error.nextStep]) {
      expect(words).toMatch(/^\S.*\S$/);
      expect(words).not.toMatch(/undefined|null|NaN|\[object/);
    }
    expect(error.nextStep).toMatch(/\.$/);
  });

  it("has an HTTP status of an error", () => {
    expect(error.httpStatus).toBe(definition.httpStatus);
    expect(Number.isInteger(error.httpStatus)).toBe(true);
    expect(error.httpStatus).toBeGreaterThanOrEqual(400);
    expect(error.httpStatus).toBeLessThanOrEqual(599);
  });

  it("reads well to clients of OpenAI's API", () => {
    expect(toOpenAiError(error)).toEqual({
      error: {
        message: `${error.message} ${error.nextStep}`,
        type: definition.type,
        code,
        params,
        param: expect.toBeOneOf([expect.any(String), null]),
      },
    });
  });
});

describe.each(codes.filter((code) => Object.keys(errorCatalogue[code].params.shape).length > 0))("%s", (code) => {
  const params = schemaSample(errorCatalogue[code].params) as Record<string, unknown>;
  const error = receive(code, params);

  it("names its parameters somewhere, so that two of a kind can be told apart", () => {
    const words = `${error.message} ${error.nextStep}`;
    const values = Object.values(params).flat().map(String);
    expect(values.some((value) => words.includes(value))).toBe(true);
  });

  it("is not understood with parameters of another shape", () => {
    expect(MeshError.fromWire({ code, params: {} })).toBeUndefined();
    for (const name of Object.keys(params)) {
      expect(MeshError.fromWire({ code, params: { ...params, [name]: { not: "this" } } })).toBeUndefined();
    }
  });
});
