import { expect, it } from "vitest";
import { Emitter, listenerWarning } from "../../../sidecar/platform/emitter.ts";

it("calls every listener at once, in the order in which they were added", () => {
  const emitter = new Emitter<number>();
  const calls: string[] = [];
  emitter.event((value) => calls.push(`a${value}`));
  emitter.event((value) => calls.push(`b${value}`));
  emitter.fire(1);
  emitter.fire(2);
  expect(calls).toEqual(["a1", "b1", "a2", "b2"]);
});

it("calls a listener no more once it is disposed", () => {
  const emitter = new Emitter<void>();
  let calls = 0;
  const subscription = emitter.event(() => calls++);
  emitter.fire();
  subscription.dispose();
  subscription.dispose();
  emitter.fire();
  expect(calls).toBe(1);
  expect(emitter.listenerCount).toBe(0);
});

it("takes one function twice as two registrations, each with its own end", () => {
  const emitter = new Emitter<void>();
  let calls = 0;
  const listener = (): void => void calls++;
  const first = emitter.event(listener);
  emitter.event(listener);
  emitter.fire();
  expect(calls).toBe(2);
  first.dispose();
  emitter.fire();
  expect(calls).toBe(3);
});

it("lets a listener end itself while it is called, without the others missing it", () => {
  const emitter = new Emitter<void>();
  const calls: string[] = [];
  const once = emitter.event(() => {
    calls.push("once");
    once.dispose();
  });
  emitter.event(() => calls.push("always"));
  emitter.fire();
  emitter.fire();
  expect(calls).toEqual(["once", "always", "always"]);
});

it("does not call a listener any more that an earlier one has just disposed", () => {
  const emitter = new Emitter<void>();
  let calls = 0;
  emitter.event(() => second.dispose());
  const second = emitter.event(() => calls++);
  emitter.fire();
  expect(calls).toBe(0);
});

it("calls a listener that is added while it fires from the next time on", () => {
  const emitter = new Emitter<number>();
  const values: number[] = [];
  const adding = emitter.event(() => {
    adding.dispose();
    emitter.event((value) => values.push(value));
  });
  emitter.fire(1);
  emitter.fire(2);
  expect(values).toEqual([2]);
});

it("calls the others and goes on when a listener throws, and tells of that listener once", async () => {
  const emitter = new Emitter<number>();
  const values: number[] = [];
  emitter.event(() => {
    throw new Error("broken on purpose");
  });
  emitter.event((value) => values.push(value));
  const warnings: Error[] = [];
  const first = Promise.withResolvers<void>();
  const onWarning = (warning: Error): void => {
    warnings.push(warning);
    first.resolve();
  };
  process.on("warning", onWarning);
  try {
    emitter.fire(1);
    emitter.fire(2);
    await first.promise;
    // Warnings come in their own turns: a second one would have come by the next.
    await new Promise(setImmediate);
  } finally {
    process.off("warning", onWarning);
  }
  expect(values).toEqual([1, 2]);
  expect(warnings.map(({ name, message }) => ({ name, message }))).toEqual([
    { name: listenerWarning, message: "A listener failed: broken on purpose" },
  ]);
});
