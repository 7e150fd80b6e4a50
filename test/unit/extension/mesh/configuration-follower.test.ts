import { expect, it } from "vitest";
import type { ConfigurationState } from "../../../../contract/mesh/configuration-state.ts";
import type { TopologyNode } from "../../../../contract/mesh/topology.ts";
import { configurationOf, followConfiguration } from "../../../../extension/mesh/configuration-follower.ts";
import { MeshStore } from "../../../../extension/mesh/mesh-store.ts";

function open() {
  const store = new MeshStore();
  const told: unknown[] = [];
  const following = followConfiguration(store, {
    problemChanged: (problem) => told.push(problem?.line ?? "mended"),
    restartNeeded: (settings) => told.push(settings),
  });
  const say = (configuration?: ConfigurationState): void => {
    const node = { id: "n", kind: "node", label: "n", ...(configuration === undefined ? {} : { configuration }) };
    store.topology.reset({ revision: 1, nodes: [node as TopologyNode], edges: [] });
    store.topologyChanged();
  };
  return { store, told, say, following };
}
const broken = (line: number): ConfigurationState => ({ problem: { line, column: 1, reason: "no" }, needsRestart: [] });
const valid = (...needsRestart: string[]): ConfigurationState => ({ problem: null, needsRestart });

it("tells of each problem once, and when it is mended", () => {
  const { told, say } = open();
  for (const state of [valid(), broken(3), broken(3), broken(4), valid(), valid()]) say(state);
  expect(told).toEqual([3, 4, "mended"]);
});

it("tells of settings that wait for a restart when there are more of them", () => {
  const { told, say } = open();
  for (const state of [valid("a"), valid("a"), valid("a", "b"), valid("b"), valid(), valid("a")]) say(state);
  expect(told).toEqual([["a"], ["a", "b"], ["a"]]);
});

it("holds no problem against a node that has gone, or that tells nothing of its file", () => {
  const { store, told, say, following } = open();
  say(broken(3));
  store.setNodeState({ kind: "stopped" });
  say();
  expect(configurationOf(store)).toBeUndefined();
  following.dispose();
  say(broken(5));
  expect(told).toEqual([3, "mended"]);
});
