import type { CallFormat } from "./call-format.ts";

/** Mistral 7B v0.3, Nemo, Small and Large of 2024: a list after a control token. Source: their chat templates. */
export const mistral: CallFormat = {
  id: "mistral",
  // Later models write `[TOOL_CALLS]name[ARGS]{…}`.
  recognises: (template) => template.includes("[TOOL_CALLS]") && !template.includes("[ARGS]"),
  opener: "[TOOL_CALLS]",
  isOnlyAtStart: false,
  afterOpener: " ",
  beforeName: '[{"name": "',
  beforeArguments: '", "arguments": ',
  afterArguments: "}",
  beforeNextName: ', {"name": "',
  closer: "]",
};
