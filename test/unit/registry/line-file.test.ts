import { open, writeFile } from "node:fs/promises";
import fc from "fast-check";
import { expect, it } from "vitest";
import { countLines, linesFromEnd } from "../../../sidecar/registry/line-file.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";

const temporary = useTemporaryFolder();

async function readBack(text: string): Promise<string[]> {
  const path = temporary.join("lines");
  await writeFile(path, text);
  await using file = await open(path, "r");
  const lines: string[] = [];
  for await (const line of linesFromEnd(file)) lines.push(line);
  return lines;
}

it("gives the lines of a file from the last to the first, wherever its pieces are cut", async () => {
  // Pieces are 64 KiB: lines of tens of kilobytes with characters of several bytes lie across their borders.
  const line = fc.tuple(fc.integer({ min: 1, max: 40_000 }), fc.constantFrom("a", "é", "語", "😀"));
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 12 }), fc.boolean(), async (sizes, isEnded) => {
      const lines = sizes.map(([length, character]) => character.repeat(length));
      const text = lines.join("\n") + (isEnded && lines.length > 0 ? "\n" : "");
      expect(await readBack(text)).toEqual(lines.toReversed());
    }),
    { numRuns: 40 },
  );
});

it("leaves empty lines out, and a line beyond four megabytes without losing those around it", async () => {
  expect(await readBack("\n\na\n\n\nb\n")).toEqual(["b", "a"]);
  const lines = await readBack(`first\n${"x".repeat(5 * 1024 * 1024)}\nlast\n`);
  expect([lines[0], lines.at(-1)]).toEqual(["last", "first"]);
});

it("reads no more of a long file than somebody asks for", async () => {
  const path = temporary.join("lines");
  await writeFile(path, `${"x".repeat(99)}\n`.repeat(100_000));
  await using file = await open(path, "r");
  let readBytes = 0;
  const counting = {
    stat: () => file.stat(),
    read: async (options: { buffer: Buffer; length: number; position: number }) => {
      readBytes += options.length;
      return await file.read(options);
    },
  };
  let lines = 0;
  for await (const _line of linesFromEnd(counting as unknown as typeof file)) if (++lines === 100) break;
  expect(readBytes).toBe(64 * 1024);
});

it.each([
  ["", { lines: 0, isWhole: true }],
  ["a\nb\n", { lines: 2, isWhole: true }],
  ["a\nhalf", { lines: 1, isWhole: false }],
])("counts the lines of %j", async (text, counted) => {
  await writeFile(temporary.join("lines"), text);
  expect(await countLines(temporary.join("lines"))).toEqual(counted);
});

it("counts none where there is no file", async () => {
  expect(await countLines(temporary.join("missing"))).toEqual({ lines: 0, isWhole: true });
});
