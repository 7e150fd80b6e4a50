import { describe, expect, it } from "vitest";
import { answeredAt } from "../../../../extension/chat/show-path.ts";
import { meshWith, placeAt } from "../../../support/mesh-with.ts";

const route = (backend: string | null, model: string | null) => ({ requestId: "r", backend, model });
const store = meshWith([placeAt("engine", "m"), placeAt("gpu", "m")]);

describe("where an answer has come from, in the topology", () => {
  it("is the model at the place that answered last", () => {
    expect(answeredAt(store, [route("engine", "m"), route("gpu", "m")])?.id).toBe("gpu/m");
    expect(answeredAt(store, [route("engine", "m"), route(null, null)])?.id).toBe("engine/m");
  });

  it("is the backend when it does not have the model any more, and nothing when both have gone", () => {
    expect(answeredAt(store, [route("gpu", "gone")])?.id).toBe("gpu");
    expect(answeredAt(store, [route("removed", "m")])).toBeUndefined();
    expect(answeredAt(store, [route(null, null)])).toBeUndefined();
    expect(answeredAt(store, [])).toBeUndefined();
  });
});
