import { type ComposerState, noParameters } from "../../contract/webview/chat-composer.ts";

/** A composer in which nothing was chosen yet. */
export const emptyComposer: ComposerState = {
  model: null,
  attachments: [],
  context: null,
  options: { instructions: null, parameters: noParameters },
  defaultInstructions: "",
};
