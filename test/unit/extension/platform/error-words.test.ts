import { describe, expect, it } from "vitest";
import { type ErrorCode, errorCatalogue } from "../../../../contract/errors/catalogue.ts";
import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import { errorWords } from "../../../../extension/platform/error-words.ts";
import { redactForSharing } from "../../../../extension/platform/redact.ts";
import { schemaSample } from "../../../support/schema-sample.ts";
import { english } from "../../../support/translate.ts";

describe.each(Object.keys(errorCatalogue) as ErrorCode[])("%s", (code) => {
  it("reads as the catalogue says, with a next step that an editor can offer", () => {
    const error = MeshError.fromWire({ code, params: schemaSample(errorCatalogue[code].params) });
    if (error === undefined) throw new Error("not in the catalogue");
    const words = errorWords(error, english);
    expect(words.message).toBe(error.message);
    for (const text of Object.values(words)) expect(text ?? "").not.toMatch(/\{\w+\}|undefined/);
  });
});

describe("an error about a hostile name", () => {
  it("carries neither link nor markup order into a notification", () => {
    const error = new MeshError("unknown_model", { model: "[a](command:quit)\u202e", available: ["$(bug)", "b"] });
    const { message } = errorWords(error, english);
    expect(message).not.toMatch(/\]\(|\u202e|\$\(/);
    expect(message).toContain("b");
  });
});

describe("a report for sharing", () => {
  it("holds no key and does not say whose machine it is", () => {
    const person = { home: "/home/ada", user: "ada", host: "desk" };
    const text = 'key im-abcdefghijklmnopqrstuvwx at /home/ada/x by ada on desk, "Bearer abcdefgh12345678"; adapt';
    const shared = redactForSharing(text, person);
    expect(shared).toBe('key [redacted] at ~/x by [user] on [host], "[redacted]"; adapt');
  });
});
