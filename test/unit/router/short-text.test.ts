import fc from "fast-check";
import { expect, it } from "vitest";
import { shortText } from "../../../sidecar/router/short-text.ts";

it("gives the text that stands there, whatever came before", () => {
  // Few letters, so that many texts fall into the same slot.
  const letters = fc.array(fc.constantFrom("a", "b", "ab", "ba"), { maxLength: 40 });
  fc.assert(
    fc.property(fc.array(letters, { minLength: 1, maxLength: 30 }), (texts) => {
      const wanted = texts.map((parts) => parts.join(""));
      const bytes = Buffer.from(wanted.join("|"), "latin1");
      let at = 0;
      const read = wanted.map((text) => {
        const start = at;
        at += text.length + 1;
        return shortText(bytes, start, start + text.length);
      });
      expect(read).toEqual(wanted);
    }),
  );
});

it("gives each byte as one character", () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  for (let byte = 0; byte < 256; byte++) expect(shortText(bytes, byte, byte + 1)).toBe(String.fromCharCode(byte));
  expect(shortText(bytes, 0, 256)).toBe(bytes.toString("latin1"));
});

it("keeps no bytes that are overwritten later", () => {
  const bytes = Buffer.from("first");
  const text = shortText(bytes, 0, 5);
  bytes.write("other");
  expect([text, shortText(bytes, 0, 5)]).toEqual(["first", "other"]);
});
