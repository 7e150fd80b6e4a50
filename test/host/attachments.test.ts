import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listOf } from "../support/stand-in-server.ts";
import { ChatPane } from "./driver/chat-pane.ts";
import { CodeWriter } from "./driver/code-writer.ts";
import { ContextMenu } from "./driver/context-menu.ts";
import { describeEditor } from "./driver/describe-editor.ts";
import { type EditorWindow, patience } from "./driver/editor-window.ts";
import { InlineChatPane } from "./driver/inline-chat-pane.ts";
import { typeInto } from "./driver/typing.ts";
import type { Workbench } from "./driver/workbench.ts";

const model = "known-reader";
const greet = "function greet(name) {\n  return name;\n}\n";
const longLine = (index: number): string => `// line ${index} of a file that is longer than the model's context\n`;

describeEditor("What goes with a question (a stand-in server plays the model)", (editor) => {
  let reader: CodeWriter;
  let workbench: Workbench;
  let window: EditorWindow;
  let files: InlineChatPane;
  let menu: ContextMenu;
  let chat: ChatPane;

  const questions = (): string[] =>
    reader.server.received
      .filter(({ path }) => path === "/v1/chat/completions")
      .map(({ body }) => (JSON.parse(body) as { messages: { content: string }[] }).messages.at(-1)?.content ?? "");
  const chips = () => chat.frame.locator(".composer .chip");
  const attached = async (...labels: string[]): Promise<void> => {
    await expect.poll(() => chips().locator(".chip-label").allInnerTexts(), patience).toEqual(labels);
  };
  const asked = async (question: string): Promise<string> => {
    const before = questions().length;
    await chat.ask(question);
    await expect.poll(() => questions().length, patience).toBe(before + 1);
    await chat.endedAnswer.waitFor();
    return questions().at(-1) ?? "";
  };

  beforeAll(async () => {
    reader = await CodeWriter.start(model);
    reader.server.replies.set("GET /v1/models", listOf({ id: model, object: "model", max_model_len: 2_048 }));
    workbench = await editor.start({
      settings: {
        "inferenceMesh.chat.model": model,
        "files.exclude": { "**/hidden": true },
        // Otherwise a terminal's text is a picture.
        "terminal.integrated.gpuAcceleration": "off",
      },
      configuration: `gateway: { port: 0 }
node: { lingerSeconds: 60 }
backends:
  - { id: reader, kind: openai-compatible, url: "${reader.server.url}", label: reader }
`,
    });
    const path = (...parts: string[]): string => join(workbench.workspace, ...parts);
    for (const folder of ["src", "hidden", "out"]) await mkdir(path(folder));
    await writeFile(path("src/deep.ts"), "export const deep = 1;\n");
    await writeFile(path("hidden/secret.txt"), "secret\n");
    await writeFile(path("out/made.js"), "made\n");
    await writeFile(path(".gitignore"), "out/\n");
    await writeFile(path("broken.json"), '{\n  "a": 1,,\n}\n');
    await writeFile(path("long.js"), Array.from({ length: 400 }, (_, index) => longLine(index + 1)).join(""));
    const cell = { cell_type: "code", source: ["print(1)"], outputs: [], metadata: {} };
    await writeFile(
      path("book.ipynb"),
      JSON.stringify({ cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 }),
    );
    await writeFile(path("binary.dat"), Buffer.from([1, 0, 2, 0]));
    await writeFile(join(workbench.workspace, "..", "outside.txt"), "outside\n");
    await symlink(join(workbench.workspace, "..", "outside.txt"), path("link.txt"));
    window = await workbench.openWindow();
    files = new InlineChatPane(window);
    menu = new ContextMenu(window.page);
    chat = await ChatPane.open(window);
    await chat.notice.waitFor({ state: "detached" });
  });
  afterAll(async () => await reader?.server.dispose());

  test("sends a selection exactly, with its place, added by the palette", async () => {
    await files.openFile("greet.js");
    await window.page.keyboard.press("Control+A");
    await window.palette.run("Mesh: Add Selection to Chat");
    await attached("greet.js:1-3");
    await expect.poll(() => chips().locator(".chip-tokens").count(), patience).toBe(1);
    await window.screenshot("attach-selection");
    expect(await asked("What is this?")).toBe(`greet.js:1-3\n\`\`\`javascript\n${greet}\`\`\`\n\nWhat is this?`);
    await attached();
    await chat.frame.locator("article.is-user .chip-label").last().getByText("greet.js:1-3", { exact: true }).waitFor();
  });

  test("adds a selection by the editor's own menu, and takes it out again", async () => {
    await files.openFile("greet.js", 2);
    await window.page.keyboard.press("Shift+End");
    await menu.openAtFocus();
    await menu.choose("Mesh", "Add Selection to Chat");
    await attached("greet.js:2");
    await chips().getByRole("button").press("Delete");
    await attached();
    expect(await asked("Nothing?")).toBe("Nothing?");
  });

  test("adds a file by the explorer's menu, with what nobody has saved yet", async () => {
    await files.openFile("deep.ts");
    await window.page.keyboard.type("let unsaved;\n");
    await window.sideBar.open("Explorer");
    const row = window.page.locator(".explorer-folders-view .monaco-list-row[aria-label*='deep.ts']");
    await row.click({ button: "right" });
    await menu.choose("Mesh", "Add File to Chat");
    chat = await ChatPane.find(window);
    await attached("deep.ts");
    expect(await asked("And this?")).toBe(
      "src/deep.ts\n```typescript\nlet unsaved;\nexport const deep = 1;\n```\n\nAnd this?",
    );
  });

  test("adds what is in no file yet, and a notebook by its cells", async () => {
    await window.palette.run("File: New Untitled Text File");
    await window.page.locator(".tab[data-resource-name^='Untitled-1']").waitFor();
    await window.page.keyboard.type("not saved anywhere");
    await window.page.keyboard.press("Control+A");
    await window.palette.run("Mesh: Add Selection to Chat");
    await attached("Untitled-1:1");
    expect(await asked("Draft?")).toContain("Untitled-1:1\n```plaintext\nnot saved anywhere\n```");
    await chat.post({ type: "attachFiles", uris: [`file://${join(workbench.workspace, "book.ipynb")}`] });
    await attached("book.ipynb");
    expect(await asked("Book?")).toContain("# Cell 1 (code)\nprint(1)\n");
  });

  test("adds what is selected in a terminal, and leaves the clipboard as it was", async () => {
    await window.page.evaluate(() => navigator.clipboard.writeText("mine"));
    await window.palette.run("Terminal: Create New Terminal");
    const screen = window.page.locator(".terminal-wrapper.active .xterm-rows");
    await screen.waitFor();
    await window.page.keyboard.type("printf 'said %s\\n' this\n");
    await screen.filter({ hasText: /said.this/ }).waitFor();
    await window.palette.run("Terminal: Select All");
    await window.palette.run("Mesh: Add Terminal Selection to Chat");
    await expect.poll(() => chips().count(), patience).toBe(1);
    expect(await window.clipboard()).toBe("mine");
    expect(await asked("Terminal?")).toMatch(/^Terminal .+\n```\n(.*\n)*said this\n(.*\n)*```\n\nTerminal\?$/);
  });

  test("lists a folder without what the editor does not show and git ignores", async () => {
    await chat.frame.locator("button[aria-label^='Attach']").first().click();
    await window.palette.pick("Listing of a Folder…");
    await window.page.locator(".quick-input-title", { hasText: "Listing of a Folder" }).waitFor();
    await window.palette.pick("workspace");
    await attached("workspace/");
    const listing = await asked("What is there?");
    expect(listing).toContain("src/\n  deep.ts\n");
    expect(listing).not.toMatch(/secret|hidden|made|out\//);
  });

  test("adds the problems of a file as the editor tells them", async () => {
    await files.openFile("broken.json");
    await window.page.locator(".statusbar-item[id='status.problems'][aria-label^='Errors: ']").waitFor();
    await window.palette.run("Mesh: Add Problems to Chat");
    await expect.poll(() => chips().count(), patience).toBe(1);
    expect(await asked("Why?")).toMatch(/Problems of broken\.json\n```\nbroken\.json:2:\d+: error: .+/);
  });

  test("says in words what cannot be attached: nothing selected, a binary file, a link out of the workspace", async () => {
    await files.openFile("greet.js");
    await window.palette.run("Notifications: Show Notifications");
    await window.palette.run("Mesh: Add Selection to Chat");
    await window.notifications.listed("Nothing is selected.").waitFor();
    const uri = (name: string): string => `file://${join(workbench.workspace, name)}`;
    await chat.post({ type: "attachFiles", uris: [uri("binary.dat")] });
    await window.notifications.listed("binary.dat is a binary file.").waitFor();
    await chat.post({ type: "attachFiles", uris: [uri("link.txt")] });
    await window.notifications.listed("link.txt is a link that leads out of the workspace.").waitFor();
    await chat.post({ type: "attachFiles", uris: [uri("gone.txt")] });
    await window.notifications.listed("gone.txt cannot be read").waitFor();
    await attached();
    await window.palette.run("Notifications: Clear All Notifications");
  });

  test("warns before anything is cut, sends nothing when the person turns away, and keeps their words", async () => {
    await files.openFile("long.js");
    await window.palette.run("Mesh: Add File to Chat");
    await attached("long.js");
    await chat.frame.locator(".context-warning").getByText("Would be left out:").waitFor();
    await window.screenshot("attach-warning");
    const before = questions().length;
    await chat.send("What does it do?");
    await window.dialog.element.filter({ hasText: "long.js" }).waitFor();
    await window.screenshot("attach-dialog");
    await window.dialog.answer("long.js", "Cancel");
    await expect.poll(() => chat.prompt.inputValue(), patience).toBe("What does it do?");
    await attached("long.js");
    expect(questions()).toHaveLength(before);
  });

  test("leaves out exactly what it has said, once the person agrees", async () => {
    await chat.prompt.press("Enter");
    await window.dialog.element.filter({ hasText: "long.js" }).waitFor();
    const words = await window.dialog.element.innerText();
    const [, missing] = /long\.js: (\d+) of its 400 lines/.exec(words) ?? [];
    const kept = 400 - Number(missing);
    const before = questions().length;
    const shown = await chat.questions.count();
    await window.dialog.answer("long.js", "Send Without These");
    await expect.poll(() => questions().length, patience).toBe(before + 1);
    await chat.questions.nth(shown).waitFor();
    await chat.endedAnswer.waitFor();
    const lines = Array.from({ length: kept }, (_, index) => longLine(index + 1)).join("");
    expect(questions().at(-1)).toBe(
      `long.js (the first ${kept} of 400 lines)\n\`\`\`javascript\n${lines}\`\`\`\n\nWhat does it do?`,
    );
  });

  test("asks in the same way before an edited question is cut, and keeps the words that were not sent", async () => {
    const question = chat.frame.locator("article.is-user").last();
    const field = chat.frame.getByRole("textbox", { name: "Edit question" });
    const words = `In one word? ${"Short, please. ".repeat(40).trim()}`;
    await question.hover();
    await question.getByRole("button", { name: "Edit and ask again" }).click();
    await typeInto(field, words);
    await field.press("Enter");
    const before = questions().length;
    await window.dialog.answer("long.js", "Cancel");
    await field.waitFor();
    await expect.poll(() => field.inputValue(), patience).toBe(words);
    expect(questions()).toHaveLength(before);
    await field.press("Enter");
    await window.dialog.answer("long.js", "Send Without These");
    await expect.poll(() => questions().length, patience).toBe(before + 1);
    expect(questions().at(-1)).toContain(words);
    await chat.endedAnswer.waitFor();
  });

  test("ends without an error of its own on the console", () => {
    expect(window.ownErrors).toEqual([]);
  });
});
