import { describe, expect, it } from "vitest";
import { addServerSteps, emptyDraft } from "../../../../extension/servers/add-server-steps.ts";
import { runSteps } from "../../../../extension/servers/run-steps.ts";
import { type Act, ScriptedPrompts } from "../../../support/scripted-prompts.ts";
import { english } from "../../../support/translate.ts";

async function walk(acts: readonly Act[], taken: readonly string[] = []) {
  const prompts = new ScriptedPrompts(acts);
  const draft = emptyDraft();
  const steps = addServerSteps({ prompts, t: english, taken: new Set(taken) });
  const isDone = await runSteps(steps, draft);
  return { prompts, draft, isDone };
}
/** Enter on what is there already. */
const enter = "";
const asTold = "As far as the address tells";

describe("adding a server step by step", () => {
  it("offers the usual address of a kind and a name after it, and counts the steps", async () => {
    const { draft, isDone, prompts } = await walk(["vLLM", enter, enter, enter, asTold]);
    expect(isDone).toBe(true);
    expect(draft).toMatchObject({ url: "http://127.0.0.1:8000", name: "vllm", key: undefined, privacy: undefined });
    expect(prompts.asked.map(({ place }) => `${place?.number}/${place?.count}`)).toEqual([
      "1/5",
      "2/5",
      "3/5",
      "4/5",
      "5/5",
    ]);
  });

  it("names a server on another machine after that, and finds a name that is free", async () => {
    const { draft } = await walk(["vLLM", "http://gpu01:8000", enter, "secret", "Cloud"], ["gpu01", "gpu01-2"]);
    expect(draft).toMatchObject({ name: "gpu01-3", key: "secret", privacy: "cloud" });
  });

  it("keeps what was typed when somebody goes back, and the address of a kind only with that kind", async () => {
    const back = { go: "back" } as const;
    const typed = await walk(["vLLM", "gpu01:8000", back, back, "SGLang", enter, enter, enter, asTold]);
    expect(typed.draft.url).toBe("gpu01:8000");
    const usual = await walk(["vLLM", enter, back, back, "SGLang", enter, enter, enter, asTold]);
    expect(usual.draft.url).toBe("http://127.0.0.1:30000");
    const key = await walk(["vLLM", enter, enter, "secret", back, enter, asTold]);
    expect(key.prompts.asked.filter(({ value }) => value === "secret")).toHaveLength(1);
    expect(key.draft.key).toBe("secret");
  });

  it("says as one types what cannot be an address, a name or a key", async () => {
    const { prompts } = await walk(
      [
        "Another server",
        "javascript:alert(1)",
        "ftp://gpu01",
        "http://me:secret@gpu01",
        "http://169.254.169.254",
        "[fe80::1]:80",
        "x".repeat(10_000),
        "gpu01",
        "Not A Name",
        "local-engine",
        "desk",
        "box",
        "two words",
        "k".repeat(5000),
        enter,
        asTold,
      ],
      ["desk"],
    );
    expect(prompts.refusals).toHaveLength(11);
  });

  it("ends without a server when somebody turns away at any step", async () => {
    const answers = ["vLLM", enter, enter, enter];
    for (let count = 0; count <= answers.length; count++) {
      const { isDone } = await walk([...answers.slice(0, count), { go: "cancel" }]);
      expect(isDone).toBe(false);
    }
  });
});
