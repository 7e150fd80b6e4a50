import type { BackendId } from "../../contract/mesh/ids.ts";
import type { Subscription } from "../platform/emitter.ts";
import type { HealthBook } from "./health-book.ts";

export interface DrainMemory {
  /** What was being drained when the node ended. */
  readonly drained: readonly BackendId[];
  readonly save: (drained: readonly BackendId[]) => void;
}

/**
 * Whom a person has taken out stays out over a restart, until it is enabled: whoever drains a server to work on it does not
 * expect requests there because this node was started anew. (What is disabled says so in the configuration.)
 */
export function rememberDrains(
  book: Pick<HealthBook, "drain" | "standingOf" | "onDidChange">,
  backends: () => readonly BackendId[],
  memory: DrainMemory,
): Subscription {
  // Nothing is open yet that could be waited for.
  for (const id of memory.drained) if (backends().includes(id)) book.drain(id, 0);
  let saved = memory.drained.join();
  const look = (): void => {
    const drained = backends().filter((id) => book.standingOf(id).rejection === "draining");
    if (drained.join() === saved) return;
    saved = drained.join();
    memory.save(drained);
  };
  look();
  return book.onDidChange(look);
}
