import { describe, expect, it } from "vitest";
import { topics } from "../../../sidecar/demo-model/corpus/topics.ts";
import { makeDemoVocabulary } from "../../../sidecar/demo-model/demo-vocabulary.ts";

const vocabulary = makeDemoVocabulary(topics);
const { encoder, keywords, turnMarkers } = vocabulary;

describe("makeDemoVocabulary", () => {
  it("spells answers without keywords or markers, and without a change to the text", () => {
    for (const answer of topics.flatMap((topic) => topic.answers)) {
      const ids = vocabulary.spell(answer);
      expect(encoder.decode(ids)).toBe(answer);
      expect(ids.filter((id) => keywords.has(id) || turnMarkers.has(id))).toEqual([]);
    }
  });

  it("recognises a keyword inside a line, capitalized and as it is usually written", () => {
    const topicOf = (text: string) => encoder.encode(text).map((id) => keywords.get(id)?.topicId);
    expect(topicOf("GPU")).toEqual(["gpu"]);
    expect(topicOf(" gpu")).toEqual(["gpu"]);
    expect(topicOf("Privacy")).toEqual(["privacy"]);
    expect(topicOf("hello")).toEqual(["hello"]);
  });

  it("does not see keywords inside everyday words", () => {
    const words =
      "because whole user used report export support important happens result its frame grammar program cause profile " +
      "unsafe notice higher the and with which when there would should could please image of question answer anything " +
      "explain show tell give list compare summarize describe city country person today morning music number";
    const accidental = words.split(" ").filter((word) => {
      const ids = encoder.encode(` ${word}`);
      return ids.length > 1 && ids.some((id) => (keywords.get(id)?.level ?? "faint") !== "faint");
    });
    expect(accidental).toEqual([]);
  });

  it("refuses a keyword that two topics claim", () => {
    const claims = (id: string) => ({ id, ordinary: "lamp", answers: ["Light."] as const });
    expect(() => makeDemoVocabulary([claims("one"), claims("two")])).toThrow('the keyword "lamp" is given twice');
  });
});
