import type { ThingKind } from "../../contract/webview/mesh-things.ts";
import type { VisibleThing } from "./visible-graph.ts";

/** Where a thing stands: its middle and its size, in the picture's own units (pixels at a zoom of 1). */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Sizes of cards and of the room between them. */
export interface Geometry {
  readonly widths: Readonly<Record<ThingKind, number>>;
  readonly heights: Readonly<Record<ThingKind, number>>;
  /** Room to the left of each rank, for the figures on its edges. */
  readonly rankGap: number;
  readonly rowGap: number;
  /** Between one backend with all that is behind it and the next. */
  readonly bandGap: number;
  readonly indent: number;
}

const heights = { user: 48, router: 56, backend: 52, machine: 44, gpu: 40, model: 40 } as const;

export const wideGeometry: Geometry = {
  widths: { user: 112, router: 176, backend: 228, machine: 244, gpu: 244, model: 244 },
  heights,
  rankGap: 108,
  rowGap: 10,
  bandGap: 20,
  indent: 16,
};

/** For a view that is moved into the side bar. */
export const narrowGeometry: Geometry = {
  widths: { user: 84, router: 136, backend: 176, machine: 180, gpu: 180, model: 180 },
  heights,
  rankGap: 76,
  rowGap: 10,
  bandGap: 18,
  indent: 12,
};

const maxIndents = 3;
const rankOf: Readonly<Record<ThingKind, number>> = { user: 0, router: 1, backend: 2, machine: 3, gpu: 3, model: 3 };
const rankKinds = ["user", "router", "backend", "model"] as const satisfies readonly ThingKind[];

/**
 * Places things in fixed ranks: You → Router → Backends → Models. Pure, linear, and blind to everything but which things
 * there are and in which order, so that a change of health or figures never moves anything. Each backend has a band of
 * its own with what is behind it; bands stand in order, so that a new one at the end moves no other.
 */
export function layOut(things: ReadonlyMap<string, VisibleThing>, geometry: Geometry): Map<string, Box> {
  const behind = new Map<string, string[]>();
  const ranks: string[][] = [[], [], [], []];
  for (const [id, { thing, parent }] of things) {
    const rank = rankOf[thing.kind];
    const isBehind = rank === 3 && parent !== null && things.has(parent);
    const row = isBehind ? behind.get(parent) : ranks[rank];
    if (row !== undefined) row.push(id);
    else if (isBehind) behind.set(parent, [id]);
  }
  const stage: Stage = { things, behind, geometry, boxes: new Map(), lefts: rankLefts(geometry) };
  const [users = [], routers = [], backends = [], loose = []] = ranks;
  let bottom = 0;
  for (const id of backends) bottom = placeBand(stage, id, bottom) + geometry.bandGap;
  for (const id of loose) bottom = placeBehind(stage, id, { top: bottom, depth: 0 }) + geometry.rowGap;
  const middle = Math.max(0, bottom - geometry.bandGap) / 2;
  placeStack(stage, users, middle);
  placeStack(stage, routers, middle);
  return stage.boxes;
}

interface Stage {
  readonly things: ReadonlyMap<string, VisibleThing>;
  readonly behind: ReadonlyMap<string, readonly string[]>;
  readonly geometry: Geometry;
  readonly boxes: Map<string, Box>;
  readonly lefts: readonly number[];
}

/** Where each rank begins. */
function rankLefts({ widths, rankGap }: Geometry): number[] {
  let left = 0;
  return rankKinds.map((kind) => {
    const own = left;
    left += widths[kind] + rankGap;
    return own;
  });
}

/** Puts one card with its top there. @returns its bottom */
function placeCard({ things, geometry, boxes, lefts }: Stage, id: string, at: { top: number; depth: number }): number {
  const kind = things.get(id)?.thing.kind ?? "model";
  const indent = Math.min(at.depth, maxIndents) * geometry.indent;
  const width = geometry.widths[kind] - indent;
  const height = geometry.heights[kind];
  const left = (lefts[rankOf[kind]] ?? 0) + indent;
  boxes.set(id, { x: left + width / 2, y: at.top + height / 2, width, height });
  return at.top + height;
}

/** A backend in the middle of what is behind it. @returns the bottom of both */
function placeBand(stage: Stage, id: string, top: number): number {
  const { geometry, behind, boxes } = stage;
  let bottom = top;
  for (const child of behind.get(id) ?? []) {
    bottom = placeBehind(stage, child, { top: bottom, depth: 0 }) + geometry.rowGap;
  }
  const height = geometry.heights.backend;
  const band = Math.max(bottom - geometry.rowGap - top, height);
  placeCard(stage, id, { top: top + (band - height) / 2, depth: 0 });
  // What is lower than its backend stands in the backend's middle.
  const only = bottom - geometry.rowGap - top;
  if (only > 0 && only < height) shift(stage, behind.get(id) ?? [], (height - only) / 2);
  return boxes.has(id) ? top + band : top;
}

/** A thing and, indented below it, what unfolds behind it. @returns the bottom of all */
function placeBehind(stage: Stage, id: string, at: { readonly top: number; readonly depth: number }): number {
  let bottom = placeCard(stage, id, at);
  for (const child of stage.behind.get(id) ?? []) {
    bottom = placeBehind(stage, child, { top: bottom + stage.geometry.rowGap, depth: at.depth + 1 });
  }
  return bottom;
}

function shift({ boxes }: Stage, ids: readonly string[], by: number): void {
  for (const id of ids) {
    const box = boxes.get(id);
    if (box !== undefined) boxes.set(id, { ...box, y: box.y + by });
  }
}

/** The few things of the first ranks, one below the other around the middle. */
function placeStack(stage: Stage, ids: readonly string[], middle: number): void {
  const { geometry, things } = stage;
  const heightOf = (id: string): number => geometry.heights[things.get(id)?.thing.kind ?? "router"];
  const whole = ids.reduce((sum, id) => sum + heightOf(id) + geometry.rowGap, -geometry.rowGap);
  let top = middle - whole / 2;
  for (const id of ids) top = placeCard(stage, id, { top, depth: 0 }) + geometry.rowGap;
}

/** The smallest rectangle around all boxes; empty at the origin when there are none. */
export function boundsOf(boxes: Iterable<Box>): Bounds {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y, width, height } of boxes) {
    left = Math.min(left, x - width / 2);
    top = Math.min(top, y - height / 2);
    right = Math.max(right, x + width / 2);
    bottom = Math.max(bottom, y + height / 2);
  }
  return left === Infinity ? { left: 0, top: 0, right: 0, bottom: 0 } : { left, top, right, bottom };
}
