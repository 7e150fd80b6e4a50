import { describe, expect, it } from "vitest";
import * as z from "zod";
import { routeExplanationSchema } from "../../../contract/mesh/routing.ts";
import { routingSettingsShape } from "../../../sidecar/registry/routing-settings.ts";
import { listArtifactConflicts } from "../../../sidecar/router/artifact-pools.ts";
import { chooseRoute } from "../../../sidecar/router/choose-route.ts";
import { explainRoute, type RouteChoice } from "../../../sidecar/router/route-choice.ts";
import type { Place, RouteQuestion } from "../../../sidecar/router/route-question.ts";
import { makeCandidate, makeRankContext } from "../../support/make-candidate.ts";

type Standing = Partial<Place["standing"]>;
interface PlaceParts extends NonNullable<Parameters<typeof makeCandidate>[1]> {
  readonly standing?: Standing;
  readonly path?: readonly string[];
  readonly isDemo?: boolean;
}

function place(backendId: string, { standing, path, isDemo, ...parts }: PlaceParts = {}): Place {
  return {
    candidate: makeCandidate(backendId, parts),
    standing: { health: "healthy", rejection: null, reason: null, retryAfterMs: null, ...standing },
    path: path ?? [],
    ...(isDemo === undefined ? {} : { isDemo }),
  };
}
const own = (parts: PlaceParts = {}): Place =>
  place("local-engine", { backendKind: "local-engine", privacy: "local", priority: 0, ...parts });

interface Asked extends Partial<Omit<RouteQuestion, "privacy">> {
  readonly privacy?: Partial<RouteQuestion["privacy"]>;
  /** The `routing` part of the configuration, as a person writes it. */
  readonly settings?: object;
  readonly chance?: number;
}

function choose(places: readonly Place[], asked: Asked = {}): RouteChoice {
  const { settings = {}, chance = 0.5, privacy, ...question } = asked;
  const full: RouteQuestion = {
    model: "m",
    path: "/v1/chat/completions",
    promptBytes: 400,
    hasTools: false,
    hasImages: false,
    hasSuffix: false,
    strategy: null,
    permittedModels: null,
    meshPath: [],
    ...question,
    privacy: { request: null, key: null, workspace: null, ...privacy },
  };
  const mesh = {
    places,
    settings: z.strictObject(routingSettingsShape).parse({ strategy: "local-first", ...settings }),
  };
  const choice = chooseRoute(full, mesh, { ...makeRankContext(), random: () => chance, turnOf: () => 0 });
  expect(routeExplanationSchema.parse(explainRoute(choice))).toEqual(explainRoute(choice));
  return choice;
}
/** The places that are asked, stage after stage: `a b | c`. */
const asked = ({ stages }: RouteChoice): string =>
  stages.map(({ ranked }) => ranked.map(({ candidate }) => candidate.backendId).join(" ")).join(" | ");
const rejected = (choice: RouteChoice): string[] =>
  explainRoute(choice).rejected.map(({ backend, rejection, detail }) => `${backend} ${rejection}: ${detail}`);

describe("a plain name", () => {
  it("is answered by places that have exactly this model, and by no other model", () => {
    const choice = choose([place("a"), place("b", { modelId: "n" }), place("c")]);
    expect(asked(choice)).toBe("a c");
    expect(choice).toMatchObject({ alias: null, error: null, strategy: "local-first", privacy: "cloud" });
  });

  it("does not exist when nobody has it, and the error names what there is", () => {
    const settings = { aliases: { fast: { revisions: { blue: { model: "n" } }, preview: "blue" } } };
    const { error, stages } = choose([place("b", { modelId: "n" })], { settings });
    expect(stages).toHaveLength(1);
    expect(error?.code).toBe("unknown_model");
    expect(error?.params).toEqual({ model: "m", available: ["fast", "fast@preview", "n"] });
  });

  it("does not fall back, even when its places are all busy", () => {
    const choice = choose([
      place("a", { standing: { rejection: "told-to-wait", retryAfterMs: 2500 } }),
      place("b", { modelId: "n" }),
    ]);
    expect(asked(choice)).toBe("");
    expect(choice.error?.code).toBe("no_place");
    expect(choice.error?.params).toEqual({
      model: "m",
      reasons: ["a: it said to come back later, next try in 3 s"],
      retryAfterSeconds: 3,
    });
  });

  it("that is none of an object's own is no alias", () => {
    expect(choose([place("a")], { model: "constructor" }).error?.code).toBe("unknown_model");
    expect(choose([place("a")], { model: "a@constructor" }).error?.code).toBe("unknown_model");
  });

  it("is ranked by the strategy of the request, else by the node's", () => {
    expect(choose([place("a")]).strategy).toBe("local-first");
    expect(choose([place("a")], { strategy: "round-robin" }).strategy).toBe("round-robin");
  });
});

describe("a request that names backends", () => {
  const artifacts = ["1", "2"].map((digit) => `sha256:${digit.repeat(64)}+${"a".repeat(64)}`);
  const places = [
    place("a", { artifact: artifacts[0] ?? null }),
    place("b", { artifact: artifacts[1] ?? null }),
    place("c"),
  ];

  it("is answered by those alone, and says why not by the others", () => {
    const choice = choose([place("a"), place("b"), place("c")], { onlyBackends: ["b", "c"] });
    expect(asked(choice)).toBe("b c");
    expect(rejected(choice)).toEqual(["a not-wanted: the request keeps to b, c"]);
  });

  it("means the artifact that these have under the name", () => {
    expect(asked(choose(places, { onlyBackends: ["b"] }))).toBe("b");
  });

  it("is not answered by those that it keeps away from", () => {
    const choice = choose([place("a"), place("b")], { notBackends: ["a"] });
    expect(asked(choice)).toBe("b");
    expect(rejected(choice)).toEqual(["a not-wanted: the request keeps away from a"]);
    expect(choose([place("a")], { notBackends: ["a"] }).error?.code).toBe("no_place");
  });

  it("does the same for a virtual model", () => {
    expect(asked(choose([place("a"), place("b", { modelId: "n" })], { model: "auto", onlyBackends: ["b"] }))).toBe("b");
  });
});

describe("a digest", () => {
  const [one, two] = [`sha256:${"1".repeat(64)}+${"a".repeat(64)}`, `sha256:${"2".repeat(64)}`];
  const places = [
    place("a", { artifact: one }),
    place("b", { artifact: two }),
    place("c", { artifact: one, modelId: "n" }),
  ];

  it("behind a name asks this artifact of that name", () => {
    expect(asked(choose(places, { model: `m@sha256:${"2".repeat(12)}` }))).toBe("b");
    expect(asked(choose(places, { model: `m@sha256:${"1".repeat(64)}` }))).toBe("a");
  });

  it("alone asks this artifact under whatever name", () => {
    expect(asked(choose(places, { model: `sha256:${"1".repeat(12)}` }))).toBe("a c");
  });

  it("needs twelve digits", () => {
    expect(choose(places, { model: `sha256:${"1".repeat(11)}` }).error?.code).toBe("unknown_model");
  });

  it("that two artifacts begin with is one of them only", () => {
    const twins = ["x", "y"].map((end) => place(end, { artifact: `sha256:${"3".repeat(63)}${end === "x" ? 4 : 5}` }));
    expect(asked(choose(twins, { model: `sha256:${"3".repeat(12)}` }))).toBe("x");
  });
});

describe("different artifacts of one name", () => {
  const known = `sha256:${"1".repeat(64)}`;
  const places = [place("z", { artifact: known, priority: 5 }), place("b"), place("c", { artifact: known })];

  it("are never mixed: the name is what it is at the first place by priority", () => {
    const choice = choose(places);
    expect(asked(choice)).toBe("z c");
    expect(rejected(choice)).toEqual([
      "b other-artifact: it is not named by anybody, and 'm' is sha256:111111111111 as at z",
    ]);
  });

  it("are those of the nearest place where priorities are equal", () => {
    const choice = choose([place("a", { artifact: known }), own({ artifact: "other", priority: 10 })]);
    expect(asked(choice)).toBe("local-engine");
  });

  it("are not mixed when the place that owns the name is ill", () => {
    const ill = { standing: { rejection: "circuit-open", retryAfterMs: 4000 } } as const;
    const choice = choose([place("a", { artifact: known, priority: 5, ...ill }), place("b")]);
    expect(asked(choice)).toBe("a");
    const disabled = choose([place("a", { artifact: known, priority: 5, health: "disabled" }), place("b")]);
    expect(asked(disabled)).toBe("");
    expect(disabled.error?.code).toBe("no_place");
  });

  it("are mixed when a person has said so", () => {
    expect(asked(choose(places, { settings: { mixArtifacts: ["m"] } }))).toBe("z b c");
  });

  it("that nobody has named are one pool", () => {
    expect(asked(choose([place("a"), place("b")]))).toBe("a b");
  });

  it("are listed as conflicts, the one that has the name first", () => {
    const candidates = [...places.map(({ candidate }) => candidate), makeCandidate("a", { modelId: "n" })];
    expect(listArtifactConflicts(candidates, [])).toEqual([
      {
        model: "m",
        isMixed: false,
        artifacts: [
          { artifact: known, backends: ["z", "c"] },
          { artifact: null, backends: ["b"] },
        ],
      },
    ]);
    expect(listArtifactConflicts(candidates, ["m"])[0]?.isMixed).toBe(true);
  });
});

describe("an alias", () => {
  const settings = {
    aliases: {
      fast: {
        strategy: "least-load",
        privacy: "lan",
        revisions: {
          blue: { model: "m", weight: 75, backends: ["a"] },
          green: { model: "n", weight: 25 },
          red: { model: "o", weight: 0 },
        },
        preview: "red",
        fallbacks: ["p", "q"],
      },
    },
  };
  const places = ["m", "n", "o", "p", "q"].flatMap((modelId) => [place("a", { modelId }), place("b", { modelId })]);
  const ask = (model: string, chance = 0.5) => choose(places, { model, settings, chance });
  const models = (choice: RouteChoice) => choice.stages.map(({ model }) => model).join(" ");

  it("asks a revision by its weight, then the others, then the fallbacks in their order", () => {
    expect(models(ask("fast", 0.74))).toBe("m n p q");
    expect(models(ask("fast", 0.76))).toBe("n m p q");
    expect(ask("fast", 0.74)).toMatchObject({
      alias: { name: "fast", revision: "blue" },
      strategy: "least-load",
      privacy: "lan",
    });
    expect(ask("fast").stages.map(({ isFallback }) => isFallback)).toEqual([false, false, true, true]);
  });

  it("keeps a revision to its backends", () => {
    const choice = ask("fast");
    expect(asked(choice)).toBe("a | a b | a b | a b");
    expect(rejected(choice)).toContain("b not-in-alias: 'fast@blue' keeps to a");
  });

  it("gives a revision of weight 0 nothing, and says how to ask it", () => {
    expect(rejected(ask("fast"))).toContain("a no-weight: revision 'red' has weight 0; 'fast@red' asks it");
  });

  it("asks the preview or another revision by its name, and then nothing else", () => {
    expect(models(ask("fast@preview"))).toBe("o");
    expect(ask("fast@preview").alias).toEqual({ name: "fast", revision: "red" });
    expect(models(ask("fast@green"))).toBe("n");
  });

  it("says which revisions there are when another is asked for", () => {
    const { error } = ask("fast@yellow");
    expect(error?.code).toBe("unknown_model");
    expect(error?.params).toMatchObject({ available: ["fast@blue", "fast@green", "fast@red"] });
  });

  it("comes before a model of the same name", () => {
    const choice = choose([place("a", { modelId: "fast" }), place("a")], { model: "fast", settings });
    expect(asked(choice)).toBe("a |  |  | ");
  });

  it("without any weight gives an error that says so", () => {
    const none = { aliases: { fast: { revisions: { blue: { model: "m", weight: 0 } } } } };
    const choice = choose([place("a")], { model: "fast", settings: none });
    expect(choice.error?.code).toBe("no_place");
    expect(rejected(choice)).toEqual(["a no-weight: revision 'blue' has weight 0; 'fast@blue' asks it"]);
  });

  it("falls back when the places of its revisions are gone", () => {
    const choice = choose([place("b", { modelId: "q" })], { model: "fast", settings });
    expect(asked(choice)).toBe(" |  |  | b");
    expect(choice.error).toBeNull();
  });

  it("never relaxes its privacy for a fallback", () => {
    const choice = choose([place("b", { modelId: "q", privacy: "cloud" })], { model: "fast", settings });
    expect(choice.error?.code).toBe("privacy_forbids");
  });
});

describe("the virtual model", () => {
  const auto = { model: "auto" };

  it("is any model that can chat", () => {
    const places = [
      place("a", { capabilities: ["embeddings"], modelId: "e" }),
      place("b", { capabilities: ["chat"], artifact: "x" }),
      place("c", { capabilities: ["chat"], modelId: "n", artifact: "y" }),
      place("d", { modelId: "auto" }),
    ];
    const choice = choose(places, auto);
    expect(asked(choice)).toBe("b c");
    expect(choice.alias).toEqual({ name: "auto", revision: null });
  });

  it("is any model that is known to fill in the middle where that is wanted, chat or not", () => {
    const places = [
      place("a", { capabilities: ["chat"] }),
      place("b"),
      place("c", { capabilities: ["infill"], modelId: "n" }),
    ];
    const gap = { ...auto, path: "/v1/completions", hasSuffix: true } as const;
    expect(asked(choose(places, gap))).toBe("c");
    const { error } = choose(places.slice(0, 2), gap);
    expect(error?.params).toEqual({ model: "auto", ability: "fill in the middle" });
  });

  it("chooses no cloud unless a person allows it", () => {
    const places = [place("a", { privacy: "cloud", priority: 0 }), place("b")];
    const choice = choose(places, auto);
    expect(asked(choice)).toBe("b");
    expect(rejected(choice)).toEqual(["a privacy: it is 'cloud', and the virtual model allows 'lan' at most"]);
    expect(asked(choose(places, { ...auto, settings: { virtualModelsMayUseCloud: true } }))).toBe("a b");
  });

  it("prefers what can answer at once, and what is known to chat, and the demo model last", () => {
    const chat = { capabilities: ["chat"] } as const;
    const places = [
      place("demo", { ...chat, priority: 0, isDemo: true }),
      place("cold", { ...chat, priority: 1, isLoaded: false }),
      place("unsaid", { priority: 2 }),
      place("loaded", { ...chat, priority: 3, isLoaded: true }),
    ];
    expect(asked(choose(places, auto))).toBe("loaded cold unsaid demo");
  });

  it("gives no vectors, since those of different models have nothing to do with each other", () => {
    const { error } = choose([place("a")], { ...auto, path: "/v1/embeddings" });
    expect(error?.code).toBe("not_supported_by_model");
  });
});

describe("what a place must be able to do", () => {
  it.each([
    ["tools", { hasTools: true }, "tools"],
    ["images", { hasImages: true }, "vision"],
    ["embeddings", { path: "/v1/embeddings" }, "embeddings"],
    ["rerank", { path: "/v1/rerank" }, "rerank"],
    ["fill in the middle", { path: "/v1/completions", hasSuffix: true }, "infill"],
  ] as const)("is known for %s, or not said", (words, question, capability) => {
    const all = ["chat", "tools", "vision", "embeddings", "rerank", "infill"] as const;
    const others = all.filter((each) => each !== capability);
    const places = [
      place("a", { capabilities: others }),
      place("b"),
      place("c", { capabilities: ["chat", capability] }),
    ];
    const choice = choose(places, question);
    expect(asked(choice)).toBe("b c");
    expect(rejected(choice)).toEqual([`a capability-missing: it cannot do this: ${words}`]);
    const { error } = choose(places.slice(0, 1), question);
    expect(error?.params).toEqual({ model: "m", ability: words });
  });

  it("is not known of images and audio: only who says nothing of its models is asked, and never the own engine", () => {
    const places = [
      place("a", { capabilities: ["chat", "vision"] }),
      place("b"),
      place("local-engine", { backendKind: "local-engine" }),
    ];
    const choice = choose(places, { path: "/v1/audio/speech" });
    expect(asked(choice)).toBe("b");
    expect(rejected(choice)).toEqual([
      "a capability-missing: it cannot do this: speak",
      "local-engine capability-missing: it cannot do this: speak",
    ]);
  });

  it("is chat for a chat, and nothing for a plain completion", () => {
    const places = [place("a", { capabilities: ["embeddings"] })];
    expect(choose(places).error?.code).toBe("not_supported_by_model");
    expect(asked(choose(places, { path: "/v1/completions" }))).toBe("a");
  });

  it("is left to the own engine, which knows it exactly, except for images and for gaps", () => {
    const places = [own({ capabilities: ["chat", "vision"] })];
    const gap = { path: "/v1/completions", hasSuffix: true } as const;
    expect(choose(places, gap).error?.params).toEqual({ model: "m", ability: "fill in the middle" });
    expect(asked(choose([own({ capabilities: ["infill"] })], gap))).toBe("local-engine");
    expect(asked(choose(places, { hasTools: true }))).toBe("local-engine");
    expect(asked(choose(places, { path: "/v1/embeddings" }))).toBe("local-engine");
    expect(choose(places, { hasImages: true }).error?.code).toBe("not_supported_by_model");
  });
});

describe("a request that has nothing loaded", () => {
  it("asks only what is in memory, or where nobody says", () => {
    const places = [place("a", { isLoaded: false }), place("b", { isLoaded: true }), place("c")];
    const choice = choose(places, { onlyLoaded: "everywhere" });
    expect(asked(choice)).toBe("b c");
    expect(rejected(choice)).toEqual(["a not-wanted: it is not loaded, and the request has nothing loaded"]);
    expect(choose(places.slice(0, 1), { onlyLoaded: "everywhere" }).error?.code).toBe("no_place");
  });

  it("may leave loading to servers, and keep to what is in memory here", () => {
    const places = [own({ isLoaded: false }), place("a", { isLoaded: false })];
    expect(asked(choose(places, { onlyLoaded: "here" }))).toBe("a");
  });
});

describe("a long prompt", () => {
  it("goes only where it can fit", () => {
    const choice = choose([place("a", { contextTokens: 4096 }), place("b", { contextTokens: 8192 }), place("c")], {
      promptBytes: 60_000,
    });
    expect(asked(choice)).toBe("b c");
    expect(rejected(choice)).toEqual([
      "a context-too-small: the prompt has at least 5000 tokens, and it has a context of 4096",
    ]);
  });

  it("that fits nowhere is refused with the largest context", () => {
    const { error } = choose([place("a", { contextTokens: 4096 }), place("b", { contextTokens: 4500 })], {
      promptBytes: 60_000,
    });
    expect(error?.code).toBe("context_length_exceeded");
    expect(error?.params).toEqual({ model: "m", promptTokens: 5000, contextTokens: 4500, isAtLeast: true });
  });

  it("is not measured by its bytes where it holds images, or many texts", () => {
    const places = [place("a", { contextTokens: 4096 })];
    expect(asked(choose(places, { promptBytes: 3_000_000, hasImages: true }))).toBe("a");
    expect(asked(choose(places, { promptBytes: 3_000_000, path: "/v1/embeddings" }))).toBe("a");
  });
});

describe("a key", () => {
  it("that may not use a model does not learn that it exists", () => {
    const choice = choose([place("a"), place("a", { modelId: "n" })], { permittedModels: ["n"] });
    expect(choice.error?.code).toBe("unknown_model");
    expect(choice.error?.params).toEqual({ model: "m", available: ["n"] });
    expect(rejected(choice)).toEqual(["a not-permitted: this key may not use 'm'"]);
  });

  it("that may use an alias may use what it stands for, and one for a model may reach it by an alias", () => {
    const settings = { aliases: { fast: { revisions: { blue: { model: "m" }, red: { model: "o", weight: 0 } } } } };
    expect(asked(choose([place("a")], { model: "fast", settings, permittedModels: ["fast"] }))).toBe("a");
    expect(asked(choose([place("a")], { model: "fast@blue", settings, permittedModels: ["fast"] }))).toBe("a");
    expect(asked(choose([place("a")], { model: "fast", settings, permittedModels: ["m"] }))).toBe("a");
    const both = [place("a"), place("a", { modelId: "o" })];
    expect(choose(both, { model: "fast", settings, permittedModels: ["n"] }).error?.code).toBe("unknown_model");
  });

  it("limits the virtual model to its models", () => {
    const places = [place("a"), place("b", { modelId: "n" })];
    expect(asked(choose(places, { model: "auto", permittedModels: ["n"] }))).toBe("b");
    expect(asked(choose(places, { model: "auto", permittedModels: ["auto"] }))).toBe("a b");
  });
});

describe("privacy", () => {
  const places = [own(), place("mine", { privacy: "mine" }), place("lan"), place("cloud", { privacy: "cloud" })];

  it.each([
    ["node", { settings: { privacy: "mine" } }],
    ["request", { privacy: { request: "mine" } }],
    ["key", { privacy: { key: "mine" } }],
    ["workspace", { privacy: { workspace: "mine" } }],
  ] as const)("is limited by the %s, and the explanation says by whom", (by, question) => {
    const choice = choose(places, question);
    expect(asked(choice)).toBe("local-engine mine");
    expect(choice.privacy).toBe("mine");
    expect(rejected(choice)[0]).toBe(`lan privacy: it is 'lan', and the ${by} allows 'mine' at most`);
  });

  it("is the tightest of all limits: nobody widens what another has set", () => {
    const question = {
      settings: { privacy: "mine" },
      privacy: { request: "cloud", workspace: "local", key: "lan" },
    } as const;
    expect(choose(places, question).privacy).toBe("local");
  });

  it("is not relaxed when the nearer places are ill", () => {
    const ill = own({ standing: { rejection: "unhealthy", reason: "engine_crashed" } });
    const choice = choose([ill, place("cloud", { privacy: "cloud" })], { privacy: { request: "local" } });
    expect(asked(choice)).toBe("local-engine");
  });

  it("that no place satisfies is an error that names the nearest", () => {
    const { error } = choose(places.slice(2), { privacy: { request: "local" } });
    expect(error?.code).toBe("privacy_forbids");
    expect(error?.params).toEqual({ model: "m", allowed: "local", needed: "lan" });
  });
});

describe("a place that may not be asked now", () => {
  it.each([
    ["disabled", { health: "disabled" }, "it is switched off"],
    ["draining", { health: "draining" }, "it takes no new requests"],
    ["draining", { standing: { rejection: "draining" } }, "it takes no new requests"],
    ["loading", { health: "loading" }, "its model is still being loaded"],
    [
      "told-to-wait",
      { standing: { rejection: "told-to-wait", retryAfterMs: 7000 } },
      "it said to come back later, next try in 7 s",
    ],
    [
      "circuit-open",
      { standing: { rejection: "circuit-open", reason: "timeout", retryAfterMs: 900 } },
      "it has failed too often: timeout, next try in 1 s",
    ],
    ["unhealthy", { standing: { rejection: "unhealthy", reason: "refused" } }, "it is not healthy: refused"],
    ["unhealthy", { health: "unhealthy", reason: "engine_crashed" }, "it is not healthy: engine_crashed"],
  ] as const)("is passed over while another may: %s", (rejection, parts, detail) => {
    const choice = choose([place("a", parts), place("b", { priority: 20 })]);
    expect(asked(choice)).toBe("b");
    expect(rejected(choice)).toEqual([`a ${rejection}: ${detail}`]);
    expect(choice.stages[0]?.panic).toBe(false);
  });

  it("is asked when all that are left are believed to be ill: never is the only place given up", () => {
    const choice = choose([
      place("a", { standing: { rejection: "circuit-open", reason: "timeout" } }),
      place("b", { standing: { rejection: "unhealthy" } }),
      place("c", { health: "disabled" }),
      place("d", { standing: { rejection: "draining" } }),
    ]);
    expect(asked(choice)).toBe("a b");
    expect(choice.stages[0]?.panic).toBe(true);
    expect(choice.stages[0]?.ranked[0]?.because).toBe(
      "it has failed too often: timeout, and there is no other; priority 10, lan, 0 requests open",
    );
    expect(rejected(choice).map((each) => each.split(":")[0])).toEqual(["c disabled", "d draining"]);
  });

  it("is not asked although it is ill when another will be ready soon", () => {
    const ill = place("a", { standing: { rejection: "circuit-open", retryAfterMs: 20_000 } });
    const choice = choose([ill, place("b", { standing: { rejection: "told-to-wait", retryAfterMs: 3000 } })]);
    expect(asked(choice)).toBe("");
    expect(choice.error?.params).toMatchObject({ retryAfterSeconds: 3 });
  });

  it("is never asked when a person has taken it out", () => {
    for (const health of ["disabled", "draining"] as const) {
      expect(choose([place("a", { health })]).error?.code).toBe("no_place");
    }
  });

  it("is asked when its breaker lets a request through to see whether it is back", () => {
    const trial = place("a", { health: "unhealthy", standing: { health: "unhealthy", rejection: null }, priority: 1 });
    expect(asked(choose([trial, place("b")]))).toBe("a b");
  });
});

describe("the own engine", () => {
  it("is asked for a model that is not loaded, that it unloads, or that it is loading when there is no other", () => {
    expect(asked(choose([own({ isLoaded: false })]))).toBe("local-engine");
    expect(asked(choose([own({ health: "draining" })]))).toBe("local-engine");
    const loading = choose([own({ health: "loading" })]);
    expect(asked(loading)).toBe("local-engine");
    expect(loading.stages[0]?.panic).toBe(false);
    expect(loading.stages[0]?.ranked[0]?.because).toContain("its model is still being loaded, and there is no other");
  });

  it("gets nothing while it loads and wants to be left alone", () => {
    const choice = choose([own({ health: "loading", standing: { rejection: "told-to-wait" } })]);
    expect(choice.error?.code).toBe("no_place");
  });

  it("gets nothing while it loads and another is ready", () => {
    expect(asked(choose([own({ health: "loading" }), place("b")]))).toBe("b");
  });

  it("is asked again for a model that has failed when there is no other", () => {
    const failed = own({ health: "unhealthy", reason: "model_load_failed" });
    expect(asked(choose([failed]))).toBe("local-engine");
    expect(asked(choose([failed, place("b")]))).toBe("b");
  });
});

describe("a server that loads", () => {
  it("gets nothing, even when there is no other", () => {
    const choice = choose([place("a", { health: "loading" })]);
    expect(asked(choice)).toBe("");
    expect(choice.error?.code).toBe("no_place");
    expect(choice.error?.params).toMatchObject({ retryAfterSeconds: 5 });
  });
});

describe("a node that the request has passed", () => {
  const [first, second, third] = ["1", "2", "3"].map((digit) => `node-${digit.repeat(32)}`) as [string, string, string];

  it("is not asked again, nor one that would ask it", () => {
    const places = [
      place("a", { path: [first] }),
      place("b", { path: [second, first] }),
      place("c", { path: [second, third] }),
    ];
    const choice = choose(places, { meshPath: [first] });
    expect(asked(choice)).toBe("c");
    expect(rejected(choice).map((each) => each.split(":")[0])).toEqual(["a loop", "b loop"]);
  });

  it("ends the request when there is no other", () => {
    const { error } = choose([place("a", { path: [first] })], { meshPath: [first] });
    expect(error?.code).toBe("request_loop");
  });
});

describe("the reason of a place against which several things speak", () => {
  it("is always the same: what lasts before what passes", () => {
    const both = place("a", { privacy: "cloud", health: "disabled", capabilities: ["embeddings"] });
    expect(rejected(choose([both], { privacy: { request: "local" } }))[0]).toContain("a capability-missing");
  });

  it("becomes the error that is likeliest to help", () => {
    const places = [place("a", { privacy: "cloud" }), own({ health: "disabled" })];
    const { error } = choose(places, { privacy: { request: "local" } });
    expect(error?.code).toBe("no_place");
    expect(error?.params).toMatchObject({
      reasons: ["a: it is 'cloud', and the request allows 'local' at most", "local-engine: it is switched off"],
    });
  });
});
