import type { Box } from "./layout.ts";
import type { Spot, Stroke, Surface, TextStyle } from "./surface.ts";

const paths = new Map<string, Path2D>();
/** Glyphs and marks come again and again; the curves of a picture do not, and are not kept. */
const maxKeptPaths = 200;

function pathOf(outline: string): Path2D {
  const kept = paths.get(outline);
  if (kept !== undefined) return kept;
  const path = new Path2D(outline);
  if (paths.size < maxKeptPaths) paths.set(outline, path);
  return path;
}

/** Draws on a canvas. */
export class CanvasSurface implements Surface {
  readonly #context: CanvasRenderingContext2D;
  readonly #fontFamily: string;
  readonly #widths = new Map<string, number>();
  #font = "";

  constructor(context: CanvasRenderingContext2D, fontFamily: string) {
    this.#context = context;
    this.#fontFamily = fontFamily;
    context.textBaseline = "middle";
    context.lineCap = "round";
    context.lineJoin = "round";
  }

  rectangle(
    { x, y, width, height }: Box,
    { radius, fill, stroke }: { readonly radius: number; readonly fill?: string; readonly stroke?: Stroke },
  ): void {
    const context = this.#context;
    context.beginPath();
    context.roundRect(x - width / 2, y - height / 2, width, height, radius);
    this.#paint({ ...(fill && { fill }), ...(stroke && { stroke }) });
  }

  path(outline: string, { x, y, scale }: Spot, look: { readonly fill?: string; readonly stroke?: Stroke }): void {
    const context = this.#context;
    context.save();
    context.translate(x, y);
    context.scale(scale, scale);
    this.#paint(look, pathOf(outline));
    context.restore();
  }

  text(text: string, { x, y }: { readonly x: number; readonly y: number }, style: TextStyle): void {
    const context = this.#context;
    this.#useFont(style);
    context.textAlign = style.align ?? "left";
    context.fillStyle = style.color;
    context.fillText(text, x, y);
  }

  opacity(share: number): void {
    this.#context.globalAlpha = share;
  }

  widthOf(text: string, style: TextStyle): number {
    const key = `${style.size}${style.isBold === true ? "b" : ""} ${text}`;
    const known = this.#widths.get(key);
    if (known !== undefined) return known;
    if (this.#widths.size > 5_000) this.#widths.clear();
    this.#useFont(style);
    const { width } = this.#context.measureText(text);
    this.#widths.set(key, width);
    return width;
  }

  #useFont({ size, isBold }: TextStyle): void {
    const font = `${isBold === true ? "600 " : ""}${size}px ${this.#fontFamily}`;
    if (font === this.#font) return;
    this.#context.font = font;
    this.#font = font;
  }

  #paint({ fill, stroke }: { readonly fill?: string; readonly stroke?: Stroke }, path?: Path2D): void {
    const context = this.#context;
    if (fill !== undefined) {
      context.fillStyle = fill;
      if (path === undefined) context.fill();
      else context.fill(path);
    }
    if (stroke === undefined) return;
    context.strokeStyle = stroke.color;
    context.lineWidth = stroke.width;
    context.setLineDash([...(stroke.dash ?? [])]);
    if (path === undefined) context.stroke();
    else context.stroke(path);
  }
}
