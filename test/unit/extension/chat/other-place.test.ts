import { describe, expect, it } from "vitest";
import { otherPlace } from "../../../../extension/chat/other-place.ts";
import { aliasOf, meshWith, placeAt } from "../../../support/mesh-with.ts";

const twins = meshWith([
  placeAt("gpu", "twin"),
  placeAt("cloud", "twin"),
  placeAt("engine", "alone"),
  placeAt("off", "alone"),
]);

describe("another place for an answer that broke off", () => {
  it("is there where the model is at another one as well", () => {
    expect(otherPlace(twins, { model: "twin", strategy: "least-latency" }, "gpu")).toEqual({
      model: "twin",
      strategy: "least-latency",
    });
  });

  it("is none where the model is nowhere else, or only where nobody can be asked", () => {
    expect(otherPlace(twins, { model: "alone" }, "engine")).toBeNull();
    const ill = meshWith([placeAt("gpu", "twin"), placeAt("cloud", "twin", { health: "unhealthy" })]);
    expect(otherPlace(ill, { model: "twin" }, "gpu")).toBeNull();
    const embedder = meshWith([placeAt("gpu", "twin"), placeAt("cloud", "twin", { capabilities: ["embeddings"] })]);
    expect(otherPlace(embedder, { model: "twin" }, "gpu")).toBeNull();
  });

  it("is any for a name that stands for others", () => {
    expect(otherPlace(twins, { model: "auto" }, "gpu")).toEqual({ model: "auto" });
  });

  it("lets a conversation go from the one place that it is tied to, but no further than to there", () => {
    const near = meshWith([placeAt("gpu", "twin"), placeAt("engine", "twin")]);
    expect(otherPlace(near, { model: "twin", onlyBackends: ["gpu"] }, "gpu")).toEqual({
      model: "twin",
      privacy: "lan",
    });
    const nearer = { model: "twin", onlyBackends: ["gpu"], privacy: "mine" as const };
    expect(otherPlace(near, nearer, "gpu")).toEqual({ model: "twin", privacy: "mine" });
    expect(otherPlace(twins, { model: "twin", onlyBackends: ["gpu"] }, "gpu")).toBeNull();
  });

  it("is none where what is left is further than the question may go", () => {
    expect(otherPlace(twins, { model: "twin", privacy: "lan" }, "gpu")).toBeNull();
    expect(otherPlace(twins, { model: "auto", privacy: "local" }, "gpu")).toEqual({ model: "auto", privacy: "local" });
  });

  it("is another of those that an alias stands for, and of no other model", () => {
    const places = [placeAt("gpu", "m"), placeAt("engine", "n"), placeAt("cloud", "o")];
    const store = meshWith(places, [aliasOf("fast", ["m", "n"]), aliasOf("lone", ["m"])]);
    expect(otherPlace(store, { model: "fast" }, "gpu")).toEqual({ model: "fast" });
    expect(otherPlace(store, { model: "lone" }, "gpu")).toBeNull();
  });

  it("is one of those that a conversation keeps to, where there are several", () => {
    const tied = { model: "twin", onlyBackends: ["gpu", "cloud"] };
    expect(otherPlace(twins, tied, "gpu")).toBe(tied);
    expect(otherPlace(twins, { model: "twin", onlyBackends: ["gpu", "off"] }, "gpu")).toBeNull();
  });
});
