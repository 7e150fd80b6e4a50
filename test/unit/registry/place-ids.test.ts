import { expect, it } from "vitest";
import type { NodeId } from "../../../contract/mesh/ids.ts";
import { PlaceIds } from "../../../sidecar/registry/place-ids.ts";
import { backendTopologyId, modelTopologyId } from "../../../sidecar/registry/topology-ids.ts";

const node = "node-1" as NodeId;
const named = (backend: string, model: string) => ({
  model: modelTopologyId(node, backend, model),
  backend: backendTopologyId(node, backend),
});

it("names places as the topology does, also when asked again and after there were too many", () => {
  const ids = new PlaceIds(node, 2);
  // With a separator of names in one, so that two places look alike when their names are put together.
  const places = [
    ["a", "m"],
    ["a", "b/m"],
    ["a/b", "m"],
    ["a", "m"],
    ["a", "\ud800"],
  ] as const;
  for (const [backend, model] of [...places, ...places]) expect(ids.of(backend, model)).toEqual(named(backend, model));
});

it("gives the same names again without making them anew", () => {
  const ids = new PlaceIds(node, 8);
  expect(ids.of("a", "m")).toBe(ids.of("a", "m"));
});
