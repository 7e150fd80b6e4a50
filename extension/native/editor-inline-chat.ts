import type { Log } from "../platform/log.ts";
import { vendor } from "./declarations.ts";
import type { EditorChatHost } from "./editor-chat.ts";

/** What is needed of the editor, so that its other versions can be played by a test. */
export interface EditorInlineHost extends Pick<EditorChatHost, "isTurnedOff" | "isChatOn" | "commands" | "run"> {
  /** Our models that the editor lists, by their ids. */
  modelIds(): Promise<readonly string[]>;
}

/** No interface of the editor's, so it is looked for before it is run. Seen in VS Code 1.139. */
export const startInlineChat = "inlineChat.start";
/** What is asked when the wished model is not in the editor's list. */
const anyModel = "auto";

/**
 * Opens the editor's own inline chat at the cursor, on a model of ours.
 *
 * @param wished the model that a person has chosen for inline chats; null for none
 * @returns false where this editor cannot, so that ours is opened instead
 */
export async function openEditorInlineChat(host: EditorInlineHost, wished: string | null, log: Log): Promise<boolean> {
  if (host.isTurnedOff || !host.isChatOn) return false;
  if (!(await host.commands()).includes(startInlineChat)) return false;
  const ids = await host.modelIds();
  const id = [wished, anyModel].find((each) => each !== null && ids.includes(each)) ?? ids[0];
  // Without a model of ours it would lead to a sign-in.
  if (id === undefined || id === null) return false;
  try {
    await host.run(startInlineChat, { modelSelector: { vendor, id } });
    return true;
  } catch (error) {
    log.warn(`${startInlineChat}: ${String(error).slice(0, 300)}`);
    return false;
  }
}
