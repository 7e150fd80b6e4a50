import { describe, expect, it } from "vitest";
import type { ModelChoice } from "../../../../extension/chat/model-choice.ts";
import { inlineModel, keptInlineChoiceSchema } from "../../../../extension/inline/inline-models.ts";
import { modelToAsk } from "../../../../extension/mesh/choice-to-ask.ts";
import { meshWith, placeAt } from "../../../support/mesh-with.ts";
import { english } from "../../../support/translate.ts";

const mesh = () =>
  meshWith([
    placeAt("engine", "own", { label: "Own" }),
    placeAt("engine", "both", { contextTokens: 2_048 }),
    placeAt("gpu", "both", { contextTokens: 4_096 }),
  ]);
const asked = (chosen: ModelChoice | null) => inlineModel(modelToAsk(mesh(), { chosen, fromSettings: "" }), english);

describe("the model for inline chat", () => {
  it("is any that the chat can ask; of several places the context is that of the one that takes least", () => {
    expect(asked({ model: "own" })).toEqual({
      choice: { model: "own" },
      name: "Own",
      isOwn: true,
      contextTokens: null,
    });
    expect(asked({ model: "both" })).toMatchObject({ isOwn: false, contextTokens: 2_048 });
    expect(asked({ model: "both", onlyBackends: ["gpu"] })).toMatchObject({
      choice: { model: "both", onlyBackends: ["gpu"] },
      contextTokens: 4_096,
    });
  });

  it("has, where it stands for others, the context of the place that takes most", () => {
    expect(asked({ model: "auto" })).toMatchObject({ name: "Auto", isOwn: false, contextTokens: 4_096 });
  });

  it("is none where there is none, which the node says best", () => {
    expect(inlineModel(null, english)).toMatchObject({ choice: { model: "" }, contextTokens: null });
  });

  it("is remembered, also as earlier versions have kept it, and forgotten where it cannot be read", () => {
    expect(keptInlineChoiceSchema.parse("own")).toEqual({ model: "own" });
    expect(keptInlineChoiceSchema.parse({ model: "own", onlyBackends: ["gpu"] })).toMatchObject({ model: "own" });
    expect(keptInlineChoiceSchema.parse(7)).toBeNull();
    expect(keptInlineChoiceSchema.parse(null)).toBeNull();
  });
});
