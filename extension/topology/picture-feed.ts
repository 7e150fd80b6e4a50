import { isDeepStrictEqual } from "node:util";
import type { MeshDiff, MeshSnapshot } from "../../contract/webview/mesh.ts";
import type { MeshEdge, Thing } from "../../contract/webview/mesh-things.ts";
import type { MeshPicture } from "./mesh-picture.ts";

/** Says what has changed between two pictures, so that a tick of health costs its own thing alone. */
export class PictureFeed {
  #revision = 0;
  #things = new Map<string, Thing>();
  #edges = new Map<string, MeshEdge>();

  /** Everything, for a view that has nothing. */
  snapshot({ things, edges }: MeshPicture): MeshSnapshot {
    this.#things = byId(things);
    this.#edges = byId(edges);
    return { type: "snapshot", revision: ++this.#revision, things: [...things], edges: [...edges] };
  }

  /** Undefined when nothing has changed. */
  next(picture: MeshPicture): MeshDiff | undefined {
    const [things, edges] = [byId(picture.things), byId(picture.edges)];
    const put = { things: changed(this.#things, picture.things), edges: changed(this.#edges, picture.edges) };
    const removeThings = [...this.#things.keys()].filter((id) => !things.has(id));
    // Those of a thing that goes are not named.
    const isLeft = ({ from, to }: MeshEdge): boolean => things.has(from) && things.has(to);
    const removeEdges = [...this.#edges.values()].filter((edge) => !edges.has(edge.id) && isLeft(edge));
    this.#things = things;
    this.#edges = edges;
    const figures = [...put.things.figures, ...put.edges.figures];
    const changes = [put.things.put, put.edges.put, removeThings, removeEdges, figures];
    if (changes.every((list) => list.length === 0)) return undefined;
    const from = this.#revision++;
    return {
      type: "diff",
      from,
      to: this.#revision,
      putThings: put.things.put,
      putEdges: put.edges.put,
      removeThings,
      removeEdges: removeEdges.map(({ id }) => id),
      figures,
    };
  }
}

const byId = <T extends { readonly id: string }>(items: readonly T[]): Map<string, T> =>
  new Map(items.map((item) => [item.id, item]));

/** What is new or other, and apart from it what has new figures and nothing else. */
function changed<T extends Thing | MeshEdge>(
  before: ReadonlyMap<string, T>,
  now: readonly T[],
): { put: T[]; figures: MeshDiff["figures"] } {
  const put: T[] = [];
  const figures: MeshDiff["figures"] = [];
  for (const item of now) {
    const known = before.get(item.id);
    if (known !== undefined && isDeepStrictEqual(known, item)) continue;
    const isSameButFigures = known !== undefined && isDeepStrictEqual({ ...known, figures: item.figures }, item);
    if (isSameButFigures) figures.push({ id: item.id, figures: item.figures });
    else put.push(item);
  }
  return { put, figures };
}
