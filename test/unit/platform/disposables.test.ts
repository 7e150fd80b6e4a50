import { expect, it } from "vitest";
import { type Disposable, Disposables } from "../../../sidecar/platform/disposables.ts";

/** Something that writes its name down when it has been disposed. */
const item = (name: string, done: string[]): Disposable => ({ dispose: () => void done.push(name) });

it("disposes what it owns once, the newest first", async () => {
  const done: string[] = [];
  const list = new Disposables();
  for (const name of ["a", "b", "c"]) list.add(item(name, done));
  await list.dispose();
  await list.dispose();
  expect(done).toEqual(["c", "b", "a"]);
});

it("gives back what was added", () => {
  const added = item("a", []);
  expect(new Disposables().add(added)).toBe(added);
});

it("waits for each item before it turns to the next", async () => {
  const done: string[] = [];
  const gate = Promise.withResolvers<void>();
  const list = new Disposables();
  list.add(item("first", done));
  list.add({
    dispose: async () => {
      await gate.promise;
      done.push("slow");
    },
  });
  const disposing = list.dispose();
  expect(done).toEqual([]);
  gate.resolve();
  await disposing;
  expect(done).toEqual(["slow", "first"]);
});

it("disposes at once what is added later", async () => {
  const done: string[] = [];
  const list = new Disposables();
  await list.dispose();
  list.add(item("late", done));
  expect(done).toEqual(["late"]);
});

it("disposes at once what is added while it is disposing", async () => {
  const done: string[] = [];
  const list = new Disposables();
  list.add({
    dispose: () => {
      list.add(item("added", done));
      done.push("outer");
    },
  });
  await list.dispose();
  expect(done).toEqual(["added", "outer"]);
});

it("disposes everything even when some fail, and reports all failures together", async () => {
  const done: string[] = [];
  const list = new Disposables();
  const failures = [new Error("at once"), new Error("later")];
  list.add(item("first", done));
  list.add({
    dispose: () => {
      throw failures[0];
    },
  });
  list.add(item("middle", done));
  list.add({ dispose: () => Promise.reject(failures[1]) });
  await expect(list.dispose()).rejects.toMatchObject({ errors: [failures[1], failures[0]] });
  expect(done).toEqual(["middle", "first"]);
});
