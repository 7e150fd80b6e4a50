import type { Health } from "../../contract/mesh/health.ts";
import { controlGlyphs, healthMarks, thingGlyphs } from "../ui/glyphs.ts";
import { plainName } from "../ui/plain-name.ts";
import type { Box } from "./layout.ts";
import type { Palette } from "./palette.ts";
import type { Surface, TextStyle } from "./surface.ts";
import type { VisibleThing } from "./visible-graph.ts";

/** What a card says besides its name. */
export interface CardWords {
  /** The second line: how it is, and what it is. */
  readonly state: string;
  /** How many things are folded away behind it; empty when none. */
  readonly folded: string;
}

export interface CardStyle {
  readonly palette: Palette;
  readonly words: CardWords;
  /** Pixels per unit: what would be too small to read is left out. */
  readonly zoom: number;
}

export const cardRadius = 6;
const padding = 12;
const iconSize = 16;
const markSize = 14;
/** Smaller than this nobody can read it. */
const textZoom = 0.42;

/** Everything on a card but its outline: icon, name, state in words, the health's mark, and what is folded behind it. */
export function paintCard(surface: Surface, { thing, fold }: VisibleThing, box: Box, style: CardStyle): void {
  const { palette, words, zoom } = style;
  const left = box.x - box.width / 2;
  const right = box.x + box.width / 2;
  const color = palette.health[thing.health];
  // A handle lies on the edge.
  const edgeRoom = fold === "none" ? 10 : 14;
  surface.path(
    thingGlyphs[thing.icon],
    { x: left + padding, y: box.y - iconSize / 2, scale: 1 },
    lines(palette.text, 1.2),
  );
  if (thing.kind !== "user") {
    const size = zoom < textZoom ? markSize * 1.6 : markSize;
    paintHealthMark(surface, thing.health, { x: right - edgeRoom - size, y: box.y - size / 2, size, color, palette });
  }
  if (zoom >= textZoom) {
    const start = left + padding + iconSize + 10;
    const room = right - (thing.kind === "user" ? 8 : edgeRoom + 6 + markSize) - start;
    const name: TextStyle = { color: palette.text, size: palette.fontSize - 0.5, isBold: thing.kind !== "model" };
    const state: TextStyle = { color: palette.muted, size: palette.fontSize - 2 };
    const hasState = words.state !== "";
    const lineGap = palette.fontSize * 0.66;
    surface.text(
      fitText(surface, plainName(thing.label), room, name),
      { x: start, y: box.y - (hasState ? lineGap : 0) },
      name,
    );
    const more = words.folded === "" ? "" : ` · ${words.folded}`;
    if (hasState)
      surface.text(fitText(surface, words.state + more, room, state), { x: start, y: box.y + lineGap }, state);
  }
  if (fold !== "none") paintFoldHandle(surface, { x: right, y: box.y, isFolded: fold === "folded", palette });
}

const handleRadius = 8;
/** How near to the middle of a card's right edge a click is on its handle. */
export const handleReach = 12;

/** A round handle on the card's right edge; the way to what is behind it begins there. */
function paintFoldHandle(
  surface: Surface,
  at: { readonly x: number; readonly y: number; readonly isFolded: boolean; readonly palette: Palette },
): void {
  const { x, y, isFolded, palette } = at;
  const size = handleRadius * 2;
  const stroke = { color: palette.isHighContrast ? palette.text : palette.muted, width: 1 };
  surface.rectangle({ x, y, width: size, height: size }, { radius: handleRadius, fill: palette.card, stroke });
  const outline = isFolded ? "M5.500 8h5M8 5.500v5" : "M5.500 8h5";
  surface.path(outline, { x: x - 8, y: y - 8, scale: 1 }, lines(palette.text, 1.3));
}

export interface MarkSpot {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly color: string;
  readonly palette: Palette;
}

/** The shape that says how a thing is. */
export function paintHealthMark(surface: Surface, health: Health, { x, y, size, color, palette }: MarkSpot): void {
  const { body, sign, isHollow } = healthMarks[health];
  const spot = { x, y, scale: size / 16 };
  surface.path(body, spot, isHollow ? lines(color, 1.4) : { fill: color });
  surface.path(sign, spot, lines(isHollow ? color : palette.background, 1.7));
}

const lines = (color: string, width: number): { stroke: { color: string; width: number } } => ({
  stroke: { color, width },
});

const fitted = new Map<string, string>();

/** A text that is at most so wide; what does not fit becomes an ellipsis. */
export function fitText(surface: Surface, text: string, room: number, style: TextStyle): string {
  if (surface.widthOf(text, style) <= room) return text;
  const key = `${Math.round(room)} ${style.size} ${style.isBold === true} ${text}`;
  const known = fitted.get(key);
  if (known !== undefined) return known;
  const characters = [...text];
  let low = 0;
  let high = characters.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const fits = surface.widthOf(`${characters.slice(0, middle).join("")}…`, style) <= room;
    if (fits) low = middle;
    else high = middle - 1;
  }
  const result = `${characters.slice(0, low).join("").trimEnd()}…`;
  if (fitted.size > 5_000) fitted.clear();
  fitted.set(key, result);
  return result;
}

/** The way a control's sign looks, for those that are made of elements. */
export const foldGlyph = (isFolded: boolean): string => (isFolded ? controlGlyphs.folded : controlGlyphs.unfolded);
