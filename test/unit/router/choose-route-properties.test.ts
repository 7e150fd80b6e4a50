import fc from "fast-check";
import { expect, it } from "vitest";
import * as z from "zod";
import { modelCapabilitySchema } from "../../../contract/mesh/model-capability.ts";
import { privacyLabels } from "../../../contract/mesh/privacy-label.ts";
import { strategyIdSchema } from "../../../contract/mesh/routing.ts";
import { routingSettingsShape } from "../../../sidecar/registry/routing-settings.ts";
import { chooseRoute } from "../../../sidecar/router/choose-route.ts";
import { isWithin } from "../../../sidecar/router/privacy.ts";
import { explainRoute } from "../../../sidecar/router/route-choice.ts";
import type { Place, RouteQuestion } from "../../../sidecar/router/route-question.ts";
import { makeCandidate, makeRankContext } from "../../support/make-candidate.ts";

const label = fc.constantFrom(...privacyLabels);
const orNothing = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null });
const anyPlace = fc
  .record({
    backendKind: fc.constantFrom("local-engine", "openai-compatible"),
    modelId: fc.constantFrom("m", "n", "o"),
    privacy: label,
    health: fc.constantFrom("unknown", "healthy", "degraded", "unhealthy", "loading", "draining", "disabled"),
    artifact: fc.constantFrom(null, "x", `sha256:${"1".repeat(64)}`),
    capabilities: orNothing(fc.subarray([...modelCapabilitySchema.options])),
    contextTokens: orNothing(fc.nat(10_000)),
    priority: fc.nat(2),
    share: fc.constantFrom(0, 0.5, 1),
  } as const)
  .chain((parts) => {
    const rejection = fc.constantFrom(
      null,
      "disabled",
      "draining",
      "loading",
      "unhealthy",
      "told-to-wait",
      "circuit-open",
    );
    return rejection.map((rejection) => ({ parts, rejection }));
  });
const anyPlaces = fc.array(anyPlace, { maxLength: 12 }).map((all) =>
  all.map(
    ({ parts, rejection }, index): Place => ({
      candidate: makeCandidate(`b${index}`, parts),
      standing: { health: "healthy", rejection, reason: null, retryAfterMs: null },
      path: [],
    }),
  ),
);
const anyQuestion: fc.Arbitrary<RouteQuestion> = fc.record({
  model: fc.constantFrom("m", "auto", "alias", "alias@preview", "alias@blue", `sha256:${"1".repeat(64)}`, "none"),
  path: fc.constantFrom("/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/tokenize"),
  promptBytes: fc.nat(60_000),
  hasTools: fc.boolean(),
  hasImages: fc.boolean(),
  hasSuffix: fc.boolean(),
  strategy: orNothing(fc.constantFrom(...strategyIdSchema.options)),
  privacy: fc.record({ request: orNothing(label), key: orNothing(label), workspace: orNothing(label) }),
  permittedModels: orNothing(fc.subarray(["m", "n", "alias", "auto"])),
  meshPath: fc.constant([]),
});
const settings = z.strictObject(routingSettingsShape).parse({
  aliases: {
    alias: {
      privacy: "lan",
      revisions: { blue: { model: "m", weight: 1, backends: ["b0", "b1"] }, green: { model: "n", weight: 0 } },
      preview: "green",
      fallbacks: ["o"],
    },
  },
});
const choose = (question: RouteQuestion, places: readonly Place[]) =>
  chooseRoute(question, { places, settings }, { ...makeRankContext(), turnOf: () => 0 });

it("asks no place that is taken out, too far away or forbidden, whatever the state of the others", () => {
  fc.assert(
    fc.property(anyQuestion, anyPlaces, (question, places) => {
      const choice = choose(question, places);
      const standings = new Map(places.map(({ candidate, standing }) => [candidate, standing.rejection]));
      for (const { candidate } of choice.stages.flatMap(({ ranked }) => ranked)) {
        const rejection = standings.get(candidate);
        expect(["disabled", "draining", "told-to-wait"]).not.toContain(rejection);
        expect(candidate.health).not.toBe("disabled");
        expect(candidate.health === "draining" && candidate.backendKind !== "local-engine").toBe(false);
        expect(isWithin(candidate.privacy, choice.privacy)).toBe(true);
        for (const limit of Object.values(question.privacy)) {
          expect(limit === null || isWithin(candidate.privacy, limit)).toBe(true);
        }
        const { permittedModels, model } = question;
        const name = model.split("@")[0] ?? "";
        expect(
          permittedModels === null || [name, candidate.modelId].some((each) => permittedModels.includes(each)),
        ).toBe(true);
      }
    }),
    { numRuns: 400 },
  );
});

it("never answers a plain name by another model, nor one name by two artifacts", () => {
  fc.assert(
    fc.property(anyQuestion, anyPlaces, (question, places) => {
      const { stages } = choose({ ...question, model: "m" }, places);
      const ranked = stages.flatMap((stage) => stage.ranked);
      expect(stages).toHaveLength(1);
      expect(ranked.every(({ candidate }) => candidate.modelId === "m")).toBe(true);
      expect(new Set(ranked.map(({ candidate }) => candidate.artifact)).size).toBeLessThanOrEqual(1);
    }),
    { numRuns: 300 },
  );
});

it("accounts for each place of a plain name exactly once, and has an error only when none is asked", () => {
  fc.assert(
    fc.property(anyQuestion, anyPlaces, (question, places) => {
      const choice = choose({ ...question, model: "m" }, places);
      const { ranked, rejected } = explainRoute(choice);
      const seen = [...ranked, ...rejected].map(({ backend }) => backend).sort();
      expect(seen).toEqual(
        places
          .filter(({ candidate }) => candidate.modelId === "m")
          .map(({ candidate }) => candidate.backendId)
          .sort(),
      );
      expect(choice.error === null).toBe(ranked.length > 0);
    }),
    { numRuns: 300 },
  );
});

it("chooses the same for the same question", () => {
  fc.assert(
    fc.property(anyQuestion, anyPlaces, (question, places) => {
      expect(explainRoute(choose(question, places))).toEqual(explainRoute(choose(question, places)));
    }),
    { numRuns: 200 },
  );
});
