import { svgElement } from "../ui/outline-icon.ts";

export interface Sample {
  readonly at: number;
  readonly ms: number | null;
}

const width = 240;
const height = 44;
const margin = 3;

/** The course of a latency as a line. A moment without a value is a gap. What it says is said in words as well. */
export function sparkline(samples: readonly Sample[], spoken: string): SVGSVGElement {
  const svg = svgElement("svg", {
    class: "sparkline",
    viewBox: `0 0 ${width} ${height}`,
    preserveAspectRatio: "none",
    role: "img",
    "aria-label": spoken,
  });
  svg.append(svgElement("path", { class: "sparkline-ground", d: `M0 ${height - 0.5}H${width}` }));
  svg.append(svgElement("path", { class: "sparkline-line", d: sparklineOutline(samples) }));
  return svg;
}

/** The line from the oldest to the newest, from zero at the bottom to the highest at the top. */
export function sparklineOutline(samples: readonly Sample[]): string {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return "";
  const highest = Math.max(1, ...samples.map(({ ms }) => ms ?? 0));
  const span = Math.max(1, last.at - first.at);
  let isDown = false;
  let outline = "";
  for (const { at, ms } of samples) {
    if (ms === null) {
      isDown = false;
      continue;
    }
    const x = ((at - first.at) / span) * width;
    const y = height - margin - (ms / highest) * (height - 2 * margin);
    outline += `${isDown ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
    // A single moment is a dash, long enough to be seen.
    if (!isDown) outline += "h3";
    isDown = true;
  }
  return outline;
}

/** Lowest, highest and latest of what was measured; null when nothing was. */
export function latencyRange(
  samples: readonly Sample[],
): { readonly lowest: number; readonly highest: number; readonly latest: number } | null {
  const measured = samples.flatMap(({ ms }) => (ms === null ? [] : [ms]));
  const latest = measured.at(-1);
  return latest === undefined ? null : { lowest: Math.min(...measured), highest: Math.max(...measured), latest };
}
