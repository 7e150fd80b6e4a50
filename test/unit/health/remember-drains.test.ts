import { expect, it } from "vitest";
import { HealthBook } from "../../../sidecar/health/health-book.ts";
import { ObservedFigures } from "../../../sidecar/health/observed-figures.ts";
import { rememberDrains } from "../../../sidecar/health/remember-drains.ts";
import { FakeBackend } from "../../support/fake-backend.ts";
import { ManualClock } from "../../support/manual-clock.ts";

function startedWith(drained: readonly string[]) {
  const clock = new ManualClock();
  const book = new HealthBook({ clock, random: () => 0.5, figures: new ObservedFigures(clock) });
  const ids = ["a", "b"];
  for (const id of ids) book.add(new FakeBackend({ id }), { level: "models", intervalMs: 15_000 });
  const saves: (readonly string[])[] = [];
  rememberDrains(book, () => ids, { drained, save: (now) => saves.push(now) });
  return { book, ids, saves };
}

it("remembers who is drained, and forgets whoever is enabled or disabled", () => {
  const { book, saves } = startedWith([]);
  book.drain("b", 1000);
  book.drain("a", 1000);
  book.enable("b");
  book.disable("a");
  expect(saves).toEqual([["b"], ["a", "b"], ["a"], []]);
});

it("keeps those out who were drained before the node was started anew", () => {
  const { book, saves } = startedWith(["b"]);
  expect(book.standingOf("b")).toMatchObject({ health: "draining", rejection: "draining" });
  expect(book.standingOf("a").rejection).toBeNull();
  expect(saves).toEqual([]);
  book.enable("b");
  expect(saves).toEqual([[]]);
});

it("forgets backends that are no longer configured", () => {
  expect(startedWith(["gone", "a"]).saves).toEqual([["a"]]);
  const { book, ids, saves } = startedWith(["b"]);
  ids.pop();
  book.remove("b");
  expect(saves).toEqual([[]]);
});
