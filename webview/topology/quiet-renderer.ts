import cytoscape from "cytoscape";

/** The part of Cytoscape's canvas renderer that says when it draws. The version is pinned; a view test holds this to it. */
interface CanvasRenderer {
  readonly cy: cytoscape.Core & { batching(): boolean };
  readonly destroyed?: boolean;
  requestedFrame?: boolean;
  skipFrame?: boolean;
  renderOptions?: unknown;
  readonly beforeRenderCallbacks: readonly { readonly fn: (willDraw: boolean, now: number) => void }[];
  render(options: unknown): void;
  redraw(options?: unknown): void;
  startRenderLoop(): void;
  redrawTotalTime?: number;
  redrawCount?: number;
  averageRedrawTime?: number;
  lastRedrawTime?: number;
  lastDrawTime?: number;
}

/** After a drawing the renderer sharpens its cached pictures of elements over some frames; then there is quiet. */
const settleMs = 250;

/**
 * Makes Cytoscape draw when there is something to draw. Its own loop asks for an animation frame sixty times a second for
 * as long as the page lives, which keeps a laptop's processor awake for a picture that stands still.
 */
export function quietRenderer(): void {
  const extension = cytoscape as unknown as (type: "renderer", name: "canvas") => { prototype: CanvasRenderer };
  const { prototype } = extension("renderer", "canvas");
  const { redraw } = prototype;
  const waiting = new WeakSet<CanvasRenderer>();
  const drawnAt = new WeakMap<CanvasRenderer, number>();

  const step = (renderer: CanvasRenderer, now: number): void => {
    waiting.delete(renderer);
    if (renderer.destroyed === true || renderer.cy.batching()) return;
    const willDraw = renderer.requestedFrame === true && renderer.skipFrame !== true;
    for (const { fn } of [...renderer.beforeRenderCallbacks]) fn(willDraw, now);
    if (willDraw) draw(renderer);
    if (willDraw) drawnAt.set(renderer, performance.now());
    const hasSkipped = renderer.skipFrame === true;
    renderer.skipFrame = false;
    if (hasSkipped || performance.now() - (drawnAt.get(renderer) ?? 0) < settleMs) schedule(renderer);
  };
  const schedule = (renderer: CanvasRenderer): void => {
    if (waiting.has(renderer)) return;
    waiting.add(renderer);
    requestAnimationFrame((now) => step(renderer, now));
  };

  prototype.startRenderLoop = function startRenderLoop(): void {
    schedule(this);
  };
  prototype.redraw = function redrawOnce(options?: unknown): void {
    redraw.call(this, options);
    schedule(this);
  };
}

/** Draws, and keeps the times by which the renderer chooses how much to sharpen. */
function draw(renderer: CanvasRenderer): void {
  const startedAt = performance.now();
  renderer.render(renderer.renderOptions);
  const endedAt = performance.now();
  const took = endedAt - startedAt;
  renderer.lastDrawTime = endedAt;
  renderer.redrawCount = (renderer.redrawCount ?? 0) + 1;
  renderer.redrawTotalTime = (renderer.redrawTotalTime ?? 0) + took;
  renderer.lastRedrawTime = took;
  renderer.averageRedrawTime = ((renderer.averageRedrawTime ?? took) + took) / 2;
  renderer.requestedFrame = false;
}
