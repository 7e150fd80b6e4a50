import { CanvasSurface } from "./canvas-surface.ts";
import { fitCanvas } from "./fit-canvas.ts";
import type { Viewport } from "./graph-canvas.ts";
import type { Bounds, Box } from "./layout.ts";
import { type CardWords, paintCard } from "./paint-card.ts";
import type { Palette } from "./palette.ts";
import type { VisibleGraph } from "./visible-graph.ts";

export interface Cards {
  readonly graph: VisibleGraph;
  readonly boxes: ReadonlyMap<string, Box>;
  readonly palette: Palette;
  readonly viewport: Viewport;
  readonly extent: Bounds;
  readonly wordsFor: (id: string) => CardWords;
  readonly isDimmed: (id: string) => boolean;
}

/** What stands on the cards, above Cytoscape's canvas: it has one text for a node, and no shapes inside of it. */
export class CardLayer {
  readonly #canvas: HTMLCanvasElement;
  readonly #cards: () => Cards;
  #surface: { readonly drawer: CanvasSurface; readonly fontFamily: string } | undefined;
  #frame: number | undefined;

  constructor(canvas: HTMLCanvasElement, cards: () => Cards) {
    this.#canvas = canvas;
    this.#cards = cards;
  }

  /** Draws within the next frame: for changes that Cytoscape does not see. */
  paintSoon(): void {
    this.#frame ??= requestAnimationFrame(() => this.paint());
  }

  /** Draws now: in the same frame in which Cytoscape has drawn. */
  paint(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    const { width, height } = this.#canvas;
    const context = fitCanvas(this.#canvas);
    if (context === null) return;
    const { graph, boxes, palette, viewport, extent, wordsFor, isDimmed } = this.#cards();
    const { zoom, x, y } = viewport;
    const ratio = devicePixelRatio;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    context.setTransform(zoom * ratio, 0, 0, zoom * ratio, x * ratio, y * ratio);
    // Another size empties the context's settings with the canvas.
    const hasChanged = width !== this.#canvas.width || height !== this.#canvas.height;
    if (this.#surface === undefined || hasChanged || this.#surface.fontFamily !== palette.fontFamily) {
      this.#surface = { drawer: new CanvasSurface(context, palette.fontFamily), fontFamily: palette.fontFamily };
    }
    const { drawer } = this.#surface;
    for (const [id, box] of boxes) {
      const visible = graph.things.get(id);
      if (visible === undefined || !touches(box, extent)) continue;
      drawer.opacity(isDimmed(id) ? 0.3 : visible.thing.health === "disabled" ? 0.65 : 1);
      paintCard(drawer, visible, box, { palette, words: wordsFor(id), zoom });
    }
    drawer.opacity(1);
  }
}

const handleRoom = 10;
const touches = ({ x, y, width, height }: Box, { left, top, right, bottom }: Bounds): boolean =>
  x + width / 2 + handleRoom > left && x - width / 2 < right && y + height / 2 > top && y - height / 2 < bottom;
