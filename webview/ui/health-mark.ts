import type { Health } from "../../contract/mesh/health.ts";
import { healthMarks } from "./glyphs.ts";
import { svgElement } from "./outline-icon.ts";

/** The shape that says how a thing is, coloured by the style sheet. The words stand beside it. */
export function healthMark(health: Health): SVGSVGElement {
  const { body, sign, isHollow } = healthMarks[health];
  const className = `health-mark is-${health}${isHollow ? " is-hollow" : ""}`;
  const svg = svgElement("svg", { viewBox: "0 0 16 16", "aria-hidden": "true", class: className });
  svg.append(svgElement("path", { d: body, class: "body" }), svgElement("path", { d: sign, class: "sign" }));
  return svg;
}
