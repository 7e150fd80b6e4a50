import type { MeshTraffic } from "../../contract/webview/mesh.ts";
import type { Curve } from "./edge-curve.ts";
import { fitCanvas } from "./fit-canvas.ts";
import type { Viewport } from "./graph-canvas.ts";
import type { Palette } from "./palette.ts";
import { type Drawn, ParticleField } from "./particle-field.ts";

export interface ParticleLayerOptions {
  readonly canvas: HTMLCanvasElement;
  readonly curveOf: (edge: string) => Curve | undefined;
  readonly viewport: () => Viewport;
  readonly palette: () => Palette;
  /** The paths that glow have changed. */
  readonly onGlow: (edges: ReadonlySet<string>) => void;
  /** Nothing may move: reduced motion, a pause, a hidden page, a battery. */
  readonly isStill: () => boolean;
}

const radius = 3;

/** Draws requests on their way above the picture. No frame is asked for while there are none. */
export class ParticleLayer {
  readonly #options: ParticleLayerOptions;
  readonly #field = new ParticleField();
  #frame: number | undefined;
  #glowTimer: ReturnType<typeof setTimeout> | undefined;
  #glowing: ReadonlySet<string> = new Set();

  constructor(options: ParticleLayerOptions) {
    this.#options = options;
  }

  /** How many are drawn now: for tests and the bench. */
  count = 0;

  add({ flows, windowMs }: MeshTraffic): void {
    const now = performance.now();
    this.#field.add(flows, { now, windowMs });
    this.#glow(now);
    if (this.#options.isStill()) this.#field.clear();
    else this.#wake();
  }

  /** Must be called when `isStill` may have changed. */
  settle(): void {
    if (this.#options.isStill()) this.#field.clear();
    this.#wake();
  }

  #wake(): void {
    this.#frame ??= requestAnimationFrame((now) => this.#draw(now));
  }

  #draw(now: number): void {
    this.#frame = undefined;
    const { canvas, curveOf, viewport } = this.#options;
    const context = fitCanvas(canvas);
    if (context === null) return;
    const { zoom, x, y } = viewport();
    const { width, height } = canvas;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    const drawn = this.#field.at(now, curveOf);
    this.count = drawn.length;
    const ratio = devicePixelRatio;
    context.setTransform(zoom * ratio, 0, 0, zoom * ratio, x * ratio, y * ratio);
    this.#paint(context, drawn, Math.max(1, 0.6 / zoom));
    if (this.#field.isMoving) this.#wake();
  }

  /** All of one kind in one path: that is what makes many of them cheap. */
  #paint(context: CanvasRenderingContext2D, drawn: readonly Drawn[], scale: number): void {
    const { health, background } = this.#options.palette();
    const size = radius * scale;
    context.beginPath();
    for (const { x, y, isError } of drawn) {
      if (isError) continue;
      context.moveTo(x + size, y);
      context.arc(x, y, size, 0, Math.PI * 2);
    }
    context.fillStyle = health.healthy;
    context.fill();
    const arm = size * 1.7;
    context.beginPath();
    for (const { x, y, isError } of drawn) {
      if (!isError) continue;
      context.moveTo(x, y - arm);
      context.lineTo(x + arm, y);
      context.lineTo(x, y + arm);
      context.lineTo(x - arm, y);
      context.closePath();
    }
    context.fillStyle = health.unhealthy;
    context.fill();
    context.lineWidth = scale;
    context.strokeStyle = background;
    context.stroke();
  }

  #glow(now: number): void {
    const glowing = this.#field.glowing(now);
    const hasChanged = glowing.size !== this.#glowing.size || [...glowing].some((edge) => !this.#glowing.has(edge));
    if (hasChanged) this.#options.onGlow(glowing);
    this.#glowing = glowing;
    clearTimeout(this.#glowTimer);
    const next = this.#field.nextGlowEnd;
    if (next === undefined) return;
    this.#glowTimer = setTimeout(() => this.#glow(performance.now()), Math.max(50, next - now));
  }
}
