const svgSpace = "http://www.w3.org/2000/svg";

/** An icon of one outline on a 16 by 16 grid. It says nothing to screen readers: what it is in has the words. */
export function outlineIcon(outline: string, className = ""): SVGSVGElement {
  const svg = svgElement("svg", { viewBox: "0 0 16 16", "aria-hidden": "true", class: `icon ${className}`.trim() });
  svg.append(svgElement("path", { d: outline }));
  return svg;
}

/** Makes an element of a picture: attributes by name, text as text. */
export function svgElement<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string | number>> = {},
): SVGElementTagNameMap[K] {
  const result = document.createElementNS(svgSpace, name);
  for (const [attribute, value] of Object.entries(attributes)) result.setAttribute(attribute, String(value));
  return result;
}
