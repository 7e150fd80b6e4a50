import type { StylesheetJson } from "cytoscape";
import { healthSchema } from "../../contract/mesh/health.ts";
import { innerStartShare } from "./edge-curve.ts";
import { edgeLooks } from "./edge-look.ts";
import type { Palette } from "./palette.ts";

/** Cytoscape's style sheet for a theme. Data and classes alone choose among its rules: no function runs for an element. */
export function graphStyle(palette: Palette): StylesheetJson {
  const rules: StylesheetJson = [
    {
      selector: "node",
      style: {
        shape: "round-rectangle",
        "corner-radius": "6",
        width: "data(width)",
        height: "data(height)",
        "background-color": palette.card,
        "border-width": 1,
        "border-color": palette.cardBorder,
        "overlay-opacity": 0,
      },
    },
    {
      selector: "edge",
      style: {
        "curve-style": "unbundled-bezier",
        "edge-distances": "endpoints" as never,
        "control-point-weights": "data(weights)" as never,
        "control-point-distances": "data(distances)" as never,
        "source-endpoint": "50% 0%",
        "target-endpoint": "-50% 0%",
        "arrow-scale": 0.85,
        "target-label": "data(label)",
        "target-text-offset": 34,
        "font-size": palette.fontSize - 2.5,
        "font-family": palette.fontFamily,
        color: palette.muted,
        "text-background-color": palette.background,
        "text-background-opacity": 1,
        "text-background-padding": "2px",
        "text-background-shape": "roundrectangle",
        "min-zoomed-font-size": 6,
        "overlay-opacity": 0,
        events: "no",
      },
    },
    { selector: "edge.inner", style: { "source-endpoint": `${-innerStartShare * 100}% 50%`, "target-label": "" } },
  ];
  for (const health of healthSchema.options) {
    const color = palette.health[health];
    const { dash, arrow, isHollow, width } = edgeLooks[health];
    rules.push({
      selector: `edge[health = "${health}"]`,
      style: {
        "line-color": color,
        width,
        "line-style": dash.length === 0 ? "solid" : "dashed",
        ...(dash.length === 0 ? {} : { "line-dash-pattern": [...dash] }),
        "target-arrow-shape": arrow,
        "target-arrow-color": color,
        "target-arrow-fill": isHollow ? "hollow" : "filled",
        "underlay-color": color,
      },
    });
  }
  return rules.concat([
    {
      selector: 'node[health = "unhealthy"]',
      style: { "border-color": palette.health.unhealthy, "border-width": 1.5 },
    },
    { selector: 'node[health = "degraded"]', style: { "border-color": palette.health.degraded } },
    { selector: 'node[health = "disabled"]', style: { "border-style": "dashed" } },
    // The way that requests take now.
    { selector: "edge.active", style: { "underlay-opacity": 0.28, "underlay-padding": 4, width: 2 } },
    { selector: "edge.on-path", style: { width: 2.5 } },
    { selector: "node.on-path", style: { "border-color": palette.focus } },
    { selector: "node.selected", style: { "border-color": palette.focus, "border-width": 2.5 } },
    { selector: "node.dimmed", style: { opacity: 0.35 } },
    { selector: "edge.dimmed", style: { opacity: 0.18, "target-label": "" } },
  ]);
}
