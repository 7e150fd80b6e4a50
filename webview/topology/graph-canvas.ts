import cytoscape from "cytoscape";
import type { MeshEdge } from "../../contract/webview/mesh-things.ts";
import { element } from "../ui/element.ts";
import { type Curve, controlPoints, edgeCurve } from "./edge-curve.ts";
import { graphStyle } from "./graph-style.ts";
import { type Bounds, type Box, boundsOf } from "./layout.ts";
import { handleReach } from "./paint-card.ts";
import type { Palette } from "./palette.ts";
import type { Paths } from "./paths-through.ts";
import { quietRenderer } from "./quiet-renderer.ts";
import type { VisibleGraph } from "./visible-graph.ts";

/** Where the picture's origin is on the screen, and how many pixels one of its units has. */
export interface Viewport {
  readonly zoom: number;
  readonly x: number;
  readonly y: number;
}

export interface GraphCanvasOptions {
  readonly palette: Palette;
  readonly onSelect: (id: string | null) => void;
  readonly onFold: (id: string) => void;
  /** The pointer is on a thing, or on none. */
  readonly onHover: (id: string | null) => void;
  /** Another part of the picture is on the screen; by the person's hand, or because it was made to fit. */
  readonly onViewport: (isByHand: boolean) => void;
  /** Cytoscape has drawn: what lies above must follow. */
  readonly onDrawn: () => void;
}

const zooms = { least: 0.05, most: 3, firstLeast: 0.55, firstMost: 1.1, step: 1.25 };
const fitMargin = 28;
/** Node and edge names of Cytoscape are one space; ours are two. */
const nodeName = (id: string): string => `n:${id}`;
const edgeName = (id: string): string => `e:${id}`;

/** Cytoscape looks for its style element by this name, and would make one that the page's policy forbids. */
const styleName = "__________cytoscape_stylesheet";

quietRenderer();

/** The picture: cards and ways, drawn by Cytoscape. Each update is one batch of what differs from what is drawn. */
export class GraphCanvas {
  readonly element = element("div", { className: "graph-cytoscape" });
  readonly #cy: cytoscape.Core;
  readonly #looks = new Map<string, string>();
  #boxes: ReadonlyMap<string, Box> = new Map();
  #curves = new Map<string, Curve>();
  #hasView = false;
  #isByHand = false;

  constructor(options: GraphCanvasOptions) {
    // What it would say stands in our style sheet.
    if (document.getElementById(styleName) === null)
      document.head.append(element("template", { attributes: { id: styleName } }));
    this.#cy = cytoscape({
      container: this.element,
      style: graphStyle(options.palette),
      layout: { name: "preset" },
      minZoom: zooms.least,
      maxZoom: zooms.most,
      autoungrabify: true,
      autounselectify: true,
      boxSelectionEnabled: false,
    });
    this.#listen(options);
  }

  get viewport(): Viewport {
    const { x, y } = this.#cy.pan();
    return { zoom: this.#cy.zoom(), x, y };
  }

  set viewport({ zoom, x, y }: Viewport) {
    this.#hasView = true;
    this.#isByHand = true;
    this.#cy.viewport({ zoom, pan: { x, y } });
  }

  get bounds(): Bounds {
    return boundsOf(this.#boxes.values());
  }

  /** The part of the picture that is on the screen. */
  get extent(): Bounds {
    const { x1, y1, x2, y2 } = this.#cy.extent();
    return { left: x1, top: y1, right: x2, bottom: y2 };
  }

  curveOf(edge: string): Curve | undefined {
    return this.#curves.get(edge);
  }

  /** Draws another set of things, or the same at other places. */
  show(graph: VisibleGraph, boxes: ReadonlyMap<string, Box>, labelFor: (edge: MeshEdge) => string): void {
    this.#boxes = boxes;
    this.#curves = new Map();
    for (const { id, from, to } of graph.edges.values()) {
      const [start, end] = [boxes.get(from), boxes.get(to)];
      if (start !== undefined && end !== undefined) this.#curves.set(id, edgeCurve(start, end));
    }
    const wanted = new Set([...graph.things.keys()].map(nodeName));
    for (const id of graph.edges.keys()) wanted.add(edgeName(id));
    this.#cy.batch(() => {
      const gone = [...this.#looks.keys()].filter((name) => !wanted.has(name));
      for (const name of gone) {
        this.#cy.getElementById(name).remove();
        this.#looks.delete(name);
      }
      const added: cytoscape.ElementDefinition[] = [];
      for (const [id, { thing }] of graph.things)
        this.#putNode({ id, health: thing.health, box: boxes.get(id) }, added);
      for (const edge of graph.edges.values()) this.#putEdge(edge, { label: labelFor(edge), added });
      if (added.length > 0) this.#cy.add(added);
    });
    if (!this.#hasView) this.#firstView();
  }

  /** Draws what has changed of things and edges that stay where they are. */
  update(graph: VisibleGraph, touched: Iterable<string>, labelFor: (edge: MeshEdge) => string): void {
    this.#cy.batch(() => {
      for (const id of touched) {
        const edge = graph.edges.get(id);
        if (edge !== undefined) this.#putEdge(edge, { label: labelFor(edge), added: [] });
        const health = graph.things.get(id)?.thing.health;
        if (health !== undefined) this.#putNode({ id, health, box: this.#boxes.get(id) }, []);
      }
    });
  }

  /** Lets the paths through a thing stand out, and dims the rest. */
  highlight(selected: string | null, paths: Paths | undefined, isDimmed: (id: string) => boolean): void {
    this.#cy.batch(() => {
      for (const node of this.#cy.nodes()) {
        const id = node.id().slice(2);
        node.toggleClass("selected", id === selected);
        node.toggleClass("on-path", paths?.things.has(id) ?? false);
        node.toggleClass("dimmed", isDimmed(id));
      }
      for (const edge of this.#cy.edges()) {
        const isOn = paths?.edges.has(edge.id().slice(2)) ?? false;
        const ends = [edge.source().id(), edge.target().id()].map((name) => name.slice(2));
        edge.toggleClass("on-path", isOn);
        edge.toggleClass("dimmed", !isOn && (paths !== undefined || ends.some(isDimmed)));
      }
    });
  }

  glow(edges: ReadonlySet<string>): void {
    this.#cy.batch(() => {
      for (const edge of this.#cy.edges(".active")) if (!edges.has(edge.id().slice(2))) edge.removeClass("active");
      for (const id of edges) this.#cy.getElementById(edgeName(id)).addClass("active");
    });
  }

  set palette(palette: Palette) {
    this.#cy.style(graphStyle(palette));
  }

  fit(): void {
    this.#hasView = true;
    this.#isByHand = false;
    this.#cy.resize();
    const { left, top, right, bottom } = this.bounds;
    const [width, height] = [this.#cy.width() - 2 * fitMargin, this.#cy.height() - 2 * fitMargin];
    const zoom = Math.min(width / Math.max(1, right - left), height / Math.max(1, bottom - top), 1.4);
    this.#centre({ x: (left + right) / 2, y: (top + bottom) / 2 }, Math.max(zooms.least, zoom));
  }

  zoomBy(steps: number): void {
    this.#isByHand = true;
    const level = Math.min(zooms.most, Math.max(zooms.least, this.#cy.zoom() * zooms.step ** steps));
    this.#cy.zoom({ level, renderedPosition: { x: this.#cy.width() / 2, y: this.#cy.height() / 2 } });
  }

  /** Brings a place into view; nothing moves when it is already. */
  reveal(id: string): void {
    const box = this.#boxes.get(id);
    if (box === undefined) return;
    const { left, top, right, bottom } = this.extent;
    const isInside =
      box.x - box.width / 2 >= left &&
      box.x + box.width / 2 <= right &&
      box.y - box.height / 2 >= top &&
      box.y + box.height / 2 <= bottom;
    if (!isInside) this.#centre(box, Math.max(this.#cy.zoom(), zooms.firstLeast));
  }

  centreOn(x: number, y: number): void {
    this.#isByHand = true;
    this.#centre({ x, y }, this.#cy.zoom());
  }

  /** The place got another size. What has fitted still does, unless it is held. */
  resize({ isHeld }: { readonly isHeld: boolean }): void {
    this.#cy.resize();
    if (!this.#hasView || !(this.#isByHand || isHeld)) this.#firstView();
  }

  /** Where a thing is on the screen, from the picture's upper left corner. */
  onScreen(id: string): { x: number; y: number; width: number; height: number } | undefined {
    const box = this.#boxes.get(id);
    if (box === undefined) return undefined;
    const { zoom, x, y } = this.viewport;
    return { x: box.x * zoom + x, y: box.y * zoom + y, width: box.width * zoom, height: box.height * zoom };
  }

  /** As much as can be read; what does not fit then is a matter of panning, from the router on. */
  #firstView(): void {
    // Before the page has a size there is nothing to fit into; `resize` comes back to it.
    if (this.#boxes.size === 0 || this.#cy.width() === 0) return;
    this.fit();
    const zoom = this.#cy.zoom();
    if (zoom >= zooms.firstLeast && zoom <= zooms.firstMost) return;
    const { left, top, right, bottom } = this.bounds;
    const level = Math.min(zooms.firstMost, Math.max(zooms.firstLeast, zoom));
    const half = this.#cy.width() / 2 / level - fitMargin;
    const x = (right - left) / 2 > half ? left + half : (left + right) / 2;
    this.#centre({ x, y: (top + bottom) / 2 }, level);
  }

  #centre({ x, y }: { readonly x: number; readonly y: number }, zoom: number): void {
    const pan = { x: this.#cy.width() / 2 - x * zoom, y: this.#cy.height() / 2 - y * zoom };
    this.#cy.viewport({ zoom, pan });
  }

  #putNode(
    { id, health, box }: { readonly id: string; readonly health: string; readonly box: Box | undefined },
    added: cytoscape.ElementDefinition[],
  ): void {
    if (box === undefined) return;
    const name = nodeName(id);
    const { x, y, width, height } = box;
    const look = `${health} ${x} ${y} ${width} ${height}`;
    const before = this.#looks.get(name);
    if (before === look) return;
    this.#looks.set(name, look);
    if (before === undefined) {
      added.push({ group: "nodes", data: { id: name, health, width, height }, position: { x, y } });
      return;
    }
    const node = this.#cy.getElementById(name);
    node.data({ health, width, height });
    const at = node.position();
    if (at.x !== x || at.y !== y) node.position({ x, y });
  }

  #putEdge(
    edge: MeshEdge,
    { label, added }: { readonly label: string; readonly added: cytoscape.ElementDefinition[] },
  ): void {
    const curve = this.#curves.get(edge.id);
    if (curve === undefined) return;
    const name = edgeName(edge.id);
    const { weights, distances } = controlPoints(curve);
    const look = `${edge.health} ${label} ${edge.from} ${edge.to} ${weights.join(" ")} ${distances.join(" ")}`;
    const before = this.#looks.get(name);
    if (before === look) return;
    this.#looks.set(name, look);
    const data = { health: edge.health, label, weights, distances };
    if (before !== undefined) {
      this.#cy.getElementById(name).data(data);
      return;
    }
    const ends = { id: name, source: nodeName(edge.from), target: nodeName(edge.to) };
    added.push({ group: "edges", data: { ...ends, ...data }, ...(curve.isInner && { classes: "inner" }) });
  }

  #listen({ onSelect, onFold, onHover, onViewport, onDrawn }: GraphCanvasOptions): void {
    this.#cy.on("tap", (event) => {
      if (event.target === this.#cy) onSelect(null);
    });
    this.#cy.on("tap", "node", ({ target, position }) => {
      const id = (target as cytoscape.NodeSingular).id().slice(2);
      const box = this.#boxes.get(id);
      const isOnHandle = box !== undefined && position.x > box.x + box.width / 2 - handleReach;
      if (isOnHandle) onFold(id);
      else onSelect(id);
    });
    this.#cy.on("mouseover", "node", ({ target }) => onHover((target as cytoscape.NodeSingular).id().slice(2)));
    this.#cy.on("mouseout", "node", () => onHover(null));
    this.#cy.on("viewport", () => onViewport(this.#isByHand));
    this.#cy.on("dragpan scrollzoom pinchzoom", () => {
      this.#isByHand = true;
      onViewport(true);
    });
    this.#cy.on("render", onDrawn);
  }
}
