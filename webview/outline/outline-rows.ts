import type { MeshEdge, Thing } from "../../contract/webview/mesh-things.ts";
import type { VisibleGraph } from "../topology/visible-graph.ts";

/** One line of the tree. A model that two backends serve has two. */
export interface OutlineRow {
  /** Unique in the tree: the way from the root. */
  readonly key: string;
  readonly thing: Thing;
  readonly level: number;
  /** Its place among its siblings, from 1, and how many they are. */
  readonly position: number;
  readonly siblings: number;
  readonly parentKey: string | null;
  /** Null where nothing is behind it. */
  readonly isExpanded: boolean | null;
  readonly foldedCount: number;
}

/** Deeper than any mesh: a circle of edges ends here. */
const maxLevel = 8;

/** The lines of the tree that is shown beside the picture, along its edges from the left to the right. */
export function outlineRows({ things, edges }: VisibleGraph): OutlineRow[] {
  const behind = new Map<string, MeshEdge[]>();
  const reached = new Set<string>();
  for (const edge of edges.values()) {
    reached.add(edge.to);
    const row = behind.get(edge.from);
    if (row === undefined) behind.set(edge.from, [edge]);
    else row.push(edge);
  }
  const rows: OutlineRow[] = [];
  const add = (ids: readonly string[], parent: OutlineRow | null): void => {
    for (const [index, id] of ids.entries()) {
      const visible = things.get(id);
      if (visible === undefined) continue;
      const next = (behind.get(id) ?? []).map(({ to }) => to);
      const isExpanded = visible.fold === "folded" ? false : next.length > 0 ? true : null;
      const row: OutlineRow = {
        key: parent === null ? id : `${parent.key}\n${id}`,
        thing: visible.thing,
        level: (parent?.level ?? 0) + 1,
        position: index + 1,
        siblings: ids.length,
        parentKey: parent?.key ?? null,
        isExpanded,
        foldedCount: visible.foldedCount,
      };
      rows.push(row);
      if (isExpanded === true && row.level < maxLevel) add(next, row);
    }
  };
  add(
    [...things.keys()].filter((id) => !reached.has(id)),
    null,
  );
  return rows;
}
