import type { MeshViewState } from "../../contract/webview/mesh.ts";

/** Where a person is when the view opens for the first time. */
export const firstViewState: MeshViewState = {
  selected: null,
  isDetailsOpen: false,
  viewport: null,
  mode: "graph",
  metric: "latencyP50Ms",
  find: "",
  hidden: [],
  unfolded: [],
  folded: [],
  isPaused: false,
  isOutlineOpen: true,
  isLegendOpen: false,
};

/** Folds or unfolds a thing against the default, and remembers no more about it than that. */
export function withFold(state: MeshViewState, id: string, isFolded: boolean): MeshViewState {
  const others = (ids: readonly string[]): string[] => ids.filter((one) => one !== id);
  return {
    ...state,
    folded: isFolded ? [...others(state.folded), id] : others(state.folded),
    unfolded: isFolded ? others(state.unfolded) : [...others(state.unfolded), id],
  };
}
