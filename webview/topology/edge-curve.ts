import type { Box } from "./layout.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Two quadratic curves that meet in the middle between the bends: what Cytoscape draws for two control points. */
export interface Curve {
  readonly start: Point;
  readonly bend: Point;
  readonly counterbend: Point;
  readonly end: Point;
  /** From a card to one of its own rank, such as a machine's GPU: it leaves at the lower left corner. */
  readonly isInner: boolean;
}

/** Where an inner edge leaves, as a share of the card's width to the left of its middle. */
export const innerStartShare = 0.46;

/** Where an edge turns, as a share of the way to the right: early, so that its figure stands on a level line. */
const turnShare = 0.26;

/** The way from one card to another: out to the right, in from the left. */
export function edgeCurve(from: Box, to: Box): Curve {
  const end = { x: to.x - to.width / 2, y: to.y };
  const start = { x: from.x + from.width / 2, y: from.y };
  if (start.x < end.x) {
    const turn = start.x + (end.x - start.x) * turnShare;
    return { start, bend: { x: turn, y: start.y }, counterbend: { x: turn, y: end.y }, end, isInner: false };
  }
  const corner = { x: from.x - from.width * innerStartShare, y: from.y + from.height / 2 };
  const elbow = { x: corner.x, y: end.y };
  return { start: corner, bend: elbow, counterbend: elbow, end, isInner: true };
}

/** The point at a share of the way, 0 to 1. */
export function pointOn(curve: Curve, share: number): Point {
  const { start, bend, counterbend, end } = curve;
  const middle = { x: (bend.x + counterbend.x) / 2, y: (bend.y + counterbend.y) / 2 };
  return share < 0.5
    ? quadratic([start, bend, middle], share * 2)
    : quadratic([middle, counterbend, end], share * 2 - 1);
}

function quadratic([a, b, c]: readonly [Point, Point, Point], share: number): Point {
  const rest = 1 - share;
  const [first, second, third] = [rest * rest, 2 * rest * share, share * share];
  return { x: first * a.x + second * b.x + third * c.x, y: first * a.y + second * b.y + third * c.y };
}

/** The same as an SVG path. */
export function curveOutline({ start, bend, counterbend, end }: Curve): string {
  const middle = { x: (bend.x + counterbend.x) / 2, y: (bend.y + counterbend.y) / 2 };
  return `M${at(start)}Q${at(bend)} ${at(middle)}Q${at(counterbend)} ${at(end)}`;
}

const at = ({ x, y }: Point): string => `${round(x)} ${round(y)}`;
const round = (value: number): number => Math.round(value * 10) / 10;

/** The bends as Cytoscape wants them: shares of the straight line between the ends, and distances from it. */
export function controlPoints({ start, bend, counterbend, end }: Curve): { weights: number[]; distances: number[] } {
  const [dx, dy] = [end.x - start.x, end.y - start.y];
  const length = Math.hypot(dx, dy) || 1;
  const points = [bend, counterbend].map(({ x, y }) => ({ x: x - start.x, y: y - start.y }));
  return {
    weights: points.map(({ x, y }) => (x * dx + y * dy) / (length * length)),
    distances: points.map(({ x, y }) => (y * dx - x * dy) / length),
  };
}
