import type { CallFormat } from "./call-format.ts";

/** Nous Hermes, Qwen 2.5 and 3, and many others. Source: the chat templates of these models. */
export const hermes: CallFormat = {
  id: "hermes",
  // Qwen3-Coder shares the marker, but writes XML inside it.
  recognises: (template) => template.includes("<tool_call>") && !template.includes("<function="),
  opener: "<tool_call>",
  isOnlyAtStart: false,
  afterOpener: "\n",
  beforeName: '{"name": "',
  beforeArguments: '", "arguments": ',
  afterArguments: "}\n</tool_call>",
  beforeNextName: '\n<tool_call>\n{"name": "',
  closer: "",
};
