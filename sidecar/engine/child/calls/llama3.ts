import type { CallFormat } from "./call-format.ts";

/** Llama 3.1 to 3.3: the whole answer is one JSON object. Source: the chat templates of these models. */
export const llama3: CallFormat = {
  id: "llama3",
  recognises: (template) =>
    /\{"name": function name, "parameters"/.test(template) || template.includes("<|python_tag|>"),
  opener: '{"name": "',
  isOnlyAtStart: true,
  afterOpener: "",
  beforeName: "",
  beforeArguments: '", "parameters": ',
  afterArguments: "}",
  beforeNextName: undefined,
  closer: "",
};
