import type { Box } from "./layout.ts";

export interface Stroke {
  readonly color: string;
  readonly width: number;
  readonly dash?: readonly number[];
}

export interface TextStyle {
  readonly color: string;
  readonly size: number;
  readonly isBold?: boolean;
  readonly align?: "left" | "center" | "right";
}

/** Where a path on its own grid comes to lie: its origin, and the size of one unit. */
export interface Spot {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** What pictures are drawn on: a canvas, or an SVG file. The same calls make the same picture. */
export interface Surface {
  rectangle(box: Box, look: { readonly radius: number; readonly fill?: string; readonly stroke?: Stroke }): void;
  path(outline: string, spot: Spot, look: { readonly fill?: string; readonly stroke?: Stroke }): void;
  /** One line, in the middle of `y`. */
  text(text: string, at: { readonly x: number; readonly y: number }, style: TextStyle): void;
  /** What follows is drawn with this opacity, until it is set again. */
  opacity(share: number): void;
  /** How wide a text would be. */
  widthOf(text: string, style: TextStyle): number;
}
