import { describe, expect, it } from "vitest";
import type { Thing } from "../../../../contract/webview/mesh-things.ts";
import { parseExpression } from "../../../../webview/topology/filter-expression.ts";
import { noFigures, thingOf } from "../../../support/mesh-view/sample-mesh.ts";

const peer = thingOf({
  id: "p",
  icon: "peer",
  label: "Studio Mac",
  privacy: "mine",
  figures: { ...noFigures, latencyP50Ms: 74 },
});
const model = thingOf({
  id: "m",
  kind: "model",
  icon: "model",
  label: "qwen3:8b",
  modelState: "loaded",
  health: "unhealthy",
});

function matches(expression: string, thing: Thing): boolean {
  const parsed = parseExpression(expression);
  if (parsed.kind === "fault") throw new Error(JSON.stringify(parsed.fault));
  return parsed.matches(thing);
}

describe("an expression", () => {
  const cases: [expression: string, thing: Thing, isMatch: boolean][] = [
    ["kind:peer", peer, true],
    ["kind:backend", peer, true],
    ["KIND:PEER", peer, true],
    ["kind:model,peer", peer, true],
    ["kind:model", peer, false],
    ["health:!healthy", model, true],
    ["health:!healthy", peer, false],
    ["!health:healthy", model, true],
    ["model:qwen*", model, true],
    ["model:qwen", model, false],
    // What is no model is neither a model of that name nor another one.
    ["model:!qwen*", peer, false],
    ["name:studio*", peer, true],
    ["latency>70", peer, true],
    ["latency>100", peer, false],
    ["latency>=74ms", peer, true],
    // Nobody has measured it: it is not slow, and not quick either.
    ["latency<100", model, false],
    ["privacy:mine state:loaded", peer, false],
    ["mac", peer, true],
    ["st*mac", peer, true],
    ['"Studio Mac"', peer, true],
    ['"qwen3:8b"', model, true],
    ["mac kind:peer", peer, true],
    ["mac kind:model", peer, false],
    ["", peer, false],
  ];
  it.each(cases)("%s of %o is %s", (expression, thing, isMatch) => {
    expect(matches(expression, thing)).toBe(isMatch);
  });

  it.each([
    ["speed:3", { code: "unknownField", part: "speed" }],
    ["constructor:3", { code: "unknownField", part: "constructor" }],
    ["health:", { code: "missingValue", part: "health:" }],
    ["health:!", { code: "missingValue", part: "health:!" }],
    ["!", { code: "missingValue" }],
    ["latency>slow", { code: "notANumber", part: "slow" }],
    ["health>3", { code: "notOrdered", part: "health" }],
    ['"open', { code: "openQuote" }],
    ["health:sick", { code: "unknownValue", part: "sick" }],
  ])("%s is told what is wrong with it", (expression, fault) => {
    const parsed = parseExpression(expression);
    expect(parsed).toMatchObject({ kind: "fault", fault });
  });

  it("says which fields and values there are", () => {
    const field = parseExpression("speed:3");
    const value = parseExpression("health:sick");
    expect(field.kind === "fault" && field.fault.allowed).toContain("latency");
    expect(value.kind === "fault" && value.fault.allowed).toContain("draining");
  });

  it("takes a name with signs of patterns for what it is", () => {
    expect(matches("name:a.c", thingOf({ id: "x", label: "abc" }))).toBe(false);
    expect(matches("name:(a+)+$*", thingOf({ id: "x", label: "(a+)+$ and more" }))).toBe(true);
  });

  it("is quick however many stars it has", () => {
    const startedWith = "*a".repeat(200);
    const parsed = parseExpression(`name:${startedWith}b`);
    expect(parsed.kind).toBe("test");
  });
});
