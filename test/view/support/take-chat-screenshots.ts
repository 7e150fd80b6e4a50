import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import type { ToChatView } from "../../../contract/webview/chat.ts";
import { noParameters } from "../../../contract/webview/chat-composer.ts";
import type { Notice } from "../../../contract/webview/chat-notice.ts";
import {
  answerOf,
  chipOf,
  composerOf,
  conversationOf,
  pixel,
  questionOf,
  sampleRoute,
  sampleTurns,
  updateOf,
} from "../../support/chat-view/sample-chat.ts";
import { type ChatView, openChatView } from "./chat-view.ts";
import { startChromium } from "./start-chromium.ts";
import { themeKinds, wearTheme } from "./theme-tokens.ts";

/** Pictures of the chat in its states, to be looked at: `node test/view/support/take-chat-screenshots.ts [part of a name]`. */
const folder = resolve(import.meta.dirname, "../../artifacts/chat-view");
mkdirSync(folder, { recursive: true });
const [wanted = ""] = process.argv.slice(2);
const browser = await startChromium();
/** A narrow side bar, an ordinary one, and a chat that has the place of an editor. */
const widths = [260, 400, 900];

async function take(
  name: string,
  messages: readonly ToChatView[],
  prepare?: (view: ChatView) => Promise<unknown>,
): Promise<void> {
  if (!name.includes(wanted)) return;
  const view = await openChatView(browser, messages, { height: 900 });
  await prepare?.(view);
  for (const width of widths) {
    await view.page.setViewportSize({ width, height: 900 });
    for (const theme of themeKinds) {
      await wearTheme(view.page, theme);
      await view.drawn();
      await view.page.screenshot({ path: resolve(folder, `${name}-${theme.replace("vscode-", "")}-${width}.png`) });
    }
  }
  if (view.complaints.length > 0) process.stderr.write(`${name}: ${view.complaints.join("\n")}\n`);
  await view.close();
}

await take("empty", [conversationOf([], { title: "" })]);
const noModel = composerOf({
  model: null,
  context: { promptTokens: 0, contextTokens: null, isExact: true, warning: null },
});
const notices: Readonly<Record<string, Notice>> = {
  starting: { message: "The node is starting…", nextStep: "", isError: false, isBusy: true, button: null },
  unconfigured: {
    message: "There is no model that can chat.",
    nextStep: "Download one, or add a model file or a server in the Mesh view.",
    isError: false,
    isBusy: false,
    button: { label: "Download Model…", action: "downloadModel" },
  },
  down: {
    message: "The node has ended unexpectedly.",
    nextStep: "Start it again, or look at the log.",
    isError: true,
    isBusy: false,
    button: { label: "Start Node", action: "startNode" },
  },
};
for (const [name, notice] of Object.entries(notices)) {
  await take(name, [conversationOf([], { title: "", notice, composer: noModel })]);
}
await take("answer", [conversationOf(sampleTurns)]);
const full = composerOf({
  attachments: [
    chipOf({ id: "1", kind: "selection", label: "reverse.py:10-24", tokens: 87 }),
    chipOf({ id: "2", kind: "folder", label: "src/", tokens: 1_204, isExact: false }),
    chipOf({
      id: "3",
      kind: "image",
      label: "Pasted image",
      tokens: null,
      thumbnail: pixel,
      problem: "qwen3-4b sees no images.",
    }),
  ],
  context: {
    promptTokens: 9_311,
    contextTokens: 8_192,
    isExact: false,
    warning: "The question does not fit: 9,311 of 8,192 tokens. The two oldest turns would be left out.",
  },
  options: { instructions: "Answer like a pirate.", parameters: { ...noParameters, temperature: 0.4 } },
});
await take("composer", [conversationOf(sampleTurns, { composer: full })], async (view) => {
  await view.page
    .getByRole("textbox", { name: "Question", exact: true })
    .fill("And without copying?\nIn one line, please.");
});
await take("settings", [conversationOf(sampleTurns, { composer: full })], async (view) => {
  await view.page.getByRole("button", { name: /^Chat settings/ }).click();
  await view.page.getByLabel("Seed").fill("x");
  await view.page.keyboard.press("Tab");
});
const thinking = answerOf({
  id: "a",
  text: "",
  reasoning: "First I look at the file.\n\nThen",
  state: "streaming",
  hasRoute: false,
});
await take("thinking", [conversationOf([questionOf({ id: "q" }), thinking])]);
const waiting = answerOf({ id: "a", text: "", state: "waiting", figures: "", hasRoute: false });
await take("waiting", [conversationOf([questionOf({ id: "q" }), waiting])]);
const broken = answerOf({
  id: "a",
  text: "With a slice, since",
  state: "failed",
  figures: "",
  canContinue: "elsewhere",
  failure: {
    message: "workstation broke off.",
    nextStep: "Continue on another node, or look at the log.",
    isError: true,
    isBusy: false,
    button: { label: "Show Log", action: "showLog" },
  },
});
await take("broken", [conversationOf([questionOf({ id: "q" }), broken])]);
await take("why", [conversationOf([questionOf({ id: "q" }), answerOf({ id: "a" })])], async (view) => {
  await view.page.getByRole("button", { name: "Why here?" }).click();
  await view.post({ type: "route", turnId: "a", route: sampleRoute });
});
await take("edit", [conversationOf(sampleTurns)], async (view) => {
  await view.page.getByRole("button", { name: "Edit and ask again" }).click();
});
await take("cut", [
  conversationOf([questionOf({ id: "q" }), answerOf({ id: "a", isCut: true, canContinue: "here" })]),
  updateOf({ notice: { message: "The node is starting…", nextStep: "", isError: false, isBusy: true, button: null } }),
]);
await browser.close();
