import { expect, test } from "vitest";
import { LinkedList } from "../../../sidecar/platform/linked-list.ts";

test("keeps the order in which things came, whichever leave", () => {
  const list = new LinkedList<string>();
  const [a, b, c, d] = ["a", "b", "c", "d"].map((each) => list.append(each));
  if (b === undefined || a === undefined || c === undefined || d === undefined) throw new Error("nothing was added");
  list.remove(b);
  expect(list.values()).toEqual(["a", "c", "d"]);
  list.remove(a);
  expect(list.first).toBe(c);
  list.remove(d);
  list.append("e");
  expect(list.values()).toEqual(["c", "e"]);
  expect(list.size).toBe(2);
});

test("lets go of the others when one leaves, and counts it once", () => {
  const list = new LinkedList<number>();
  list.append(1);
  const two = list.append(2);
  list.append(3);
  list.remove(two);
  list.remove(two);
  expect(list.size).toBe(2);
  expect([two.before, two.after]).toEqual([undefined, undefined]);
});
