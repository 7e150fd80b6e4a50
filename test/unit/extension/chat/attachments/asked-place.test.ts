import { describe, expect, it } from "vitest";
import { askedPlace, type ChosenPlaces } from "../../../../../extension/chat/attachments/asked-place.ts";

type Place = ChosenPlaces["places"][number];
const place = (part: Partial<Place>): Place => ({
  modelId: "m",
  isOwn: false,
  state: null,
  contextTokens: null,
  capabilities: null,
  ...part,
});
const of = (places: readonly Place[], model = "m") =>
  askedPlace({ choice: { model, privacy: "lan" }, label: "M", places });
const small = place({ contextTokens: 4_096, capabilities: ["chat"] });
const large = place({ contextTokens: 32_768, capabilities: ["chat", "vision"] });

describe("whom a question goes to", () => {
  it("takes as much, and sees as much, as all of a model's places do", () => {
    expect(of([small, large, place({ capabilities: ["vision"] })])).toMatchObject({
      contextTokens: 4_096,
      seesImages: false,
      wishes: { privacy: "lan" },
    });
    expect(of([large])).toMatchObject({ contextTokens: 32_768, seesImages: true });
  });

  it("is the best of all where the node chooses the model: it leaves out those that cannot", () => {
    expect(of([small, large], "auto")).toMatchObject({
      contextTokens: 32_768,
      seesImages: true,
      countsHere: false,
      isAnyModel: true,
    });
  });

  it("is the best of all of an alias that stands for several models, whose tokens nobody can count", () => {
    expect(of([small, { ...large, modelId: "n", isOwn: true, state: "loaded" }], "fast")).toMatchObject({
      contextTokens: 32_768,
      countsHere: false,
      isAnyModel: true,
    });
    expect(of([small, large], "fast")).toMatchObject({ contextTokens: 4_096, isAnyModel: false });
  });

  it("says nothing of what nobody tells", () => {
    expect(of([place({})])).toMatchObject({ contextTokens: null, seesImages: false });
    expect(of([])).toMatchObject({ contextTokens: null, seesImages: false, countsHere: false });
  });

  it("counts here only while its one tokenizer is in this machine's memory", () => {
    const own = place({ isOwn: true, state: "loaded" });
    expect(of([own]).countsHere).toBe(true);
    expect(of([{ ...own, state: "available" }]).countsHere).toBe(false);
    expect(of([own, large]).countsHere).toBe(false);
  });
});
