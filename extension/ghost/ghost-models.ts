import type { TopologyNode } from "../../contract/mesh/topology.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";

/** The model that a gap is filled by, as far as this window knows. */
export interface GhostModel {
  /** As people call it; not cleaned. */
  readonly name: string;
  /** Tokens of one conversation; null where nobody tells. */
  readonly contextTokens: number | null;
  /** It has to be loaded first. */
  readonly isUnloaded: boolean;
}

const isUnloaded = ({ modelState }: TopologyNode): boolean => modelState !== null && modelState !== "loaded";
const fillsIn = ({ capabilities }: TopologyNode): boolean => capabilities?.includes("infill") ?? false;

/**
 * What would answer: the model that is named, or any that fills gaps and is in memory. Of several it is the one with the
 * smallest context, since the router chooses. Null when there is none.
 *
 * @param named the setting; "" leaves the choice to the router
 */
export function ghostModel(store: MeshStore, named: string): GhostModel | null {
  const models = store.topology.ofKind("model").filter(({ health }) => health !== "disabled");
  const usable =
    named === ""
      ? models.filter((model) => fillsIn(model) && model.modelState === "loaded")
      : models.filter((model) => model.modelId === named && (model.capabilities === null || fillsIn(model)));
  const ready = usable.filter((model) => !isUnloaded(model));
  const [first] = ready.length > 0 ? ready : usable;
  if (first === undefined) return null;
  const contexts = ready.flatMap(({ contextTokens }) => contextTokens ?? []);
  return {
    name: first.label,
    contextTokens: contexts.length === 0 ? null : Math.min(...contexts),
    isUnloaded: ready.length === 0,
  };
}
