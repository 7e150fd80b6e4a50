import type { Log } from "../platform/log.ts";
import { vendor } from "./declarations.ts";

/**
 * What came of it. `added`: the editor's chat answers with our models. `byHand`: this editor has no command for it, so the
 * person was led to the list of models. `off`: its chat is turned off.
 */
export type Joining = "added" | "byHand" | "off";

/** What is needed of the editor, so that its other versions can be played by a test. */
export interface EditorChatHost {
  /** The person has turned all of it off. */
  readonly isTurnedOff: boolean;
  /** What draws the chat; on a fresh profile it is not on, and every question leads to a sign-in. */
  readonly isChatOn: boolean;
  /** Resolves when the chat is on, or false when it does not come. */
  chatTurnsOn(): Promise<boolean>;
  commands(): Promise<readonly string[]>;
  run(command: string, argument?: object): Promise<unknown>;
  /** How many of our models the editor lists. */
  countModels(): Promise<number>;
}

/** Commands of the editor that are no interface of its: each is looked for before it is run. Seen in VS Code 1.139. */
export const internalCommands = {
  addGroup: "lm.addLanguageModelsProviderGroup",
  manageModels: "workbench.action.chat.manage",
} as const;

/** The name under which our models stand in the editor's list. */
const groupName = "Mesh";

/**
 * Makes our models part of the editor's own chat. It asks only models that belong to a group of `chatLanguageModels.json`,
 * however many a provider has; all others lead to a sign-in.
 */
export async function joinEditorChat(host: EditorChatHost, log: Log): Promise<Joining> {
  if (host.isTurnedOff) return "off";
  const commands = new Set(await host.commands());
  const hasGroup = commands.has(internalCommands.addGroup) && (await addGroup(host, log));
  // The list of models is where people see what was added, or add it themselves. Opening it turns the chat on.
  if (commands.has(internalCommands.manageModels) && !(hasGroup && host.isChatOn)) {
    await host.run(internalCommands.manageModels);
  }
  if (!hasGroup || !(await host.chatTurnsOn())) return "byHand";
  if ((await host.countModels()) > 0) return "added";
  log.warn("The editor has our group of models, and lists none of them.");
  return "byHand";
}

async function addGroup(host: EditorChatHost, log: Log): Promise<boolean> {
  try {
    await host.run(internalCommands.addGroup, { vendor, name: groupName });
    return true;
  } catch (error) {
    // What is there already needs no adding; the editor has no way to ask for it.
    if (/already exists/i.test(String(error))) return true;
    log.warn(`${internalCommands.addGroup}: ${String(error).slice(0, 300)}`);
    return false;
  }
}
