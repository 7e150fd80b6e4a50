import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { messagesRequestSchema } from "../../../contract/anthropic/messages.ts";
import { apiKeyNameSchema } from "../../../contract/mesh/api-key.ts";
import { responsesRequestSchema } from "../../../contract/responses/request.ts";
import { fillStep } from "../../../contract/use-with/fill-step.ts";
import { outsideTool, outsideTools } from "../../../contract/use-with/index.ts";
import type { ToolPlace } from "../../../contract/use-with/outside-tool.ts";
import { quoted, setVariables, shellWord } from "../../../contract/use-with/quoting.ts";
import { freeKeyName } from "../../../contract/use-with/tool-key.ts";

const place: ToolPlace = {
  gateway: "http://127.0.0.1:6374",
  model: "qwen3-8b",
  contextTokens: 65_536,
  key: "im-key",
  shell: "sh",
};
/** What a server may call its model. */
const hostile = "x\"\n': $(touch /tmp/owned) `id` \\ \u202e # {model}";
const textsOf = (id: string, at: ToolPlace): string[] =>
  outsideTool(id)
    .snippets(at)
    .map(({ text }) => text);

describe("the table of tools", () => {
  it("has each program once, under a name that a key may have", () => {
    const ids = outsideTools.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(apiKeyNameSchema.safeParse(id).success, id).toBe(true);
  });

  it.each(outsideTools)("tells address, model and key for $label, in what is copied or in its steps", (tool) => {
    const all = [...tool.snippets(place).map(({ text }) => text), ...tool.steps].join("\n");
    expect(all).toContain(place.key);
    expect(all.includes(tool.address(place.gateway)) || all.includes("{address}")).toBe(true);
    // Open WebUI lists the models by itself.
    if (tool.id !== "open-webui") expect(all).toContain(place.model);
  });

  it.each(outsideTools)("never has a line of its own made by the name of a model: $label", (tool) => {
    for (const shell of ["sh", "powershell"] as const) {
      const lines = (model: string): number =>
        tool.snippets({ ...place, model, shell }).flatMap(({ text }) => text.split(/\r?\n/)).length;
      expect(lines(hostile)).toBe(lines("plain"));
    }
  });
});

describe("what is copied", () => {
  it("is YAML that says the model's exact name", () => {
    const [text = ""] = textsOf("continue", { ...place, model: hostile });
    expect(parse(text).models[0]).toMatchObject({
      provider: "openai",
      model: hostile,
      apiBase: "http://127.0.0.1:6374/v1",
      apiKey: "im-key",
      defaultCompletionOptions: { contextLength: 65_536 },
    });
  });

  it("leaves a context out that nobody tells", () => {
    const unknown = { ...place, contextTokens: null };
    expect(parse(textsOf("continue", unknown)[0] ?? "").models[0].defaultCompletionOptions).toBeUndefined();
    expect(textsOf("claude-code", unknown)[0]).not.toContain("CONTEXT");
    expect(textsOf("codex", unknown)[0]).not.toContain("model_context_window");
  });

  it.each(["it's", "$(id)", "a b", "`x`", '"', "\\", "a;b", "*", "--help", "é"])(
    "is one word to a shell: %s",
    (word) => {
      const heard = execFileSync("sh", ["-c", `printf %s ${shellWord(word, "sh")}`]).toString();
      expect(heard).toBe(word);
    },
  );

  it("sets a variable to exactly its value", () => {
    const lines = setVariables({ MESH_WORD: "it's $HOME" }, "sh");
    expect(execFileSync("sh", ["-c", `${lines}\nprintf %s "$MESH_WORD"`]).toString()).toBe("it's $HOME");
    expect(setVariables({ MESH_WORD: "it's" }, "powershell")).toBe("$env:MESH_WORD = 'it''s'");
  });

  it("shows nothing that turns text around", () => {
    expect(quoted("a\u202eb\u2028")).toBe('"a\\u202eb\\u2028"');
  });

  it("keeps the key of curl out of the list of processes", () => {
    const [text = ""] = textsOf("curl", place);
    const command = text.split("\n").at(-1) ?? "";
    expect(command).not.toContain(place.key);
    expect(command).toContain("printf 'Authorization: Bearer %s'");
  });
});

describe("the request of a trial", () => {
  it.each(outsideTools)("is one of its dialect, streamed and short: $label", (tool) => {
    const { path, body } = tool.request("m");
    expect(body).toMatchObject({ model: "m", stream: true });
    if (tool.dialect === "anthropic-messages") {
      expect(path).toMatch(/^\/v1\/messages/);
      expect(messagesRequestSchema.safeParse(body).error).toBeUndefined();
    } else if (tool.dialect === "openai-responses") {
      expect(path).toBe("/v1/responses");
      expect(responsesRequestSchema.safeParse(body).error).toBeUndefined();
    } else expect(path).toBe("/v1/chat/completions");
  });

  it.each(outsideTools)("brings a function where the program works by calling some: $label", (tool) => {
    expect("tools" in tool.request("m").body).toBe(tool.needs.tools);
  });
});

describe("a step", () => {
  it("has what is entered put in, once, whatever that is", () => {
    expect(fillStep("Enter {address} and {model}.", { address: "{model}", model: "$&" })).toBe("Enter {model} and $&.");
  });
});

describe("the name of a tool's key", () => {
  it("is the tool's, and counts on when there is one", () => {
    expect(freeKeyName("codex", [])).toBe("codex");
    expect(freeKeyName("codex", [{ name: "codex" }, { name: "codex-2" }])).toBe("codex-3");
  });
});
