import { describe, expect, it } from "vitest";
import type { GgufScalar } from "../../../../sidecar/engine/gguf-metadata.ts";
import { modelCapabilities } from "../../../../sidecar/engine/store/model-capabilities.ts";

const header = (architecture: string, chatTemplate?: string, metadata: Record<string, GgufScalar> = {}) => ({
  architecture,
  chatTemplate,
  hasInfillTokens: false,
  metadata: new Map(Object.entries(metadata)),
});

describe("what a model can do", () => {
  it.each([
    ["a base model", header("llama"), []],
    ["a chat model", header("llama", "{% for m in messages %}{{ m.content }}{% endfor %}"), ["chat"]],
    ["one that calls tools", header("qwen2", "{%- if tools %}{{ tools | tojson }}{% endif %}"), ["chat", "tools"]],
    ["one that shows its calls", header("llama", "{% if m.tool_calls %}x{% endif %}"), ["chat", "tools"]],
    ["one whose prompt only speaks of tools", header("llama", "You have no tools. {{ 'use tools' }}"), ["chat"]],
    [
      "one with a template for tools",
      header("cohere2", "{{ x }}", { "tokenizer.chat_template.tool_use": "y" }),
      ["chat", "tools"],
    ],
    ["one that thinks", header("qwen3", "{% if enable_thinking %}<think>{% endif %}"), ["chat", "reasoning"]],
    [
      "one that sees, of which only its words can be had",
      header("qwen2vl", "{% if c.type == 'image' %}<|image_pad|>{% endif %}"),
      ["chat"],
    ],
    ["an embedding model", header("nomic-bert", undefined, { "nomic-bert.pooling_type": 1 }), ["embeddings"]],
    [
      "one that is a chat model's sister",
      header("qwen3", "{% if tools %}{% endif %}", { "qwen3.pooling_type": 3 }),
      ["embeddings"],
    ],
    ["an encoder that names no pooling", header("bert"), ["embeddings"]],
    ["a reranker", header("bert", undefined, { "bert.pooling_type": 4 }), ["rerank"]],
    ["a projector for images", header("clip", undefined, { "clip.has_vision_encoder": true }), []],
    ["a base model that fills gaps", { ...header("qwen2"), hasInfillTokens: true }, ["infill"]],
    ["a chat model that fills gaps", { ...header("qwen2", "{{ x }}"), hasInfillTokens: true }, ["chat", "infill"]],
    ["an encoder with a coder's vocabulary", { ...header("bert"), hasInfillTokens: true }, ["embeddings"]],
  ])("is read from its file: %s", (_name, file, capabilities) => {
    expect(modelCapabilities(file)).toEqual(capabilities);
  });
});
