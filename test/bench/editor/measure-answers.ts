import { noParameters } from "../../../contract/webview/chat-composer.ts";
import { ChatPane } from "../../host/driver/chat-pane.ts";
import { Workbench } from "../../host/driver/workbench.ts";
import type { EditorSetup } from "../../host/setup/editor-setup.ts";
import { longQuestion, mockModel, startMockServer } from "./mock-server.ts";
import { openNotes, typedDelays } from "./typed-delays.ts";

/** All in milliseconds, one for each question or key. */
export interface AnswerDelays {
  /** From Enter to the frame that shows the first token. The server behind the node adds nothing. */
  readonly firstToken: readonly number[];
  /** What of that is the workbench's own: a message from the page to the extension, its answer, and the frame that shows it. */
  readonly roundTrip: readonly number[];
  readonly typingIdle: readonly number[];
  readonly typingWhileStreaming: readonly number[];
}

const questions = 40;
/** How much of the long answer is there, in characters of some 100,000, when a person types: near its beginning, middle and end. */
const typedAt = [8_000, 45_000, 80_000];

/** The long answer takes 200 seconds. */
const streamingLimitMs = 300_000;

/** What an answer costs a person who asks, and one who types beside it: both in one workbench, with a mock server behind the node. */
export async function measureAnswers(setup: EditorSetup): Promise<AnswerDelays> {
  const server = await startMockServer();
  const workbench = await Workbench.start(setup, {
    configuration: `gateway: { port: 0 }
node: { lingerSeconds: 60 }
backends:
  - { id: mock, kind: openai-compatible, url: "${server.url}" }
`,
    settings: { "editor.quickSuggestions": false, "inferenceMesh.chat.model": mockModel },
  });
  try {
    const window = await workbench.openWindow();
    await window.settled();
    const chat = await ChatPane.open(window);
    const firstToken: number[] = [];
    const roundTrip: number[] = [];
    // The first questions find cold code everywhere, once in a window's life.
    for (let asked = -5; asked < questions; asked++) {
      const idleMs = await changeAndWatch(chat, asked);
      const ms = await askAndWatch(chat);
      if (asked >= 0) {
        roundTrip.push(idleMs);
        firstToken.push(ms);
      }
      if (asked % 10 === 9) await chat.begin(window);
    }
    await chat.begin(window);
    await openNotes(workbench, window);
    const typingIdle = await typedDelays(window.page);
    await chat.ask(longQuestion);
    const typingWhileStreaming: number[] = [];
    for (const characters of typedAt) {
      await chat.streamedAtLeast(characters, streamingLimitMs);
      await openNotes(workbench, window);
      typingWhileStreaming.push(...(await typedDelays(window.page)));
    }
    if ((await chat.button("Stop").count()) === 0) throw new Error("The answer ended before the typing.");
    await chat.button("Stop").click();
    await openNotes(workbench, window);
    typingIdle.push(...(await typedDelays(window.page)));
    return { firstToken, roundTrip, typingIdle, typingWhileStreaming };
  } finally {
    await workbench.stop();
    await server.dispose();
  }
}

/** Changes an option of the conversation: the extension's answer to it asks nobody else. */
async function changeAndWatch(chat: ChatPane, seed: number): Promise<number> {
  await chat.notice.waitFor({ state: "detached" });
  const parameters = { ...noParameters, seed: seed + 100 };
  await chat.frame.evaluate((changed) => {
    const seen = new Promise<number>((resolve) => {
      const onMessage = ({
        data,
      }: MessageEvent<{ composer?: { options: { parameters: { seed: unknown } } } }>): void => {
        // Others may be on their way.
        if (data.composer?.options.parameters.seed !== changed) return;
        removeEventListener("message", onMessage);
        requestAnimationFrame(() => setTimeout(() => resolve(performance.timeOrigin + performance.now())));
      };
      addEventListener("message", onMessage);
    });
    Object.assign(window, { changeSeen: seen });
  }, parameters.seed);
  const sentAt = await chat.post({ type: "setOptions", options: { instructions: null, parameters } });
  const seenAt = await chat.frame.evaluate(
    async () => await (window as unknown as { changeSeen: Promise<number> }).changeSeen,
  );
  return seenAt - sentAt;
}

/** Asks something short; measured in the page itself, where the key goes down and the word appears. */
async function askAndWatch(chat: ChatPane): Promise<number> {
  await chat.notice.waitFor({ state: "detached" });
  await chat.prompt.fill("Say something short.");
  await chat.frame.evaluate(() => {
    const answers = document.querySelectorAll("article.is-assistant").length;
    const seen = new Promise<number>((resolve) => {
      let pressedAt = 0;
      document.addEventListener("keydown", (event) => (pressedAt = event.timeStamp), { capture: true, once: true });
      const observer = new MutationObserver(() => {
        const all = document.querySelectorAll("article.is-assistant");
        const text = all[all.length - 1]?.querySelector(".turn-body > .markdown")?.textContent ?? "";
        if (all.length <= answers || text === "" || pressedAt === 0) return;
        observer.disconnect();
        // The page draws in a frame's own callback: the task that follows runs once this frame is painted.
        setTimeout(() => resolve(performance.now() - pressedAt));
      });
      observer.observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    Object.assign(window, { firstTokenSeen: seen });
  });
  await chat.prompt.press("Enter");
  const ms = await chat.frame.evaluate(
    async () => await (window as unknown as { firstTokenSeen: Promise<number> }).firstTokenSeen,
  );
  await chat.endedAnswer.waitFor();
  return ms;
}
