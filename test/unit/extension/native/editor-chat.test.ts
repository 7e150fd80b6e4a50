import { describe, expect, it } from "vitest";
import { type EditorChatHost, internalCommands, joinEditorChat } from "../../../../extension/native/editor-chat.ts";
import { WindowLog } from "../../../support/window-log.ts";

const { addGroup, manageModels } = internalCommands;

interface Editor {
  readonly commands: readonly string[];
  readonly isTurnedOff?: boolean;
  readonly isChatOn?: boolean;
  /** Whether opening the list of models turns the chat on. */
  readonly turnsOn?: boolean;
  readonly models?: number;
  readonly refuses?: string;
}

/** A stand-in for an editor, and what it was made to run. */
async function joinIn({
  commands,
  isTurnedOff = false,
  isChatOn = false,
  turnsOn = true,
  models = 3,
  refuses,
}: Editor) {
  const ran: string[] = [];
  const host: EditorChatHost = {
    isTurnedOff,
    isChatOn,
    chatTurnsOn: async () => isChatOn || (turnsOn && ran.includes(manageModels)),
    commands: async () => commands,
    run: async (command) => {
      ran.push(command);
      if (command === addGroup && refuses !== undefined) throw new Error(refuses);
    },
    countModels: async () => models,
  };
  return { joining: await joinEditorChat(host, new WindowLog()), ran };
}

describe("adding the mesh to the editor's own chat, in a stand-in for VS Code", () => {
  it("adds the group and turns the chat on, as in 1.139 on a fresh profile", async () => {
    const joined = await joinIn({ commands: [addGroup, manageModels] });
    expect(joined).toEqual({ joining: "added", ran: [addGroup, manageModels] });
  });

  it("opens nothing where the chat is on already, also when the group was there", async () => {
    const editor = { commands: [addGroup, manageModels], isChatOn: true };
    expect(await joinIn(editor)).toEqual({ joining: "added", ran: [addGroup] });
    const refuses = "Language model group with name Mesh already exists for vendor inference-mesh";
    expect(await joinIn({ ...editor, refuses })).toEqual({ joining: "added", ran: [addGroup] });
  });

  it("leads to the list of models where the command is missing, or refuses", async () => {
    const missing = await joinIn({ commands: [manageModels], isChatOn: true });
    expect(missing).toEqual({ joining: "byHand", ran: [manageModels] });
    const refused = await joinIn({ commands: [addGroup, manageModels], isChatOn: true, refuses: "Vendor not found." });
    expect(refused).toEqual({ joining: "byHand", ran: [addGroup, manageModels] });
  });

  it("runs nothing that is not there", async () => {
    expect(await joinIn({ commands: [], isChatOn: true })).toEqual({ joining: "byHand", ran: [] });
  });

  it("does not say that it worked when the chat does not come, or lists no model", async () => {
    const commands = [addGroup, manageModels];
    expect((await joinIn({ commands, turnsOn: false })).joining).toBe("byHand");
    expect((await joinIn({ commands, models: 0 })).joining).toBe("byHand");
  });

  it("leaves alone what the person has turned off", async () => {
    expect(await joinIn({ commands: [addGroup, manageModels], isTurnedOff: true })).toEqual({
      joining: "off",
      ran: [],
    });
  });
});
