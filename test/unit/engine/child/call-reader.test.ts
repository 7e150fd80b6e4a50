import { describe, expect, it } from "vitest";
import { CallReader } from "../../../../sidecar/engine/child/calls/call-reader.ts";
import { callFormats } from "../../../../sidecar/engine/child/calls/index.ts";

const calls = [
  { name: "now", arguments: "{}" },
  { name: "get_weather", arguments: '{"city": "a \\"}{\\\\", "list": [{"x": 1}, {}]}' },
];

describe("calls of functions", () => {
  for (const format of callFormats) {
    const made = format.beforeNextName === undefined ? calls.slice(1) : calls;
    const text =
      format.afterOpener +
      format.beforeName +
      made
        .map((call) => call.name + format.beforeArguments + call.arguments + format.afterArguments)
        .join(format.beforeNextName ?? "") +
      format.closer;

    it(`are read in pieces of any size: ${format.id}`, () => {
      for (const size of [1, 2, 5, 1000]) {
        let ids = 0;
        const reader = new CallReader(format, () => `id${ids++}`);
        const deltas = (text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? []).flatMap((piece) => reader.push(piece));
        const read = made.map((_, index) => {
          const own = deltas.filter((delta) => delta.index === index);
          expect(own.map((delta) => delta.id).filter((id) => id !== undefined)).toEqual([`id${index}`]);
          return { name: own[0]?.function.name, arguments: own.map((delta) => delta.function.arguments).join("") };
        });
        expect(read).toEqual(made);
        expect(reader.calls).toBe(made.length);
      }
    });
  }
});
