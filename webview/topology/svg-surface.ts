import type { Bounds, Box } from "./layout.ts";
import type { Spot, Stroke, Surface, TextStyle } from "./surface.ts";

export interface SvgSurfaceOptions {
  readonly bounds: Bounds;
  readonly background: string;
  readonly fontFamily: string;
  readonly title: string;
  /** How wide text is; the file itself cannot be asked. */
  readonly measure: (text: string, style: TextStyle) => number;
}

/** Writes an SVG file. Everything that comes in is escaped: names in it stay names. */
export class SvgSurface implements Surface {
  readonly #options: SvgSurfaceOptions;
  readonly #parts: string[] = [];
  #opacity = 1;

  constructor(options: SvgSurfaceOptions) {
    this.#options = options;
  }

  rectangle(
    { x, y, width, height }: Box,
    { radius, fill, stroke }: { readonly radius: number; readonly fill?: string; readonly stroke?: Stroke },
  ): void {
    const place = `x="${x - width / 2}" y="${y - height / 2}" width="${width}" height="${height}" rx="${radius}"`;
    this.#parts.push(`<rect ${place}${look(fill, stroke)}${this.#dimmed()}/>`);
  }

  path(
    outline: string,
    { x, y, scale }: Spot,
    { fill, stroke }: { readonly fill?: string; readonly stroke?: Stroke },
  ): void {
    const place = x === 0 && y === 0 && scale === 1 ? "" : ` transform="translate(${x} ${y}) scale(${scale})"`;
    this.#parts.push(`<path d="${escapeXml(outline)}"${place}${look(fill, stroke)}${this.#dimmed()}/>`);
  }

  text(text: string, { x, y }: { readonly x: number; readonly y: number }, style: TextStyle): void {
    const anchor = { left: "start", center: "middle", right: "end" }[style.align ?? "left"];
    const weight = style.isBold === true ? ' font-weight="600"' : "";
    const place = `x="${x}" y="${y}" text-anchor="${anchor}" font-size="${style.size}"${weight}`;
    const color = ` fill="${escapeXml(style.color)}" dominant-baseline="central"`;
    this.#parts.push(`<text ${place}${color}${this.#dimmed()}>${escapeXml(text)}</text>`);
  }

  opacity(share: number): void {
    this.#opacity = share;
  }

  widthOf(text: string, style: TextStyle): number {
    return this.#options.measure(text, style);
  }

  /** The whole file. */
  toString(): string {
    const { bounds, background, fontFamily, title } = this.#options;
    const [width, height] = [bounds.right - bounds.left, bounds.bottom - bounds.top];
    const box = `${bounds.left} ${bounds.top} ${width} ${height}`;
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${box}"`,
      ` font-family="${escapeXml(fontFamily)}" stroke-linecap="round" stroke-linejoin="round" role="img">`,
      `<title>${escapeXml(title)}</title>`,
      `<rect x="${bounds.left}" y="${bounds.top}" width="${width}" height="${height}" fill="${escapeXml(background)}"/>`,
      ...this.#parts,
      "</svg>\n",
    ].join("\n");
  }

  #dimmed(): string {
    return this.#opacity === 1 ? "" : ` opacity="${this.#opacity}"`;
  }
}

function look(fill: string | undefined, stroke: Stroke | undefined): string {
  const filled = ` fill="${fill === undefined ? "none" : escapeXml(fill)}"`;
  if (stroke === undefined) return filled;
  const dash = stroke.dash === undefined ? "" : ` stroke-dasharray="${stroke.dash.join(" ")}"`;
  return `${filled} stroke="${escapeXml(stroke.color)}" stroke-width="${stroke.width}"${dash}`;
}

const escapeXml = (text: string): string =>
  text
    .toWellFormed()
    // No XML file may hold these at all.
    .replace(/[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
