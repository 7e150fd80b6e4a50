import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ErrorCode, errorCatalogue } from "../../../../contract/errors/catalogue.ts";
import { type RequestRecord, rejectionSchema } from "../../../../contract/mesh/routing.ts";
import { routeWordsSchema } from "../../../../contract/webview/chat-turns.ts";
import { failureText, rejectionText } from "../../../../extension/chat/route-outcomes.ts";
import { type RouteNames, routeWords } from "../../../../extension/chat/route-words.ts";
import { failureKind } from "../../../../sidecar/router/failure.ts";
import { requestRecord } from "../../../support/request-record.ts";
import { english } from "../../../support/translate.ts";

const names: RouteNames = {
  node: () => "desk",
  backend: (id) => `server ${id}`,
  model: (_backend, model) => model.toUpperCase(),
};
const wordsOf = (...parts: (RequestRecord | null)[]) => routeWords(parts, names, english);
const factsOf = (...parts: (RequestRecord | null)[]): Record<string, string> =>
  Object.fromEntries((wordsOf(...parts)?.facts ?? []).map(({ name, value }) => [name, value]));
const { explanation } = requestRecord();

describe("why an answer came from where it came from", () => {
  it("is one sentence, with what was estimated against what it took", () => {
    expect(wordsOf(requestRecord())?.summary).toBe("M at server a has answered. It was the only place that could.");
    expect(factsOf(requestRecord())).toMatchObject({
      Node: "desk",
      Backend: "server a",
      Model: "M",
      Strategy: "auto",
      "Why there": "nothing open",
      Time: "estimated 120 ms, took 140 ms",
      Tokens: "12 read, 4 of them from memory, 8 written",
    });
  });

  it("names places that had failed before, those that were not asked, and those that came later in the order", () => {
    const record = requestRecord({
      explanation: {
        ...explanation,
        ranked: ["a", "c", "d"].map((backend) => ({
          backend,
          model: "m",
          privacy: "lan",
          because: "weight 1",
          estimateMs: null,
        })),
      },
      attempts: [
        { backend: "a", model: "m", outcome: "backend_unreachable", ms: 4 },
        { backend: "c", model: "m", outcome: "answered", ms: 30 },
      ],
      answeredBy: { backend: "c", model: "m", artifact: null },
    });
    const words = wordsOf(record);
    expect(words?.summary).toBe("M at server c has answered. It was asked after another place had failed.");
    expect(words?.attempts).toEqual([
      { place: "server a / M", outcome: "It could not be reached, after 4 ms", hasAnswered: false },
      { place: "server c / M", outcome: "Answered, first byte after 30 ms", hasAnswered: true },
    ]);
    expect(words?.rejected).toEqual([
      { place: "server d / M", reason: "Number 3 in the order: weight 1" },
      { place: "server b / M", reason: "It was not healthy: connection refused" },
    ]);
  });

  it("says that nothing has answered, and that an answer broke off or was stopped", () => {
    const none = { answeredBy: null, firstByteMs: null, error: "backend_timeout" };
    expect(wordsOf(requestRecord(none))?.summary).toBe("No place has answered: It did not answer in time.");
    expect(wordsOf(requestRecord({ error: "upstream_disconnected" }))?.summary).toMatch(/It broke off before its end/);
    expect(wordsOf(requestRecord({ error: "cancelled" }))?.summary).toMatch(/It was stopped before its end/);
    expect(factsOf(requestRecord({ error: "cancelled" })).Time).toBe("140 ms");
  });

  it("shortens a digest to what people compare, and says what a name stood for", () => {
    const artifact = `sha256:${"1a2b3c4d5e6f".padEnd(64, "0")}+${"f".repeat(64)}`;
    const record = requestRecord({
      explanation: { ...explanation, asked: "auto", alias: { name: "auto", revision: null } },
      answeredBy: { backend: "a", model: "m", artifact },
    });
    expect(factsOf(record)).toMatchObject({ Digest: "sha256:1a2b3c4d5e6f…", "Asked for": "auto" });
    expect(factsOf(requestRecord())).not.toHaveProperty("Digest");
  });

  it("of an answer in parts says what differs for each, and what does not once", () => {
    const elsewhere = { backend: "b", model: "m", artifact: null };
    const words = wordsOf(requestRecord({ error: "upstream_disconnected" }), requestRecord({ answeredBy: elsewhere }));
    expect(words?.summary).toMatch(/^Part 1: M at server a .* Part 2: M at server b /);
    const facts = words?.facts.map(({ name, value }) => `${name}=${value}`);
    expect(facts).toContain("Node=desk");
    expect(facts).toContain("Part 1: Backend=server a");
    expect(facts).toContain("Part 2: Backend=server b");
    expect(words?.attempts.map(({ place }) => place)).toEqual(["Part 1: server a / M", "Part 2: server a / M"]);
  });

  it("is nothing when the node has forgotten the request, and says which part of several it has forgotten", () => {
    expect(wordsOf(null)).toBeNull();
    expect(wordsOf(null, null)).toBeNull();
    const words = wordsOf(null, requestRecord());
    expect(words?.summary).toMatch(/^Part 1: the node does not remember it any more\. Part 2: M at server a /);
    expect(words?.facts.every(({ name }) => name.startsWith("Part 2: "))).toBe(true);
  });

  it("lists no more places than people read", () => {
    const rejected = Array.from({ length: 400 }, (_, index) => ({
      backend: `b${index}`,
      model: "m",
      rejection: "disabled" as const,
      detail: "",
    }));
    expect(wordsOf(requestRecord({ explanation: { ...explanation, rejected } }))?.rejected).toHaveLength(50);
  });

  it("holds for any names and details from elsewhere, as plain short text", () => {
    const text = fc.string({ unit: "binary", maxLength: 500 });
    fc.assert(
      fc.property(text, text, fc.constantFrom(...rejectionSchema.options), (name, detail, rejection) => {
        const place = { backend: name, model: name };
        const words = wordsOf(
          requestRecord({
            explanation: { ...explanation, rejected: [{ ...place, rejection, detail }] },
            attempts: [{ ...place, outcome: name, ms: 1 }],
            answeredBy: { ...place, artifact: detail },
          }),
        );
        const shown = JSON.stringify(routeWordsSchema.parse(words));
        expect(shown).not.toMatch(/\\u202e|\\u0000|\u202e/);
        expect(shown.length).toBeLessThan(6_000);
      }),
    );
  });
});

describe("the words for codes", () => {
  it("are there for every reason not to ask a place, with the node's figures where they say more", () => {
    const all = rejectionSchema.options.map((rejection) => rejectionText({ rejection, detail: "" }, english));
    expect(new Set(all).size).toBe(rejectionSchema.options.length);
    expect(rejectionText({ rejection: "privacy", detail: "it is 'cloud'" }, english)).toMatch(/: it is 'cloud'$/);
    expect(rejectionText({ rejection: "disabled", detail: "it is switched off" }, english)).toBe("It is switched off");
  });

  it("are there for every error for which another place is asked", () => {
    const codes = Object.keys(errorCatalogue) as ErrorCode[];
    const elsewhere = codes.filter((code) => failureKind({ code }) !== "request");
    expect(elsewhere.length).toBeGreaterThan(20);
    for (const code of elsewhere) expect(failureText(code, english), code).not.toMatch(/^Refused/);
  });

  it("name a code that they do not know", () => {
    expect(failureText("malformed_json", english)).toBe("Refused (malformed_json)");
    expect(failureText("of_a_newer_node", english)).toBe("Refused (of_a_newer_node)");
  });
});
