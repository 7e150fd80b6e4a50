import { describe, expect, it } from "vitest";
import { backendSummarySchema } from "../../../../contract/rpc/backends.ts";
import { serverFields } from "../../../../extension/servers/server-changes.ts";
import { type Act, ScriptedPrompts } from "../../../support/scripted-prompts.ts";
import { english } from "../../../support/translate.ts";

const server = backendSummarySchema.parse({
  id: "gpu",
  kind: "openai-compatible",
  label: "GPU",
  url: "http://127.0.0.1:8000",
  privacy: "local",
  enabled: true,
  priority: 10,
  weight: 1,
  maxConcurrent: null,
  hasKey: true,
  health: "healthy",
  reason: null,
  sinceMs: null,
  models: [],
  openRequests: 0,
  waitingRequests: 0,
  latencyMs: null,
});
type FieldName = keyof ReturnType<typeof serverFields>;

async function ask(name: FieldName, ...acts: Act[]) {
  const prompts = new ScriptedPrompts(acts);
  const answer = await serverFields(server, { prompts, t: english })[name].ask();
  return { answer, prompts };
}

describe("changing a server", () => {
  it("shows what is, and never the key", () => {
    const fields = serverFields(server, { prompts: new ScriptedPrompts([]), t: english });
    expect(Object.values(fields).map(({ label, value }) => `${label}: ${value}`)).toEqual([
      "Label: GPU",
      "Address: http://127.0.0.1:8000",
      "Key: there is one",
      "Privacy: this machine",
      "Priority: 10",
      "Weight: 1",
      "Requests at once: no limit",
    ]);
  });

  it("changes one thing at a time, and nothing when somebody turns away", async () => {
    const cases: [FieldName, string, object][] = [
      ["label", "Tower", { changes: { label: "Tower" } }],
      ["address", "gpu01:8000", { changes: { url: "gpu01:8000" } }],
      ["key", "secret", { changes: {}, key: "secret" }],
      ["privacy", "Cloud", { changes: { privacy: "cloud" } }],
      ["privacy", "As far as the address tells", { changes: { privacy: null } }],
      ["priority", "0", { changes: { priority: 0 } }],
      ["weight", "100", { changes: { weight: 100 } }],
      ["maxConcurrent", "4", { changes: { maxConcurrent: 4 } }],
      // Spaces alone are nothing: back to the usual.
      ["label", " ", { changes: { label: null } }],
      ["maxConcurrent", " ", { changes: { maxConcurrent: null } }],
    ];
    for (const [name, act, edit] of cases)
      expect((await ask(name, act)).answer).toEqual({ outcome: "next", value: edit });
    expect((await ask("weight", { go: "cancel" })).answer).toEqual({ outcome: "cancel" });
  });

  it("refuses as one types what the node would refuse", async () => {
    const { prompts } = await ask("weight", "0", "101", "1.5", "-3", "many", "7");
    expect(prompts.refusals).toHaveLength(5);
    expect((await ask("address", "http://169.254.169.254", "gpu01")).prompts.refusals).toHaveLength(1);
    expect((await ask("key", " ", "two words", "secret")).prompts.refusals).toHaveLength(2);
    expect((await ask("label", "x".repeat(65), "x")).prompts.refusals).toHaveLength(1);
  });
});
