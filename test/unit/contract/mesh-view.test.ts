import { describe, expect, it } from "vitest";
import { fromMeshViewSchema, toMeshViewSchema } from "../../../contract/webview/mesh.ts";
import { meshWordsSchema } from "../../../contract/webview/mesh-words.ts";
import { topologyWords } from "../../../extension/topology/topology-words.ts";
import { sampleDetails, sampleMesh, sampleTraffic } from "../../support/mesh-view/sample-mesh.ts";
import { english } from "../../support/translate.ts";

describe("what the mesh view and the extension say to each other", () => {
  it("holds a mesh, its traffic, the details of a thing and every word", () => {
    for (const message of [sampleMesh(), sampleTraffic, { type: "details", id: "ollama", details: sampleDetails }]) {
      expect(toMeshViewSchema.parse(message)).toEqual(message);
    }
    expect(meshWordsSchema.parse(topologyWords(english))).toEqual(topologyWords(english));
  });

  it.each([
    { type: "act", action: "formatDisk", id: "a" },
    { type: "act", action: "remove", id: "a", force: true },
    { type: "act", action: "remove", id: "" },
    { type: "do", action: "workbench.action.terminal.new" },
    { type: "savePicture", format: "html", content: "" },
    { type: "unfold", id: "a".repeat(5_000), isUnfolded: true },
    { type: "open", url: "http://example.com" },
  ])("refuses from the view what is not in it: %j", (message) => {
    expect(fromMeshViewSchema.safeParse(message).success).toBe(false);
  });

  it.each([
    { ...sampleMesh(), html: "<p>" },
    { ...sampleTraffic, windowMs: 10 },
    { ...sampleTraffic, flows: [{ edge: "e", requests: -1, errors: 0, latencyMs: null }] },
    {
      type: "hello",
      words: { ...topologyWords(english), title: 3 },
      language: "en",
      animates: true,
      pausesOnBattery: false,
      metric: "latencyP50Ms",
      foldsAbove: 300,
    },
  ])("refuses from others what is not in it", (message) => {
    expect(toMeshViewSchema.safeParse(message).success).toBe(false);
  });
});
