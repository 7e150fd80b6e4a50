import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { readBoundary, scanForm } from "../../../sidecar/router/form-envelope.ts";

const part = (head: string, value: string | Buffer): Buffer =>
  Buffer.concat([Buffer.from(`--b\r\n${head}\r\n\r\n`), Buffer.from(value), Buffer.from("\r\n")]);
const field = (name: string, value: string): Buffer => part(`Content-Disposition: form-data; name="${name}"`, value);
const form = (...parts: readonly Buffer[]): Buffer => Buffer.concat([...parts, Buffer.from("--b--\r\n")]);

function problemOf(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return error instanceof MeshError && "field" in error.params ? `${error.code} ${error.params.field}` : error;
  }
}

describe("a form's envelope", () => {
  it("has the model's name and where it stands, whatever else the form holds", async () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    // Names and files that look like parts of the form themselves.
    const name = fc.string({ unit: fc.constantFrom("a", '"', ";", " ", "=", "name", "model", "ü"), maxLength: 12 });
    const entry = fc.record({ name, file: bytes, fileName: name });
    const model = fc.string({ unit: fc.constantFrom("m", "/", ":", "-", "é"), minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 6 }), fc.nat(6), model, async (entries, at, asked) => {
        const given = new FormData();
        const others = entries.filter((each) => each.name !== "model" && each.name !== "stream");
        for (const [index, each] of [...others, null].entries()) {
          if (index === Math.min(at, others.length)) given.append("model", asked);
          if (each !== null) given.append(each.name, new Blob([new Uint8Array(each.file)]), each.fileName);
        }
        const sent = new Response(given);
        const type = sent.headers.get("content-type") ?? "";
        const body = Buffer.from(await sent.arrayBuffer());
        const { model: found, modelRange } = scanForm(body, readBoundary(type));
        expect(found).toBe(asked);
        expect(body.toString("utf8", modelRange.start, modelRange.end)).toBe(asked);
      }),
      { numRuns: 60 },
    );
  });

  it("is one of a stream when it says so", () => {
    expect(scanForm(form(field("model", "m"), field("stream", "true")), "b").stream).toBe(true);
    expect(scanForm(form(field("stream", "false"), field("model", "m")), "b").stream).toBe(false);
  });

  it("takes names without quotes, and headers in any case", () => {
    expect(scanForm(form(part("CONTENT-DISPOSITION: form-data;name=model", "m")), "b").model).toBe("m");
  });

  it("passes over a large file quickly, and over dividers of other forms in it", () => {
    const file = Buffer.alloc(20 * 1024 * 1024, "\r\n--a\r\n");
    expect(
      scanForm(form(part('Content-Disposition: form-data; name="file"', file), field("model", "m")), "b").model,
    ).toBe("m");
  });

  it.each<[string, Buffer, string]>([
    ["is empty", Buffer.alloc(0), "body"],
    ["has another boundary", Buffer.from("--c\r\n"), "body"],
    ["breaks off in a head", Buffer.from("--b\r\nContent-Disposition: form-data"), "body"],
    ["breaks off in a value", field("model", "m"), "body"],
    ["has no model", form(field("prompt", "x")), "model"],
    ["has two models", form(field("model", "m"), field("model", "n")), "model"],
    ["has an empty model", form(field("model", "")), "model"],
    ["has an endless model", form(field("model", "m".repeat(1000))), "model"],
    ["has a model of two lines", form(field("model", "m\r\nn")), "model"],
    ["has a part with two names", form(part('Content-Disposition: form-data; name="x"; name="model"', "m")), "body"],
    [
      "has a part with two dispositions",
      form(part('Content-Disposition: a; name="x"\r\nContent-Disposition: b; name="model"', "m")),
      "body",
    ],
    ["has a name that does not end", form(part('Content-Disposition: form-data; name="model', "m")), "body"],
    ["has an endless head", form(part(`X: ${"x".repeat(10_000)}`, "m")), "body"],
    ["has endless parts", form(...Array.from({ length: 300 }, () => field("x", ""))), "body"],
  ])("is refused when it %s", (_name, body, where) => {
    expect(problemOf(() => scanForm(body, "b"))).toBe(`invalid_field ${where}`);
  });
});

describe("a form's boundary", () => {
  it.each([
    ["multipart/form-data; boundary=abc", "abc"],
    ['multipart/form-data; charset=utf-8; Boundary="a=b?c"', "a=b?c"],
    ["multipart/form-data; boundary=", "invalid_field content-type"],
    ["multipart/form-data", "invalid_field content-type"],
    ["multipart/form-data; boundary=a; boundary=b", "invalid_field content-type"],
    [`multipart/form-data; boundary=${"a".repeat(71)}`, "invalid_field content-type"],
    ['multipart/form-data; boundary="a b"', "invalid_field content-type"],
    ['multipart/form-data; boundary="a', "invalid_field content-type"],
  ])("is read from %s: %s", (type, expected) => {
    expect(problemOf(() => readBoundary(type))).toBe(expected);
  });
});
