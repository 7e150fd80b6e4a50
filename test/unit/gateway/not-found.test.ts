import { describe, expect, it } from "vitest";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { dialectRoutes, informationRoutes } from "../../../sidecar/gateway/dialects/index.ts";

const nextStep = (path: string): string => new MeshError("not_found", { method: "GET", path }).nextStep;

describe("what there is instead of a path that does not exist", () => {
  it.each([
    ["/v1/nothing", "/v1/models"],
    ["/v1/messages/batches", "Anthropic's API"],
    ["/v1/responses/resp_1", "not kept"],
    ["/api/pull", "inference-mesh"],
  ])("is said in the words of its dialect: %s", (path, words) => {
    expect(nextStep(path)).toContain(words);
  });

  it("names every path of a dialect to those who have missed one", () => {
    for (const { path } of [...dialectRoutes, ...informationRoutes]) expect(nextStep(`${path}/x`)).toContain(path);
  });
});
