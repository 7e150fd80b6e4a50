import type { MeshViewState } from "../../contract/webview/mesh.ts";
import type { MeshDetails } from "../../contract/webview/mesh-details.ts";
import type { Selected } from "../details/details-panel.ts";
import { fillIn } from "../ui/fill-in.ts";
import type { MeshScene } from "./mesh-scene.ts";
import type { ThingWords } from "./thing-words.ts";

/** What the extension has said last about a thing. */
export interface KnownDetails {
  readonly id: string;
  readonly details: MeshDetails;
}

/** What the panel shows; undefined while it is closed, or its thing is gone. */
export function selectedThing(
  { graph, paths }: MeshScene,
  { selected, isDetailsOpen }: MeshViewState,
  { words, known }: { readonly words: ThingWords; readonly known: KnownDetails | undefined },
): Selected | undefined {
  const thing = selected === null ? undefined : graph.things.get(selected);
  if (thing === undefined || !isDetailsOpen) return undefined;
  const connections = graph.edgesTo(thing.id).length + graph.edgesFrom(thing.id).length;
  return {
    thing,
    details: known?.id === thing.id ? known.details : undefined,
    connections,
    paths: fillIn(words.words.graph.connected, connections, (paths?.things.size ?? 1) - 1),
    nameOf: (id) => {
      const other = graph.things.get(id);
      return other === undefined ? undefined : words.name(other);
    },
  };
}
