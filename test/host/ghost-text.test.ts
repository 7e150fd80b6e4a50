import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEditor } from "./driver/describe-editor.ts";
import { type EditorWindow, patience } from "./driver/editor-window.ts";
import { containerName } from "./driver/extension-id.ts";
import { GapFiller } from "./driver/gap-filler.ts";
import { InlineChatPane } from "./driver/inline-chat-pane.ts";
import type { Workbench } from "./driver/workbench.ts";

const model = "known-filler";
const toggle = "Mesh: Turn Ghost Text On or Off…";
/** On a busy machine a stand-in takes its time; what comes later is late. */
const deadlineMs = 10_000;
/** The workbench writes its settings slowly there, too. */
const savingMs = 90_000;

describeEditor("Ghost text (a stand-in server plays the model)", (editor) => {
  let filler: GapFiller;
  let workbench: Workbench;
  let window: EditorWindow;
  let pane: InlineChatPane;

  const ghost = () => window.page.locator(".editor-group-container.active .monaco-editor .ghost-text-decoration");
  const shown = async (text: string): Promise<void> => {
    await expect
      .poll(async () => (await ghost().allInnerTexts()).join("").replace(/\u00a0/g, " "), patience)
      .toBe(text);
  };
  const type = async (text: string): Promise<void> => await window.page.keyboard.type(text, { delay: 20 });
  const isAsked = async (ending: string): Promise<void> => {
    const prompts = (): string[] => filler.asked.map(({ prompt }) => prompt.slice(-ending.length));
    await expect.poll(prompts, patience).toContain(ending);
  };
  const said = async (words: string): Promise<void> =>
    await window.page.locator(".statusbar-item", { hasText: words }).first().waitFor({ timeout: savingMs });
  /** Opens a file and goes to its end. */
  const open = async (name: string): Promise<void> => {
    await pane.openFile(name);
    await window.page.keyboard.press("Control+End");
  };

  beforeAll(async () => {
    filler = await GapFiller.start(model);
    filler.knows("const hello = ", "greet('world');<|endoftext|>import x");
    filler.knows("const never = ", "42;");
    filler.knows("const late = ", "1;");
    filler.knows("const soon = ", "2;");
    workbench = await editor.start({
      configuration: `gateway: { port: 0 }
node: { lingerSeconds: 60 }
backends:
  - { id: filler, kind: openai-compatible, url: "${filler.server.url}", label: filler }
`,
      settings: {
        "inferenceMesh.ghostText.model": model,
        "inferenceMesh.ghostText.deadlineMs": deadlineMs,
        // The list of suggestions would take Tab.
        "editor.quickSuggestions": { other: "off", comments: "off", strings: "off" },
        "editor.suggestOnTriggerCharacters": false,
      },
    });
    for (const name of ["late.js", "notes.md", "id_rsa.js"]) await writeFile(join(workbench.workspace, name), "\n");
    window = await workbench.openWindow();
    pane = new InlineChatPane(window);
    await window.sideBar.open(containerName);
  });
  afterAll(async () => await filler?.server.dispose());

  test("asks nobody before it is turned on, and shows and accepts a text from then on", async () => {
    await expect.poll(() => window.statusWords(), patience).toContain("ready");
    await open("greet.js");
    await type("const never = ");
    await window.palette.run(toggle);
    await window.screenshot("ghost-text-toggle");
    await window.palette.pick("Turn on for javascript");
    await said("Ghost text is on for javascript.");
    await pane.tab("greet.js").click();
    await window.page.keyboard.press("Control+End");
    await window.page.keyboard.press("Enter");
    await type("const hello = ");
    await shown("greet('world');");
    await window.screenshot("ghost-text");
    expect(filler.asked.filter(({ prompt }) => prompt.endsWith("const never = "))).toEqual([]);
    expect(filler.asked.at(-1)).toMatchObject({ model, suffix: "\n" });
    expect(filler.asked.at(-1)?.prompt).toMatch(/^function greet/);
    await window.page.keyboard.press("Tab");
    await expect.poll(async () => (await pane.lines()).at(-1), patience).toBe("const hello = greet('world');");
    await shown("");
  });

  test("stays while somebody types along it, and nobody is asked again", async () => {
    await window.page.keyboard.press("Enter");
    await type("const hello = ");
    await shown("greet('world');");
    const before = filler.asked.length;
    await type("gre");
    await shown("et('world');");
    expect(filler.asked).toHaveLength(before);
    await window.page.keyboard.press("Escape");
    await shown("");
  });

  test("does not show what comes after its deadline, and hangs up on who is late", async () => {
    await open("late.js");
    const release = filler.hold();
    const before = filler.aborted;
    await type("const late = ");
    await isAsked("const late = ");
    await expect.poll(() => filler.aborted, patience).toBeGreaterThan(before);
    release();
    await window.page.keyboard.press("Enter");
    await type("const soon = ");
    await shown("2;");
    expect((await pane.lines()).join("\n")).not.toContain("late = 1;");
  });

  test("is on for one language alone, and never for files that hold secrets", async () => {
    await open("notes.md");
    await type("const words = ");
    await open("id_rsa.js");
    await type("const key = ");
    await open("late.js");
    await type("const other = ");
    await isAsked("const other = ");
    const prompts = filler.asked.map(({ prompt }) => prompt).join("\n");
    expect(prompts).not.toContain("const words");
    expect(prompts).not.toContain("const key");
  });

  test("says what is wrong only to a person who has asked for it", async () => {
    expect(await window.notifications.with(/filler/).count()).toBe(0);
    await window.palette.run("Mesh: Trigger Ghost Text");
    await window.notifications
      .with(/filler/)
      .first()
      .waitFor();
    await window.screenshot("ghost-text-trigger");
  });
});
