import type { Health } from "../../contract/mesh/health.ts";
import type { ThingIcon } from "../../contract/webview/mesh-things.ts";

/** Outlines on a 16 by 16 grid, drawn as lines in the text's colour. One for each kind of thing. */
export const thingGlyphs: Readonly<Record<ThingIcon, string>> = {
  user: "M8 8a2.75 2.75 0 1 0 0-5.500 2.750 2.750 0 0 0 0 5.500ZM2.500 13.500c.4-2.600 2.600-4 5.500-4s5.100 1.400 5.500 4",
  router:
    "M8 5.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5ZM1.500 8h4M10.300 6.700l3.200-3.200M10.500 8h4M10.300 9.300l3.200 3.200",
  engine:
    "M4.500 4.500h7v7h-7zM6.500 6.500h3v3h-3zM6 2v2.500M10 2v2.500M6 11.500V14M10 11.500V14M2 6h2.500M2 10h2.500M11.500 6H14M11.500 10H14",
  peer: "M1.500 3.500h8v5.500h-8zM4 11.500h3M5.500 9v2.500M11.500 7h3v6h-5v-2",
  cluster:
    "M8 1.500 10.600 3v3L8 7.500 5.400 6V3zM4.600 8 7.200 9.500v3L4.600 14 2 12.500v-3zM11.400 8 14 9.500v3L11.400 14l-2.600-1.500v-3z",
  kubernetes:
    "M8 1.500 13.200 4l1.300 5.500L11 14H5L1.500 9.500 2.800 4zM8 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4ZM8 3.500V6M4.300 10.500l2-1.200M11.700 10.500l-2-1.200",
  cloud: "M4.500 12.500a3 3 0 0 1-.3-6A4 4 0 0 1 12 6.700a2.900 2.900 0 0 1-.5 5.800z",
  "llama-cpp": "M5 2v3.500M8 2v3.500M5 5.500h4.500L13 8v2H9v4H5z M6.800 8h.01",
  mlx: "M2 12.500v-9l3 4.500 3-4.500v9M10 8.500l4 4M14 8.500l-4 4",
  vllm: "M2 3.500 6 12.500 8.500 7M9 3.500h5l-2.500 4H14l-5 6",
  ollama:
    "M5 6V3.500C5 2 7 2 7 3.500v1.200h2V3.500C9 2 11 2 11 3.500V6c1.500 1 1.500 3.500.8 5 .3.800.3 2 .2 3M5 6c-1.500 1-1.500 3.500-.8 5-.3.800-.3 2-.2 3M6.500 10.500c0-1.600 3-1.600 3 0s-3 1.600-3 0Z",
  "lm-studio": "M2.500 2.500h11v11h-11zM5 5.500h4.500M6.500 8h4.500M5 10.500h3",
  server: "M2.500 2.500h11v4.500h-11zM2.500 9h11v4.500h-11zM5 4.750h.01M5 11.250h.01M8 4.750h3M8 11.250h3",
  model: "M8 1.800 13.500 5v6L8 14.200 2.500 11V5zM2.500 5 8 8.200 13.500 5M8 8.200v6",
  machine: "M2 3h12v7.500H2zM5.500 13.500h5M8 10.500v3",
  gpu: "M1.500 4.500h13v7h-13zM4 11.500V13M7 11.500V13M5.500 6.300a1.700 1.700 0 1 0 0 3.400 1.700 1.700 0 0 0 0-3.400ZM10.500 6.300a1.700 1.700 0 1 0 0 3.400 1.700 1.700 0 0 0 0-3.400Z",
};

/** A mark says how a thing is by its shape alone; colour and words say it again. */
export interface HealthMark {
  /** Filled with the health's colour. */
  readonly body: string;
  /** Drawn over the body as lines of the background's colour. */
  readonly sign: string;
  /** The body is an outline, and the sign has the health's colour. */
  readonly isHollow: boolean;
}

const disc = "M8 1.500a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13Z";

export const healthMarks: Readonly<Record<Health, HealthMark>> = {
  healthy: { body: disc, sign: "M5 8.200 7.200 10.500 11 5.800", isHollow: false },
  degraded: { body: "M8 1.200 15 14H1Z", sign: "M8 6v3.800M8 11.800v.2", isHollow: false },
  unhealthy: {
    body: "M5.200 1.200h5.600l4 4v5.600l-4 4H5.200l-4-4V5.200Z",
    sign: "M5.500 5.500l5 5M10.500 5.500l-5 5",
    isHollow: false,
  },
  unknown: {
    body: disc,
    sign: "M6.200 6.200c.2-2.400 3.700-2.200 3.600 0-.1 1.400-1.800 1.500-1.800 3M8 11.500v.2",
    isHollow: true,
  },
  loading: { body: disc, sign: "M8 4.500V8l2.500 1.800", isHollow: true },
  draining: {
    body: "M1.800 1.800h12.400v12.400H1.800Z",
    sign: "M8 4.500v6.500M5 8.200 8 11.200 11 8.200",
    isHollow: true,
  },
  disabled: { body: disc, sign: "M3.600 3.600l8.800 8.800", isHollow: true },
};

/** Signs of the view's own controls, on the same grid. */
export const controlGlyphs = {
  zoomIn: "M7 2.500a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9ZM10.300 10.300l3.700 3.700M7 5v4M5 7h4",
  zoomOut: "M7 2.500a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9ZM10.300 10.300l3.700 3.700M5 7h4",
  fit: "M2.500 6V2.500H6M10 2.500h3.500V6M13.500 10v3.500H10M6 13.500H2.500V10M6 6.500h4v3H6z",
  refresh: "M13 8a5 5 0 1 1-1.500-3.600M13 2.500v3h-3",
  pause: "M5.500 3.500v9M10.500 3.500v9",
  play: "M4.500 3 12.500 8l-8 5z",
  tree: "M3 3.500h4M5 6.500h4M5 6.500v6M5 9.500h4M5 12.500h4M11.500 6.500h2M11.500 9.500h2M11.500 12.500h2",
  table: "M2 3h12v10H2zM2 6.500h12M2 9.750h12M6.500 3v10",
  graph: "M1.800 6.500h3v3h-3zM11.200 2.500h3v3h-3zM11.200 10.500h3v3h-3zM4.800 8h3V4h3.400M7.800 8v4h3.400",
  legend: "M3 4h.01M3 8h.01M3 12h.01M6 4h7.500M6 8h7.500M6 12h7.500",
  save: "M8 2.500v7.500M4.800 7 8 10.200 11.200 7M2.500 12.500h11",
  close: "M3.500 3.500l9 9M12.500 3.500l-9 9",
  hide: "M2 8c2.500-4.500 9.500-4.500 12 0-2.500 4.500-9.500 4.500-12 0ZM3 13.500 13 2.500",
  help: "M8 1.500a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13ZM6.200 6.200c.2-2.400 3.700-2.200 3.600 0-.1 1.400-1.800 1.500-1.800 3M8 11.300v.2",
  find: "M7 2.500a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9ZM10.300 10.300l3.700 3.700",
  folded: "M6 3.500 10.500 8 6 12.500",
  unfolded: "M3.500 6 8 10.500 12.500 6",
} as const;
export type ControlGlyph = keyof typeof controlGlyphs;
