import type { ConfigurationState } from "../../contract/mesh/configuration-state.ts";
import type { Disposable } from "../platform/emitter.ts";
import type { MeshStore } from "./mesh-store.ts";

export interface ConfigurationListener {
  /** Called once for each problem that is another than the one before; null when the file is mended, or nobody knows. */
  problemChanged(problem: ConfigurationState["problem"]): void;
  /** Settings have come that wait for a restart. */
  restartNeeded(settings: readonly string[]): void;
}

/** Tells how the configuration file of this window's node stands, each time that it is otherwise than before. */
export function followConfiguration(store: MeshStore, listener: ConfigurationListener): Disposable {
  let problem: ConfigurationState["problem"] = null;
  let waiting: readonly string[] = [];
  return store.onDidChange(() => {
    const state = configurationOf(store);
    const isSame = JSON.stringify(state?.problem ?? null) === JSON.stringify(problem);
    problem = state?.problem ?? null;
    if (!isSame) listener.problemChanged(problem);
    const added = (state?.needsRestart ?? []).filter((setting) => !waiting.includes(setting));
    waiting = state?.needsRestart ?? [];
    if (added.length > 0) listener.restartNeeded(waiting);
  });
}

/** As the node says now; undefined while there is none. */
export const configurationOf = (store: MeshStore): ConfigurationState | undefined =>
  store.topology.ofKind("node").find(({ configuration }) => configuration !== undefined)?.configuration;
