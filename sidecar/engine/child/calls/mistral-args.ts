import type { CallFormat } from "./call-format.ts";

/** Mistral from 2025 on: a control token, a name, another one, the arguments. Source: their chat templates. */
export const mistralArgs: CallFormat = {
  id: "mistral-args",
  recognises: (template) => template.includes("[TOOL_CALLS]") && template.includes("[ARGS]"),
  opener: "[TOOL_CALLS]",
  isOnlyAtStart: false,
  afterOpener: "",
  beforeName: "",
  beforeArguments: "[ARGS]",
  afterArguments: "",
  beforeNextName: "[TOOL_CALLS]",
  closer: "",
};
