import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ollamaAddress } from "../../../../extension/server-import/ollama-address.ts";
import { maxFileBytes } from "../../../../extension/server-import/parse-hostile.ts";
import { readContinue } from "../../../../extension/server-import/read-continue.ts";
import { readLiteLlm } from "../../../../extension/server-import/read-litellm.ts";
import { english } from "../../../support/translate.ts";

const ofContinue = (text: string) => readContinue(text, "config.yaml", english);
const ofLiteLlm = (text: string) => readLiteLlm(text, "config.yaml", english);

const continueYaml = `
name: Mine
version: 1.0.0
schema: v1
models:
  - { name: Tower, provider: openai, model: qwen, apiBase: "http://tower:8000/v1/", apiKey: key-of-tower }
  - { name: Tower again, provider: openai, model: gemma, apiBase: http://tower:8000/v1 }
  - { name: Claude, provider: anthropic, model: claude, apiKey: "\${{ secrets.ANTHROPIC_API_KEY }}" }
  - { name: Here, provider: ollama, model: llama }
  - { name: Studio, provider: lmstudio, model: any, apiKey: none }
  - { name: Bedrock, provider: bedrock, model: any }
  - { name: Trap, provider: openai, model: any, apiBase: "http://169.254.169.254/latest" }
  - not a model
`;

describe("Continue's settings", () => {
  it("give each server once, with the keys that are keys, and say what cannot be used", () => {
    const found = ofContinue(continueYaml);
    expect(found?.servers.map(({ kind, url, label, key }) => [kind, url, label, key])).toEqual([
      ["openai-compatible", "http://tower:8000", "Tower", "key-of-tower"],
      ["anthropic", "https://api.anthropic.com", "Claude", undefined],
      ["ollama", "http://127.0.0.1:11434", "Here", undefined],
      ["openai-compatible", "http://127.0.0.1:1234", "Studio", undefined],
    ]);
    expect(found?.passedOver).toEqual([
      expect.stringContaining("'bedrock' is no kind"),
      expect.stringContaining("Link-local"),
    ]);
  });

  it("are read in their older form as well", () => {
    const json = JSON.stringify({
      models: [{ title: "GPT", provider: "openai", model: "gpt", apiKey: "sk-123456" }],
      tabAutocompleteModel: { title: "Tab", provider: "ollama", model: "coder", apiBase: "http://box:11434" },
    });
    expect(ofContinue(json)?.servers).toMatchObject([
      { kind: "openai", url: "https://api.openai.com", key: "sk-123456" },
      { kind: "ollama", url: "http://box:11434" },
    ]);
  });
});

describe("LiteLLM's settings", () => {
  it("give the servers behind it, with keys that are written out", () => {
    const found = ofLiteLlm(`
model_list:
  - { model_name: fast, litellm_params: { model: hosted_vllm/qwen, api_base: "http://gpu01:8000" } }
  - { model_name: gpt, litellm_params: { model: gpt-5, api_key: os.environ/OPENAI_API_KEY } }
  - { model_name: claude, litellm_params: { model: anthropic/claude, api_key: sk-ant-1234 } }
  - { model_name: eu, litellm_params: { model: azure/gpt, api_base: "https://x.openai.azure.com" } }
general_settings: { master_key: sk-master }
`);
    expect(found?.servers.map(({ kind, url, key }) => [kind, url, key])).toEqual([
      ["openai-compatible", "http://gpu01:8000", undefined],
      ["openai", "https://api.openai.com", undefined],
      ["anthropic", "https://api.anthropic.com", "sk-ant-1234"],
    ]);
    expect(found?.passedOver).toHaveLength(1);
  });
});

describe("files of other programs", () => {
  it("are passed over when they are something else, too large, or made to explode", () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${[..."bcdefghij"]
      .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${"abcdefghi"[index]}`).join(",")}]`)
      .join("\n")}\nmodels: *j\nmodel_list: *j\n`;
    const texts = ["", "nothing", "[1, 2]", "models: 7", "{", "\0", "models: [\n".repeat(500), "[".repeat(5000), bomb];
    texts.push(`models: []\nmodel_list: []\n#${"x".repeat(maxFileBytes)}`);
    for (const text of texts) {
      expect(ofContinue(text), text.slice(0, 20)).toBeUndefined();
      expect(ofLiteLlm(text), text.slice(0, 20)).toBeUndefined();
    }
  });

  it("never show a key in what is said of them, and no name that reorders or hides", () => {
    const model = { name: "\u202Eevil\n<img onerror=x>", provider: "__proto__", apiKey: "very-secret" };
    const found = ofContinue(
      JSON.stringify({ models: [model, { ...model, provider: "openai", apiBase: "very bad" }] }),
    );
    expect(found?.servers).toEqual([]);
    expect(found?.passedOver).toHaveLength(2);
    expect(found?.passedOver.join()).not.toMatch(/very-secret|\u202E|\n/);
  });

  it("are read without an error whatever they hold", () => {
    fc.assert(
      fc.property(fc.json(), fc.string(), (json, text) => {
        for (const read of [ofContinue, ofLiteLlm]) {
          read(text);
          read(`{"models":[${json}],"model_list":[${json}]}`);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe("Ollama's address", () => {
  it("is read from its environment variable as Ollama reads it", () => {
    expect(
      [
        undefined,
        "",
        "0.0.0.0",
        "0.0.0.0:8080",
        ":4000",
        "box",
        "box:80",
        "https://ollama.example.org",
        "http://[::]:11434",
        "http://box:11434/",
        "::: nonsense",
        "x".repeat(10_000),
      ].map(ollamaAddress),
    ).toEqual([
      "http://127.0.0.1:11434",
      "http://127.0.0.1:11434",
      "http://127.0.0.1:11434",
      "http://127.0.0.1:8080",
      "http://127.0.0.1:4000",
      "http://box:11434",
      "http://box",
      "https://ollama.example.org",
      "http://127.0.0.1:11434",
      "http://box:11434",
      "http://127.0.0.1:11434",
      "http://127.0.0.1:11434",
    ]);
  });
});
