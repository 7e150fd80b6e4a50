import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeRandomModel } from "../../sidecar/demo-model/make-random-model.ts";
import { ChatPane } from "./driver/chat-pane.ts";
import { describeEditor } from "./driver/describe-editor.ts";
import { type EditorWindow, patience } from "./driver/editor-window.ts";
import { containerName } from "./driver/extension-id.ts";
import type { Workbench } from "./driver/workbench.ts";

const markup = "<img src=x onerror=globalThis.hacked=1>";
const override = "\u202e";
/** What a model file says its name is: markup, an icon, a link that runs a command, text that runs backwards, a flood. */
const inHeader = `${override}Evil ${markup}$(bug)[x](command:workbench.action.quit)\u0000${"A".repeat(10_240)}`;
/** The same as far as a file name can hold it. */
const inFileName = `evil${override}${markup.replaceAll("/", "")}$(bug)`;

/** What would change how the text around it is read, hide text, or draw an icon. */
const deceptive = /[\p{Cc}\p{Cf}]|\$\(bug\)/u;

describeEditor("A hostile name of a model", (editor) => {
  let workbench: Workbench;
  let window: EditorWindow;
  let chat: ChatPane;
  let folder: string;

  const evilRow = (): Locator => window.sideBar.row(/Evil/);
  /** A text that a person reads: there, on one line, and harmless. */
  const expectHarmless = (text: string, maxCharacters: number): void => {
    expect(text).toMatch(/evil/i);
    expect(text.replaceAll(/[\n\u00a0]/g, " ")).not.toMatch(deceptive);
    expect(text.length).toBeLessThan(maxCharacters);
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "mesh-hostile-"));
    const byHeader = join(folder, "by-header.gguf");
    const byFileName = join(folder, `${inFileName}.gguf`);
    await writeFile(byHeader, makeRandomModel({ name: inHeader }));
    await writeFile(byFileName, makeRandomModel({ name: inFileName }));
    workbench = await editor.start({
      configuration: "gateway: { port: 0 }\nnode: { lingerSeconds: 2 }\n",
      models: [byHeader, byFileName],
    });
    window = await workbench.openWindow();
    await window.sideBar.open(containerName);
    chat = await ChatPane.find(window);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("is short and harmless text in the tree", async () => {
    await evilRow().waitFor();
    const texts = (await window.sideBar.rowTexts()).filter((text) => /evil/i.test(text));
    expect(texts).toHaveLength(2);
    for (const text of texts) expectHarmless(text, 140);
  });

  test("is text in the tooltip of its row", async () => {
    const hover = window.page.locator(".monaco-hover", { hasText: "by-header.gguf" });
    // A row that is drawn anew, as when the machine's load has changed, closes what hangs at it.
    const pointAtRow = async (): Promise<boolean> => {
      await window.page.mouse.move(0, 0);
      await evilRow().hover();
      const shown = hover.waitFor({ timeout: 3000 });
      return await shown.then(
        () => true,
        () => false,
      );
    };
    await expect.poll(pointAtRow, patience).toBe(true);
    expectHarmless(await hover.innerText(), 500);
    expect(await hover.locator("img, a[href]").count()).toBe(0);
  });

  test("is text in the list of models to load, and in the message about loading", async () => {
    await window.palette.run("Mesh: Load Model…");
    const row = window.palette.rows.filter({ hasText: "by-header.gguf" });
    await row.waitFor();
    for (const label of (await window.palette.labels()).filter((text) => /evil/i.test(text))) {
      expectHarmless(label, 90);
    }
    await row.click();
    await evilRow().filter({ hasText: "tokens of context" }).waitFor();
  });

  test("is text in the status bar and its tooltip", async () => {
    await expect.poll(() => window.statusWords(), patience).toContain("Evil");
    expectHarmless((await window.statusWords()) ?? "", 90);
    expectHarmless(await window.statusBarItem.innerText(), 60);
    expect(await window.statusBarItem.locator(".codicon-bug").count()).toBe(0);
    await window.statusBarItem.hover();
    const hover = window.page.locator(".monaco-hover", { hasText: "Runs on" });
    await hover.waitFor();
    expectHarmless(await hover.innerText(), 300);
    expect(await hover.locator("img").count()).toBe(0);
    expect(await hover.getByText("x", { exact: true }).count()).toBe(0);
  });

  test("is text in the chat's picker, and above an answer", async () => {
    await chat.model.click();
    await window.palette.type("Evil");
    const rows = window.palette.rows.filter({ hasText: /evil/i });
    await rows.first().waitFor();
    // What stands for others, such as *Largest*, names it behind its own label.
    for (const text of await rows.allInnerTexts()) expectHarmless(text, 300);
    const names = (await rows.locator(".label-name").allInnerTexts()).filter((text) => /evil/i.test(text));
    expect(names.length).toBeGreaterThan(0);
    for (const text of names) expectHarmless(text, 90);
    await window.palette.dismiss();
    await chat.choose("Evil");
    expectHarmless(await chat.model.innerText(), 200);
    await chat.ask("Who are you?");
    await chat.streamedAtLeast(10);
    expectHarmless(await chat.answer.locator(".turn-title").innerText(), 80);
    await window.screenshot("hostile-names");
    await chat.button("Stop").click();
    await chat.endedAnswer.waitFor();
  });

  test("has run nothing anywhere", async () => {
    for (const frame of window.page.frames()) {
      const found = await frame.evaluate(() => ({
        hacked: "hacked" in globalThis,
        images: document.querySelectorAll("img[src=x]").length,
      }));
      expect(found).toEqual({ hacked: false, images: 0 });
    }
    expect(window.ownErrors).toEqual([]);
  });
});
