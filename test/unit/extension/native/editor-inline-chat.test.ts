import { describe, expect, it } from "vitest";
import {
  type EditorInlineHost,
  openEditorInlineChat,
  startInlineChat,
} from "../../../../extension/native/editor-inline-chat.ts";
import { WindowLog } from "../../../support/window-log.ts";

interface Editor {
  readonly commands?: readonly string[];
  readonly isTurnedOff?: boolean;
  readonly isChatOn?: boolean;
  readonly models?: readonly string[];
  readonly refuses?: string;
}

/** A stand-in for an editor, and what it was made to run. */
async function openIn(editor: Editor, wished: string | null = null) {
  const {
    commands = [startInlineChat],
    isTurnedOff = false,
    isChatOn = true,
    models = ["auto", "m"],
    refuses,
  } = editor;
  const ran: unknown[] = [];
  const host: EditorInlineHost = {
    isTurnedOff,
    isChatOn,
    commands: async () => commands,
    modelIds: async () => models,
    run: async (command, argument) => {
      if (refuses !== undefined) throw new Error(refuses);
      ran.push([command, argument]);
    },
  };
  return { isOpen: await openEditorInlineChat(host, wished, new WindowLog()), ran };
}
const on = (id: string) => ({
  isOpen: true,
  ran: [[startInlineChat, { modelSelector: { vendor: "inference-mesh", id } }]],
});
const nothing = { isOpen: false, ran: [] };

describe("the editor's own inline chat, in a stand-in for VS Code", () => {
  it("opens on the model that was chosen, else on what the node chooses, else on any of ours", async () => {
    expect(await openIn({}, "m")).toEqual(on("m"));
    expect(await openIn({}, "gone")).toEqual(on("auto"));
    expect(await openIn({ models: ["n"] })).toEqual(on("n"));
  });

  it("leaves it to our own where the editor's chat is off, has no such command, or none of our models", async () => {
    expect(await openIn({ isTurnedOff: true })).toEqual(nothing);
    expect(await openIn({ isChatOn: false })).toEqual(nothing);
    expect(await openIn({ commands: [] })).toEqual(nothing);
    expect(await openIn({ models: [] })).toEqual(nothing);
  });

  it("leaves it to our own where the editor refuses", async () => {
    expect(await openIn({ refuses: "No language models found matching selector" })).toEqual(nothing);
  });
});
