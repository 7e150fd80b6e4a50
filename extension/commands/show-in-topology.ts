import type { Command } from "./command.ts";

/** Shows a row of the tree in the graph, selected. */
export const showInTopology: Command = async ({ topology, store }, argument) => {
  const id = typeof argument === "object" && argument !== null && "id" in argument ? argument.id : undefined;
  const row = typeof id === "string" ? store.topology.get(id) : undefined;
  if (row === undefined) return topology.open();
  topology.revealRow(row);
};
