import { ChatPane } from "../../host/driver/chat-pane.ts";
import { Workbench } from "../../host/driver/workbench.ts";
import type { EditorSetup } from "../../host/setup/editor-setup.ts";
import { openNotes, typedDelays } from "./typed-delays.ts";

/** Milliseconds for every key: without the extension, or while a model of this machine's own answers. */
export async function measureTyping(setup: EditorSetup, streamingModel?: string): Promise<number[]> {
  const models = streamingModel === undefined ? [] : [streamingModel];
  // Nothing of the editor's own may pop up while a person types.
  const settings = { "editor.quickSuggestions": false, "inferenceMesh.chat.model": "slow" };
  const workbench = await Workbench.start(setup, { models, settings });
  try {
    const window = await workbench.openWindow();
    await window.settled();
    const chat = streamingModel === undefined ? undefined : await ChatPane.open(window);
    await chat?.ask("Tell me something long.");
    await chat?.streamedAtLeast(20);
    await openNotes(workbench, window);
    const delays = await typedDelays(window.page);
    if (chat !== undefined && (await chat.button("Stop").count()) === 0) {
      throw new Error("The answer ended before the typing.");
    }
    return delays;
  } finally {
    await workbench.stop();
  }
}
