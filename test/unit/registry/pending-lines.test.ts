import { expect, test } from "vitest";
import { PendingLines } from "../../../sidecar/registry/pending-lines.ts";

const long = "é".repeat(50_000);

test("hands out lines of any length, in their order", () => {
  const lines = new PendingLines();
  for (const line of ["a", long, "b"]) lines.push(line);
  const { count, bytes } = lines.take();
  expect(count).toBe(3);
  expect(bytes.toString()).toBe(`a\n${long}\nb\n`);
});

test("lines that come while others are written do not touch those, nor does what is given back show", () => {
  const lines = new PendingLines();
  lines.push("first");
  const first = lines.take();
  lines.push("second");
  expect(first.bytes.toString()).toBe("first\n");
  lines.giveBack(first);
  const second = lines.take();
  lines.push("third");
  expect(second.bytes.toString()).toBe("second\n");
  expect(lines.take().bytes.toString()).toBe("third\n");
});

test("takes the same memory again and again while there is much to write, and lets go of it afterwards", () => {
  const lines = new PendingLines();
  const seen = new Set<ArrayBufferLike>();
  for (let round = 0; round < 10; round++) {
    lines.push(long);
    const taken = lines.take();
    seen.add(taken.bytes.buffer);
    lines.giveBack(taken);
  }
  expect(seen.size).toBe(2);
  for (let round = 0; round < 3; round++) {
    lines.push("a");
    lines.giveBack(lines.take());
  }
  lines.push("a");
  expect(seen).not.toContain(lines.take().bytes.buffer);
});
