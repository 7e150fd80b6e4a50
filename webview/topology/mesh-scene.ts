import type { MeshViewState } from "../../contract/webview/mesh.ts";
import type { MeshEdge, Thing } from "../../contract/webview/mesh-things.ts";
import { parseExpression, type ThingTest } from "./filter-expression.ts";
import { type Box, type Geometry, layOut } from "./layout.ts";
import { MeshGraph } from "./mesh-graph.ts";
import { type Paths, pathsThrough } from "./paths-through.ts";
import { type VisibleGraph, type VisibleThing, visibleGraph } from "./visible-graph.ts";

/** The mesh as a person wants to see it: what is shown, where it stands, and what stands out. No pixel of it. */
export class MeshScene {
  readonly graph = new MeshGraph();
  boxes: ReadonlyMap<string, Box> = new Map();
  paths: Paths | undefined;
  /** By which other thing the way leads that stands out while a thing is selected; without one, all of them do. */
  way: { readonly id: string; readonly through?: string | undefined } | undefined;
  #things = new Map<string, VisibleThing>();
  #edges = new Map<string, MeshEdge>();
  #hiddenCount = 0;
  #hides: readonly ThingTest[] = [];
  #find: ThingTest | undefined;

  get visible(): VisibleGraph {
    return { things: this.#things, edges: this.#edges, hiddenCount: this.#hiddenCount };
  }

  /** An expression may speak of health and figures: then each change may hide or show something. */
  get isFiltered(): boolean {
    return this.#hides.length > 0;
  }

  /** Decides anew what is shown and where it stands. */
  arrange(
    state: MeshViewState,
    { foldsAbove, geometry }: { readonly foldsAbove: number; readonly geometry: Geometry },
  ): void {
    this.#hides = state.hidden.flatMap((text) => testOf(text) ?? []);
    const { things, edges, hiddenCount } = visibleGraph(this.graph, {
      hides: this.#hides,
      foldsAbove,
      unfolded: new Set(state.unfolded),
      folded: new Set(state.folded),
    });
    this.#things = new Map(things);
    this.#edges = new Map(edges);
    this.#hiddenCount = hiddenCount;
    this.boxes = layOut(this.#things, geometry);
    this.attend(state);
  }

  /** Takes in what is new about things and edges that stay where they are. @returns those of them that are shown */
  refresh(touched: Iterable<string>): string[] {
    const shown: string[] = [];
    for (const id of touched) {
      const visible = this.#things.get(id);
      const thing = this.graph.things.get(id);
      if (visible !== undefined && thing !== undefined) this.#things.set(id, { ...visible, thing });
      const edge = this.graph.edges.get(id);
      if (edge !== undefined && this.#edges.has(id)) this.#edges.set(id, edge);
      if (visible !== undefined || this.#edges.has(id)) shown.push(id);
    }
    return shown;
  }

  /** Decides anew what stands out. */
  attend({ selected, find }: MeshViewState): void {
    this.#find = find.trim() === "" ? undefined : testOf(find);
    if (this.way?.id !== selected) this.way = undefined;
    const through = this.way?.through;
    this.paths =
      selected !== null && this.#things.has(selected)
        ? pathsThrough(selected, this.#edges.values(), through)
        : undefined;
  }

  /** What is looked for, wherever it is, also folded away. */
  get matches(): Thing[] | null {
    const matches = this.#find;
    return matches === undefined ? null : [...this.graph.things.values()].filter(matches);
  }

  isDimmed(id: string): boolean {
    const thing = this.#things.get(id)?.thing;
    if (thing === undefined) return false;
    if (this.#find !== undefined) return !this.#find(thing) && !this.#hidesMatch(id);
    return this.paths !== undefined && !this.paths.things.has(id);
  }

  /** The visible thing that a thing is folded behind; itself when it is shown. */
  shownFor(id: string): string | undefined {
    if (this.#things.has(id)) return id;
    return this.graph.edgesTo(id).find(({ from }) => this.#things.has(from))?.from;
  }

  get totals(): { readonly all: number; readonly ill: number } {
    let ill = 0;
    for (const { health } of this.graph.things.values()) {
      if (health === "unhealthy" || health === "degraded") ill += 1;
    }
    return { all: this.graph.things.size, ill };
  }

  #hidesMatch(id: string): boolean {
    const matches = this.#find;
    if (matches === undefined || this.#things.get(id)?.fold !== "folded") return false;
    return this.graph.edgesFrom(id).some(({ to }) => {
      const thing = this.graph.things.get(to);
      return thing !== undefined && matches(thing);
    });
  }
}

function testOf(text: string): ThingTest | undefined {
  const parsed = parseExpression(text);
  return parsed.kind === "test" ? parsed.matches : undefined;
}
