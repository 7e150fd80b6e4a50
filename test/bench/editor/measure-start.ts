import { ChatPane } from "../../host/driver/chat-pane.ts";
import { runningExtensions } from "../../host/driver/running-extensions.ts";
import { Workbench } from "../../host/driver/workbench.ts";
import type { EditorSetup } from "../../host/setup/editor-setup.ts";

export interface Start {
  /** Loading the extension's code and running `activate`, as the editor measures it. */
  readonly activationMs: number;
  /** From the command that opens the chat, on a machine where no node runs, to the first words of an answer. */
  readonly firstTokenMs: number;
}

/** One start of the installed package, in a fresh editor on a fresh node. */
export async function measureStart(setup: EditorSetup): Promise<Start> {
  const workbench = await Workbench.start(setup);
  try {
    const window = await workbench.openWindow();
    await window.settled();
    const startedAt = performance.now();
    const chat = await ChatPane.open(window);
    await chat.ask("What can you do?");
    await chat.text.filter({ hasText: /\S/ }).waitFor();
    const firstTokenMs = Math.round(performance.now() - startedAt);
    const ours = (await runningExtensions(window)).find(({ name }) => name === "Inference Mesh");
    if (ours === undefined) throw new Error("The editor does not list the extension as active.");
    return { activationMs: ours.activationMs, firstTokenMs };
  } finally {
    await workbench.stop();
  }
}
