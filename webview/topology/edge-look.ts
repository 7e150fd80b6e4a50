import type { Health } from "../../contract/mesh/health.ts";

export interface EdgeLook {
  /** Lengths of strokes and gaps; none for a line without gaps. */
  readonly dash: readonly number[];
  /** What stands at its right end, in Cytoscape's words. */
  readonly arrow: "triangle" | "tee" | "vee" | "circle" | "diamond" | "none";
  readonly isHollow: boolean;
  readonly width: number;
}

/** Each health has a line and an end of its own, so that no two differ by their colour alone. */
export const edgeLooks: Readonly<Record<Health, EdgeLook>> = {
  healthy: { dash: [], arrow: "triangle", isHollow: false, width: 1.5 },
  degraded: { dash: [10, 4], arrow: "diamond", isHollow: false, width: 1.5 },
  unhealthy: { dash: [5, 4], arrow: "tee", isHollow: false, width: 2 },
  unknown: { dash: [1.5, 4], arrow: "circle", isHollow: true, width: 1.5 },
  loading: { dash: [1.5, 4], arrow: "vee", isHollow: false, width: 1.5 },
  draining: { dash: [8, 3, 1.5, 3], arrow: "triangle", isHollow: true, width: 1.5 },
  disabled: { dash: [3, 6], arrow: "none", isHollow: false, width: 1 },
};

/** The ends as outlines whose tip is at the origin, for pictures and the legend. */
export const arrowOutlines: Readonly<Record<EdgeLook["arrow"], string>> = {
  triangle: "M0 0L-8-4L-8 4Z",
  vee: "M0 0L-8-4.500L-5.500 0L-8 4.500Z",
  tee: "M-2-5L0-5L0 5L-2 5Z",
  circle: "M-4-4a4 4 0 1 1 0 8a4 4 0 1 1 0-8Z",
  diamond: "M0 0L-5-4L-10 0L-5 4Z",
  none: "",
};
