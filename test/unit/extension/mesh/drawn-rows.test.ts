import { beforeEach, describe, expect, it } from "vitest";
import { DrawnRows } from "../../../../extension/mesh/drawn-rows.ts";
import type { TreeEntry } from "../../../../extension/mesh/tree-entries.ts";

/** Parent and words of each thing, by its id. */
let things: Map<string, { parent: string | undefined; words: string }>;
let rows: DrawnRows;

const entryOf = (id: string, words: string): TreeEntry => ({
  id,
  label: id,
  description: words,
  icon: "server",
  colour: undefined,
  details: [],
  contextValue: "node",
  hasChildren: true,
  modelId: undefined,
  backendId: id,
});

/** As the editor does when it draws the whole tree. */
function drawAll(parent?: string): void {
  for (const row of rows.below(parent)) {
    rows.look(row);
    drawAll(row.id);
  }
}
const changed = (): readonly string[] | "all" => {
  const changes = rows.changes();
  return changes === "all" ? changes : changes.map(({ id }) => id);
};

beforeEach(() => {
  things = new Map([
    ["node", { parent: undefined, words: "this machine" }],
    ["near", { parent: "node", words: "healthy" }],
    ["far", { parent: "node", words: "healthy" }],
  ]);
  rows = new DrawnRows({
    idsBelow: (parentId) => [...things].flatMap(([id, { parent }]) => (parent === parentId ? [id] : [])),
    entry: (id) => {
      const thing = things.get(id);
      return thing && entryOf(id, thing.words);
    },
  });
});

describe("the rows that are drawn anew", () => {
  it("are none before the editor has drawn any, and none where nothing has changed", () => {
    expect(changed()).toEqual([]);
    drawAll();
    expect(changed()).toEqual([]);
  });

  it("are those that look different, each once", () => {
    drawAll();
    things.set("far", { parent: "node", words: "unhealthy" });
    expect(changed()).toEqual(["far"]);
    expect(changed()).toEqual([]);
    expect(rows.below("node").map((row) => rows.look(row)?.description)).toEqual(["healthy", "unhealthy"]);
  });

  it("are those above rows that have come or gone", () => {
    drawAll();
    things.set("new", { parent: "near", words: "healthy" });
    expect(changed()).toEqual(["near"]);
    drawAll();
    things.delete("new");
    expect(changed()).toEqual(["near"]);
  });

  it("are all of them when the top ones are others, as when the node stops", () => {
    drawAll();
    things.clear();
    expect(changed()).toBe("all");
  });

  it("stay the same rows for the editor, whatever they look like", () => {
    drawAll();
    const [before] = rows.below("node");
    things.set("near", { parent: "node", words: "unhealthy" });
    rows.changes();
    expect(rows.below("node")[0]).toBe(before);
    expect(rows.row("near")).toBe(before);
  });
});
