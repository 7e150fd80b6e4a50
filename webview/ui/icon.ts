/** Outlines on a 16 by 16 grid, drawn with the text's colour. */
const outlines = {
  send: "M2.5 8 13.5 3 10.500 13.500 7.600 9.300zM7.600 9.300 13.500 3",
  stop: "M4.500 4.500h7v7h-7z",
  copy: "M5.500 5.500v-3h8v8h-3M2.500 5.500h8v8h-8z",
  check: "M3 8.500 6.500 12 13 4.500",
  retry: "M13 8a5 5 0 1 1-1.500-3.600M13 2.500v3h-3",
  down: "M8 3v10M3.500 8.500 8 13l4.500-4.500",
  warning: "M8 2.500 14.500 13.500h-13zM8 6.500v3.500M8 11.700v.3",
} as const;
export type IconName = keyof typeof outlines;

const svgSpace = "http://www.w3.org/2000/svg";

/** An icon that says nothing to screen readers: the control it is in has the words. */
export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(svgSpace, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon");
  if (name === "stop") svg.classList.add("is-solid");
  const path = document.createElementNS(svgSpace, "path");
  path.setAttribute("d", outlines[name]);
  svg.append(path);
  return svg;
}
