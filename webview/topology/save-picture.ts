import { CanvasSurface } from "./canvas-surface.ts";
import { type Bounds, boundsOf } from "./layout.ts";
import { type Picture, paintPicture } from "./paint-picture.ts";
import { SvgSurface } from "./svg-surface.ts";

const margin = 24;
/** A picture of a large mesh gets fewer pixels a card, so that browsers can still make it. */
const maxSide = 12_000;
const bestScale = 2;

function framed(picture: Picture): Bounds {
  const { left, top, right, bottom } = boundsOf(picture.boxes.values());
  return { left: left - margin, top: top - margin, right: right + margin, bottom: bottom + margin };
}

/** The picture as an SVG file. */
export function pictureAsSvg(picture: Picture, title: string): string {
  const ruler = new CanvasSurface(context(document.createElement("canvas")), picture.palette.fontFamily);
  const { background, fontFamily } = picture.palette;
  const measure = ruler.widthOf.bind(ruler);
  const surface = new SvgSurface({ bounds: framed(picture), background, fontFamily, title, measure });
  paintPicture(surface, picture);
  return surface.toString();
}

/** The picture as a PNG file in Base64. */
export function pictureAsPng(picture: Picture): string {
  const bounds = framed(picture);
  const [width, height] = [bounds.right - bounds.left, bounds.bottom - bounds.top];
  const scale = Math.min(bestScale, maxSide / width, maxSide / height);
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const target = context(canvas);
  target.fillStyle = picture.palette.background;
  target.fillRect(0, 0, canvas.width, canvas.height);
  target.setTransform(scale, 0, 0, scale, -bounds.left * scale, -bounds.top * scale);
  paintPicture(new CanvasSurface(target, picture.palette.fontFamily), picture);
  return canvas.toDataURL("image/png").split(",")[1] ?? "";
}

function context(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const result = canvas.getContext("2d");
  if (result === null) throw new Error("this browser draws on no canvas");
  return result;
}
