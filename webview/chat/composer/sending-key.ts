import type { SendKey } from "../../../contract/webview/chat.ts";

/** Whether a press of Enter sends what is written; otherwise it starts a new line. */
export const isSending = ({ shiftKey, ctrlKey, metaKey }: KeyboardEvent, sendsWith: SendKey): boolean =>
  sendsWith === "enter" ? !shiftKey : ctrlKey || metaKey;
