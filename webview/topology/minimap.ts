import { element } from "../ui/element.ts";
import { fitCanvas } from "./fit-canvas.ts";
import type { Bounds, Box } from "./layout.ts";
import type { Palette } from "./palette.ts";
import type { VisibleGraph } from "./visible-graph.ts";

export interface MinimapView {
  readonly graph: VisibleGraph;
  readonly boxes: ReadonlyMap<string, Box>;
  readonly bounds: Bounds;
  readonly extent: Bounds;
  readonly palette: Palette;
}

const margin = 6;

/** The whole picture in small, with a frame around what is on the screen. Gone when the whole is on the screen. */
export class Minimap {
  // For pointers alone: keys move along the tree, and the picture follows.
  readonly element = element("canvas", { className: "minimap", attributes: { "aria-hidden": "true" } });
  readonly #view: () => MinimapView;
  #frame: number | undefined;
  #scale = 1;
  #origin = { x: 0, y: 0 };

  constructor(view: () => MinimapView, onMove: (x: number, y: number) => void) {
    this.#view = view;
    const move = ({ offsetX, offsetY }: PointerEvent): void =>
      onMove((offsetX - this.#origin.x) / this.#scale, (offsetY - this.#origin.y) / this.#scale);
    this.element.addEventListener("pointerdown", (event) => {
      this.element.setPointerCapture(event.pointerId);
      move(event);
    });
    this.element.addEventListener("pointermove", (event) => {
      if (this.element.hasPointerCapture(event.pointerId)) move(event);
    });
  }

  paintSoon(): void {
    this.#frame ??= requestAnimationFrame(() => this.#paint());
  }

  #paint(): void {
    this.#frame = undefined;
    const { graph, boxes, bounds, extent, palette } = this.#view();
    const isWhole =
      bounds.left >= extent.left &&
      bounds.right <= extent.right &&
      bounds.top >= extent.top &&
      bounds.bottom <= extent.bottom;
    this.element.hidden = isWhole;
    if (isWhole) return;
    const context = fitCanvas(this.element);
    if (context === null) return;
    const { clientWidth, clientHeight } = this.element;
    const [wide, high] = [bounds.right - bounds.left, bounds.bottom - bounds.top];
    this.#scale = Math.min(
      (clientWidth - 2 * margin) / Math.max(1, wide),
      (clientHeight - 2 * margin) / Math.max(1, high),
    );
    this.#origin = {
      x: (clientWidth - wide * this.#scale) / 2 - bounds.left * this.#scale,
      y: (clientHeight - high * this.#scale) / 2 - bounds.top * this.#scale,
    };
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.clearRect(0, 0, clientWidth, clientHeight);
    for (const [id, box] of boxes) {
      const visible = graph.things.get(id);
      if (visible === undefined) continue;
      context.fillStyle = palette.health[visible.thing.health];
      const [width, height] = [Math.max(2, box.width * this.#scale), Math.max(1.5, box.height * this.#scale)];
      context.fillRect(this.#x(box.x) - width / 2, this.#y(box.y) - height / 2, width, height);
    }
    context.strokeStyle = palette.focus;
    context.lineWidth = 1.5;
    const left = Math.max(1, this.#x(extent.left));
    const top = Math.max(1, this.#y(extent.top));
    const right = Math.min(clientWidth - 1, this.#x(extent.right));
    const bottom = Math.min(clientHeight - 1, this.#y(extent.bottom));
    context.strokeRect(left, top, right - left, bottom - top);
  }

  #x(x: number): number {
    return this.#origin.x + x * this.#scale;
  }

  #y(y: number): number {
    return this.#origin.y + y * this.#scale;
  }
}
