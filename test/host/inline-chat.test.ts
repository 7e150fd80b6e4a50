import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CodeWriter } from "./driver/code-writer.ts";
import { chooseColorTheme, themeMs } from "./driver/color-themes.ts";
import { describeEditor } from "./driver/describe-editor.ts";
import { type EditorWindow, patience } from "./driver/editor-window.ts";
import { InlineChatPane } from "./driver/inline-chat-pane.ts";
import type { Workbench } from "./driver/workbench.ts";

const model = "known-coder";
const greet = "function greet(name) {\n  return name;\n}\n";
const better = "```js\nfunction greet(name) {\n  return 'Hello, ' + name;\n}\n```";

describeEditor("Inline chat (a stand-in server plays the model)", (editor) => {
  let writer: CodeWriter;
  let workbench: Workbench;
  let window: EditorWindow;
  let chat: InlineChatPane;

  const path = (name: string): string => join(workbench.workspace, name);
  const onDisk = async (name: string): Promise<string> => await readFile(path(name), "utf8");
  const saved = async (name: string, content: string): Promise<void> => {
    await window.page.keyboard.press("Control+S");
    await expect.poll(() => onDisk(name), patience).toBe(content);
  };
  const select = async (): Promise<void> => await window.page.keyboard.press("Control+A");
  const undo = async (): Promise<void> => await window.page.keyboard.press("Control+Z");

  beforeAll(async () => {
    writer = await CodeWriter.start(model);
    writer.knows("Greet warmly.", { text: `Sure!\n${better}\nHope this helps!` });
    writer.knows("Talk to me.", { text: "This function returns a name.\nIt says no hello." });
    writer.knows("Write for ever.", { text: "```js\nfunction greet(name) {\n", isEndless: true });
    writer.knows("Shout both.", { text: "```js\nconst a = 'A';\nconst b = 2;\nconst c = 'C';\n```" });
    writer.knows("Many lines.", {
      text: `\`\`\`js\n${Array.from({ length: 40 }, (_, n) => `call(${n});`).join("\n")}\n\`\`\``,
    });
    writer.knows("What is this?", {
      text: "It returns **its argument**.\n\n![x](https://example.com/x.png) [run](command:workbench.action.quit) <b>no</b>",
    });
    workbench = await editor.start({
      // In a browser the editor saves by itself after a second, and what has been saved is not reverted.
      settings: { "files.autoSave": "off" },
      configuration: `gateway: { port: 0 }
node: { lingerSeconds: 60 }
backends:
  - { id: writer, kind: openai-compatible, url: "${writer.server.url}", label: writer }
`,
    });
    await writeFile(path("windows.js"), greet.replaceAll("\n", "\r\n"));
    await writeFile(path("two.js"), "const a = 1;\nconst b = 2;\nconst c = 3;\n");
    await writeFile(path("drift.js"), `// top\n\n${greet}`);
    window = await workbench.openWindow();
    chat = new InlineChatPane(window);
    await window.palette.run("Mesh: Start Node");
    await chat.openFile("greet.js");
    await chat.choose(model);
  });
  afterAll(async () => await writer?.server.dispose());

  test("shows an edit for review, applies it when accepted, and it can be saved", async () => {
    await select();
    await chat.ask("Greet warmly.");
    await chat.reviewed("greet.js");
    await chat.shows(["function greet(name) {", "  return name;", "  return 'Hello, ' + name;", "}"]);
    expect(await onDisk("greet.js")).toBe(greet);
    await window.screenshot("inline-review");
    await chat.lens("Accept").first().click();
    await chat.ended("greet.js");
    await chat.shows(["function greet(name) {", "  return 'Hello, ' + name;", "}", ""]);
    await saved("greet.js", greet.replace("return name", "return 'Hello, ' + name"));
  });

  test("takes an accepted edit back in one step", async () => {
    await undo();
    await chat.shows(["function greet(name) {", "  return name;", "}", ""]);
    await saved("greet.js", greet);
  });

  test("leaves the file byte for byte when rejected with Escape, and does not make it dirty", async () => {
    await chat.openFile("windows.js");
    await select();
    await chat.ask("Greet warmly.");
    await chat.reviewed("windows.js");
    await window.page.keyboard.press("Escape");
    await chat.ended("windows.js");
    expect(await window.page.locator(".tab.dirty").count()).toBe(0);
    expect(await onDisk("windows.js")).toBe(greet.replaceAll("\n", "\r\n"));
  });

  test("keeps the line endings of a CRLF file, accepted with Ctrl+Enter", async () => {
    await select();
    await chat.ask("Greet warmly.");
    await chat.reviewed("windows.js");
    await window.page.keyboard.press("Control+Enter");
    await chat.ended("windows.js");
    await saved("windows.js", greet.replace("return name", "return 'Hello, ' + name").replaceAll("\n", "\r\n"));
  });

  test("takes of two changes the one that was accepted", async () => {
    await chat.openFile("two.js");
    await select();
    await chat.ask("Shout both.");
    await chat.reviewed("two.js");
    await window.screenshot("inline-review-two");
    await chat.lens("Reject").first().click();
    await chat.lens("Rejected: accept instead").waitFor();
    await chat.lens("Accept").click();
    await chat.ended("two.js");
    await saved("two.js", "const a = 1;\nconst b = 2;\nconst c = 'C';\n");
  });

  test("asks again for the same lines, and shows the other proposal instead", async () => {
    await chat.openFile("greet.js");
    await select();
    await chat.ask("Greet warmly.");
    await chat.reviewed("greet.js");
    writer.knows("Greet warmly.", { text: better.replace("Hello", "Welcome") });
    await chat.lens("Retry").click();
    await chat.shows(["function greet(name) {", "  return name;", "  return 'Welcome, ' + name;", "}"]);
    await chat.reviewed("greet.js");
    writer.knows("Greet warmly.", { text: better });
    await window.page.keyboard.press("Escape");
    await chat.ended("greet.js");
    expect(await onDisk("greet.js")).toBe(greet);
  });

  test("stops amid an answer, down to the server, and leaves everything as it was", async () => {
    await chat.openFile("greet.js");
    await select();
    await chat.ask("Write for ever.");
    await chat.lens("Writing…\\s*Stop").waitFor();
    await expect.poll(() => writer.server.lastBody, patience).toContain("Write for ever.");
    await window.screenshot("inline-writing");
    const before = writer.aborted;
    await chat.lens("Writing…\\s*Stop").click();
    await chat.lens("Writing…\\s*Stop").waitFor({ state: "detached" });
    await expect.poll(() => writer.aborted, patience).toBe(before + 1);
    expect(await onDisk("greet.js")).toBe(greet);
    expect(await window.page.locator(".tab.dirty").count()).toBe(0);
  });

  test("puts no words into a file, and says so", async () => {
    await select();
    await chat.ask("Talk to me.");
    await window.notifications.with("answered in words instead of code").waitFor();
    await chat.shows(["function greet(name) {", "  return name;", "}", ""]);
    await window.palette.run("Notifications: Clear All Notifications");
  });

  test("keeps what a person types elsewhere while the answer comes", async () => {
    await chat.openFile("drift.js", 4);
    const goOn = writer.hold();
    await chat.ask("Greet warmly.");
    await chat.lens("Writing…\\s*Stop").waitFor();
    await window.page.keyboard.press("Control+Home");
    await window.page.keyboard.type("mine();");
    await window.page.keyboard.press("Enter");
    goOn();
    await chat.reviewed("drift.js");
    await chat.lens("Accept").first().click();
    await chat.ended("drift.js");
    await expect.poll(() => chat.lines(), patience).toContain("mine();");
    await expect.poll(() => chat.lines(), patience).toContain("  return 'Hello, ' + name;");
    await saved("drift.js", `mine();\n// top\n\n${greet.replace("return name", "return 'Hello, ' + name")}`);
  });

  test("overwrites nothing of what was changed at the same lines meanwhile", async () => {
    await chat.openFile("greet.js", 2);
    const goOn = writer.hold();
    await chat.ask("Greet warmly.");
    await chat.lens("Writing…\\s*Stop").waitFor();
    await window.page.keyboard.press("End");
    await window.page.keyboard.type(" // mine");
    goOn();
    await window.notifications.with("were changed meanwhile").waitFor();
    await chat.shows(["function greet(name) {", "  return name; // mine", "}", ""]);
    expect(await onDisk("greet.js")).toBe(greet);
    await window.palette.run("File: Revert File");
    await chat.shows(["function greet(name) {", "  return name;", "}", ""]);
    await window.palette.run("Notifications: Clear All Notifications");
  });

  test("shows a large edit side by side", async () => {
    await chat.openFile("greet.js");
    await select();
    await chat.ask("Many lines.");
    await window.page.locator(".monaco-diff-editor .line-insert").first().waitFor();
    await window.screenshot("inline-diff");
    await window.palette.run("Mesh: Accept Edit");
    // The comparison shows these lines too: only without it they are the file's.
    await window.page.locator(".monaco-diff-editor").waitFor({ state: "hidden" });
    await expect.poll(() => chat.lines(), patience).toContain("call(0);");
    await undo();
    await saved("greet.js", greet);
  });

  test("answers a question in a thread at its line, without fetching or running anything", async () => {
    const fetched: string[] = [];
    window.page.on("request", (request) => fetched.push(request.url()));
    await chat.openFile("greet.js", 2);
    await chat.ask("What is this?");
    const thread = window.page.locator(".review-widget", { hasText: "It returns its argument." });
    await thread.waitFor();
    await window.screenshot("inline-answer");
    expect(await thread.locator("img[src*='example.com']").count()).toBe(0);
    expect(await thread.locator("b").count()).toBe(0);
    expect(await thread.locator("a[data-href^='command:']").count()).toBe(0);
    expect(fetched.filter((url) => url.includes("example.com"))).toEqual([]);
    expect(await onDisk("greet.js")).toBe(greet);
  });

  test.each([
    ["Dark 2026", "vs-dark"],
    ["Light 2026", "vs"],
    ["Dark High Contrast", "hc-black"],
  ])("can be looked at in %s", async (theme, worn) => {
    await chooseColorTheme(window, theme);
    await window.page.locator(`.monaco-workbench.${worn}`).waitFor({ timeout: themeMs });
    await chat.openFile("two.js");
    await select();
    await chat.ask("Shout both.");
    await chat.reviewed("two.js");
    await window.screenshot(`inline-review-${theme.replaceAll(" ", "-").toLowerCase()}`);
    await window.page.keyboard.press("Escape");
    await chat.ended("two.js");
  });

  test("ends without an error of its own on the console", () => {
    expect(window.ownErrors).toEqual([]);
  });
});
