import type { MeshTraffic, MeshViewState } from "../../contract/webview/mesh.ts";
import type { MeshEdge, ThingIcon } from "../../contract/webview/mesh-things.ts";
import { element } from "../ui/element.ts";
import { glyphButton } from "../ui/glyph-button.ts";
import { controlGlyphs } from "../ui/glyphs.ts";
import { CardLayer } from "./card-layer.ts";
import { GraphCanvas, type Viewport } from "./graph-canvas.ts";
import { HoverCard } from "./hover-card.ts";
import { Legend } from "./legend.ts";
import type { MeshScene } from "./mesh-scene.ts";
import { Minimap } from "./minimap.ts";
import type { Picture } from "./paint-picture.ts";
import { type Palette, readPalette } from "./palette.ts";
import { ParticleLayer } from "./particle-layer.ts";
import type { ThingWords } from "./thing-words.ts";

export interface GraphViewOptions {
  readonly words: ThingWords;
  readonly scene: MeshScene;
  readonly isStill: () => boolean;
  /** The picture stays where it is when its place gets smaller: a panel has come beside it. */
  readonly isHeld: () => boolean;
  readonly onSelect: (id: string | null) => void;
  readonly onFold: (id: string, isFolded: boolean) => void;
  /** Null: as it fits. */
  readonly onViewport: (viewport: Viewport | null) => void;
  readonly onLegendClose: () => void;
}

/** The picture with everything that lies on it. For pointers and eyes; the tree beside it says and does the same. */
export class GraphView {
  readonly element: HTMLElement;
  readonly #options: GraphViewOptions;
  readonly #canvas: GraphCanvas;
  readonly #cards: CardLayer;
  readonly #particles: ParticleLayer;
  readonly #minimap: Minimap;
  readonly #legend: Legend;
  readonly #hover: HoverCard;
  readonly #image: HTMLElement;
  #palette: Palette = readPalette(document.body);
  #metric: MeshViewState["metric"] = "latencyP50Ms";

  constructor(options: GraphViewOptions) {
    this.#options = options;
    const { scene, words } = options;
    const overlay = (className: string): HTMLCanvasElement => element("canvas", { className: `overlay ${className}` });
    const cards = overlay("cards");
    const particles = overlay("particles");
    this.#canvas = new GraphCanvas({
      palette: this.#palette,
      onSelect: options.onSelect,
      onFold: (id) => this.#toggleFold(id),
      onHover: (id) => this.#pointAt(id),
      onViewport: (isByHand) => this.#moved(isByHand),
      onDrawn: () => this.#cards.paint(),
    });
    this.#cards = new CardLayer(cards, () => ({
      graph: scene.visible,
      boxes: scene.boxes,
      palette: this.#palette,
      viewport: this.#canvas.viewport,
      extent: this.#canvas.extent,
      wordsFor: (id) => this.#cardWords(id),
      isDimmed: (id) => scene.isDimmed(id),
    }));
    this.#particles = new ParticleLayer({
      canvas: particles,
      curveOf: (edge) => this.#canvas.curveOf(edge),
      viewport: () => this.#canvas.viewport,
      palette: () => this.#palette,
      onGlow: (edges) => this.#canvas.glow(edges),
      isStill: options.isStill,
    });
    const minimapView = (): ConstructorParameters<typeof Minimap>[0] extends () => infer View ? View : never => ({
      graph: scene.visible,
      boxes: scene.boxes,
      bounds: this.#canvas.bounds,
      extent: this.#canvas.extent,
      palette: this.#palette,
    });
    this.#minimap = new Minimap(minimapView, (x, y) => this.#canvas.centreOn(x, y));
    this.#legend = new Legend(words.words, options.onLegendClose);
    this.#hover = new HoverCard(words);
    this.#image = element("div", { className: "picture", attributes: { role: "img" } });
    this.#image.append(this.#canvas.element, cards, particles);
    this.element = element("div", { className: "graph-view", attributes: { tabindex: "-1" } });
    this.element.append(
      this.#image,
      this.#minimap.element,
      this.#zoomButtons(),
      this.#legend.element,
      this.#hover.element,
    );
    new ResizeObserver(() => this.resize()).observe(this.element);
  }

  /** Particles drawn now. */
  get particleCount(): number {
    return this.#particles.count;
  }

  /** Where a thing is on the page. */
  placeOf(id: string): { x: number; y: number; width: number; height: number } | undefined {
    return this.#canvas.onScreen(id);
  }

  /** The places of things have changed. */
  show(state: MeshViewState): void {
    this.#metric = state.metric;
    this.#canvas.show(this.#options.scene.visible, this.#options.scene.boxes, (edge) => this.#label(edge));
    this.highlight(state);
  }

  /** Things and edges have changed where they are. */
  update(touched: Iterable<string>): void {
    this.#canvas.update(this.#options.scene.visible, touched, (edge) => this.#label(edge));
    this.#cards.paintSoon();
    this.#minimap.paintSoon();
  }

  highlight({ selected, isLegendOpen }: MeshViewState): void {
    const { scene } = this.#options;
    this.#canvas.highlight(selected, scene.paths, (id) => scene.isDimmed(id));
    this.#legend.element.hidden = !isLegendOpen;
    this.#cards.paintSoon();
    this.#minimap.paintSoon();
  }

  /** What is not on a canvas; may come later. */
  showWords(summary: string): void {
    const { scene, words } = this.#options;
    const label = `${summary}. ${words.words.graph.instructions}`;
    if (this.#image.getAttribute("aria-label") !== label) this.#image.setAttribute("aria-label", label);
    const kinds = new Map<ThingIcon, string>();
    for (const { thing } of scene.visible.things.values()) {
      if (!kinds.has(thing.icon)) kinds.set(thing.icon, words.kind(thing));
    }
    this.#legend.show(kinds);
  }

  flow(traffic: MeshTraffic): void {
    this.#particles.add(traffic);
  }

  settle(): void {
    this.#particles.settle();
  }

  retheme(): void {
    this.#palette = readPalette(document.body);
    this.#canvas.palette = this.#palette;
    this.#cards.paintSoon();
    this.#minimap.paintSoon();
  }

  /** Its place has another size. */
  resize(): void {
    this.#canvas.resize({ isHeld: this.#options.isHeld() });
    this.#minimap.paintSoon();
  }

  reveal(id: string): void {
    this.#canvas.reveal(id);
  }

  zoomBy(steps: number): void {
    this.#canvas.zoomBy(steps);
  }

  fit(): void {
    this.#canvas.fit();
  }

  set viewport(viewport: Viewport) {
    this.#canvas.viewport = viewport;
  }

  hideHover(): void {
    this.#hover.hide();
  }

  /** What a file of it would show. */
  get picture(): Picture {
    const { scene } = this.#options;
    return {
      graph: scene.visible,
      boxes: scene.boxes,
      palette: this.#palette,
      wordsFor: (id) => this.#cardWords(id),
      labelFor: (edge) => this.#label(edge),
    };
  }

  #label({ figures }: MeshEdge): string {
    const { figures: say } = this.#options.words;
    const text = say.metric(this.#metric, figures);
    return text === say.unknown ? "" : text;
  }

  #cardWords(id: string): { state: string; folded: string } {
    const visible = this.#options.scene.visible.things.get(id);
    return visible === undefined
      ? { state: "", folded: "" }
      : this.#options.words.card(visible.thing, visible.foldedCount);
  }

  #toggleFold(id: string): void {
    const fold = this.#options.scene.visible.things.get(id)?.fold ?? "none";
    if (fold === "none") this.#options.onSelect(id);
    else this.#options.onFold(id, fold === "unfolded");
  }

  #pointAt(id: string | null): void {
    const thing = id === null ? undefined : this.#options.scene.graph.things.get(id);
    this.#image.classList.toggle("is-pointing", thing !== undefined);
    if (thing === undefined) this.#hover.hide();
    else this.#hover.show(thing, () => this.#canvas.onScreen(thing.id));
  }

  #moved(isByHand: boolean): void {
    this.#hover.hide();
    this.#minimap.paintSoon();
    this.#options.onViewport(isByHand ? this.#canvas.viewport : null);
  }

  #zoomButtons(): HTMLElement {
    const { toolbar, graph } = this.#options.words.words;
    const button = (glyph: string, label: string, onPress: () => void): HTMLButtonElement =>
      glyphButton({ glyph, label, onPress });
    return element("div", {
      className: "zoom-buttons",
      attributes: { role: "group", "aria-label": graph.zoomGroup },
      children: [
        button(controlGlyphs.zoomIn, toolbar.zoomIn, () => this.zoomBy(1)),
        button(controlGlyphs.zoomOut, toolbar.zoomOut, () => this.zoomBy(-1)),
        button(controlGlyphs.fit, toolbar.fit, () => this.fit()),
      ],
    });
  }
}
