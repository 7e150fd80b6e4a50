/** Outlines on a 16 by 16 grid, drawn with the text's colour. */
const outlines = {
  send: "M2.5 8 13.5 3 10.500 13.500 7.600 9.300zM7.600 9.300 13.500 3",
  stop: "M4.500 4.500h7v7h-7z",
  copy: "M5.500 5.500v-3h8v8h-3M2.500 5.500h8v8h-8z",
  check: "M3 8.500 6.500 12 13 4.500",
  retry: "M13 8a5 5 0 1 1-1.500-3.600M13 2.500v3h-3",
  down: "M8 3v10M3.500 8.500 8 13l4.500-4.500",
  attach:
    "M12.500 7.500 7.800 12.200a2.800 2.800 0 0 1-4-4L9 3a1.900 1.900 0 0 1 2.700 2.700L6.600 10.800a1 1 0 0 1-1.400-1.400L9.700 5",
  sliders:
    "M2 4.500h6M11 4.500h3M2 11.500h2.500M7.500 11.500H14M9.500 3a1.500 1.500 0 1 0 0 3 1.500 1.500 0 0 0 0-3ZM6 10a1.500 1.500 0 1 0 0 3 1.500 1.500 0 0 0 0-3Z",
  edit: "M3 13l.7-3L10.800 2.900a1.100 1.100 0 0 1 1.500 0l.8.8a1.100 1.100 0 0 1 0 1.500L6 12.300zM9.500 4.200l2.300 2.300",
  branch:
    "M4.500 5.500v5M4.500 2.500a1.500 1.500 0 1 0 0 3 1.500 1.500 0 0 0 0-3ZM4.500 10.500a1.500 1.500 0 1 0 0 3 1.500 1.500 0 0 0 0-3ZM11.500 2.500a1.500 1.500 0 1 0 0 3 1.500 1.500 0 0 0 0-3ZM11.500 5.500c0 3-7 1.500-7 5",
  insert: "M2.500 3h11M2.500 13h11M8 5v6M5.500 8.500 8 11l2.500-2.500",
  apply: "M3.500 2.500h6L12.500 5.500v8h-9zM6 9.300l1.500 1.500 2.800-3",
  newFile: "M9 13.500H3.500v-11h6L12.500 5.500V8M9.500 2.500v3h3M12 10v5M9.500 12.500h5",
  why: "M8 1.500a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13ZM6.200 6.200c.2-2.400 3.700-2.200 3.600 0-.1 1.400-1.800 1.500-1.800 3M8 11.300v.2",
  previous: "M10 3.500 5.500 8 10 12.500",
  minus: "M4 8h8",
  next: "M6 3.500 10.500 8 6 12.500",
  unfold: "M3.500 6 8 10.500 12.500 6",
  close: "M4 4l8 8M12 4l-8 8",
  file: "M3.500 2.500h6L12.500 5.500v8h-9zM9.500 2.500v3h3",
  folder: "M2 4h4.500l1.500 1.500h6v7.500H2z",
  selection: "M5.500 3.500 2.500 8l3 4.500M10.500 3.500l3 4.500-3 4.500",
  problems: "M8 1.500a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13ZM8 4.500v4M8 11v.3",
  terminal: "M2 3h12v10H2zM4.500 6 7 8.200 4.500 10.400M8.500 10.500h3",
  image: "M2.500 3h11v10h-11zM5.500 5.500a1 1 0 1 0 0 2 1 1 0 0 0 0-2ZM2.500 11.500 6 8.500l2 2 2.500-3 3 3.500",
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
