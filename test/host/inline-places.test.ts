import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CodeWriter } from "./driver/code-writer.ts";
import { describeEditor } from "./driver/describe-editor.ts";
import { type EditorWindow, patience } from "./driver/editor-window.ts";
import { InlineChatPane } from "./driver/inline-chat-pane.ts";
import type { Workbench } from "./driver/workbench.ts";

const model = "known-coder";
const cell = { cell_type: "code", execution_count: null, metadata: {}, outputs: [] };
const notebook = {
  cells: [
    { ...cell, source: ["total = 1"] },
    { ...cell, source: ["count = 2"] },
  ],
  metadata: { language_info: { name: "python" } },
  nbformat: 4,
  nbformat_minor: 5,
};

describeEditor("Inline chat where there is no file of its own (a stand-in server plays the model)", (editor) => {
  let writer: CodeWriter;
  let workbench: Workbench;
  let window: EditorWindow;
  let chat: InlineChatPane;

  beforeAll(async () => {
    writer = await CodeWriter.start(model);
    writer.knows("Use a constant.", { text: "```js\nconst answer = 42;\n```" });
    writer.knows("Count to three.", { text: "```python\ncount = 3\n```" });
    workbench = await editor.start({
      configuration: `gateway: { port: 0 }
node: { lingerSeconds: 60 }
backends:
  - { id: writer, kind: openai-compatible, url: "${writer.server.url}", label: writer }
`,
    });
    await writeFile(join(workbench.workspace, "cells.ipynb"), JSON.stringify(notebook, undefined, 1));
    window = await workbench.openWindow();
    chat = new InlineChatPane(window);
    await window.palette.run("Mesh: Start Node");
    await chat.openFile("greet.js");
    await chat.choose(model);
  });
  afterAll(async () => await writer?.server.dispose());

  test("edits a document that was never saved, and one undo takes it back", async () => {
    const { keyboard } = window.page;
    await window.palette.run("File: New Untitled Text File");
    await chat.tab("Untitled-1").waitFor();
    await keyboard.type("let answer = 42;");
    await keyboard.press("Control+A");
    await chat.ask("Use a constant.");
    await chat.reviewed("Untitled-1");
    await chat.shows(["let answer = 42;", "const answer = 42;"]);
    await chat.lens("Accept").first().click();
    await chat.ended("Untitled-1");
    await chat.shows(["const answer = 42;"]);
    await keyboard.press("Control+Z");
    await chat.shows(["let answer = 42;"]);
  });

  test("edits one cell of a notebook, and leaves the others", async () => {
    await window.palette.run("View: Close All Editors");
    await window.page.getByRole("button", { name: "Don't Save" }).click();
    await window.page.keyboard.press("Control+P");
    await window.palette.type("cells.ipynb");
    await window.palette.rows.filter({ hasText: "cells.ipynb" }).first().click();
    const cells = window.page.locator(".notebook-editor .cell .monaco-editor .view-lines");
    await cells.nth(1).click();
    await window.page.keyboard.press("Control+A");
    await chat.ask("Count to three.");
    await chat.reviewed("cells.ipynb");
    await window.screenshot("inline-review-cell");
    await chat.lens("Accept").first().click();
    await chat.ended("cells.ipynb");
    await window.palette.run("File: Save");
    const sources = async (): Promise<unknown[]> => {
      const { cells: saved } = JSON.parse(await readFile(join(workbench.workspace, "cells.ipynb"), "utf8")) as {
        cells: { source: unknown }[];
      };
      return saved.map(({ source }) => [source].flat().join(""));
    };
    await expect.poll(sources, patience).toEqual(["total = 1", "count = 3"]);
  });

  test("edits a file of a second folder, and leaves the one of its name in the first alone", async () => {
    const at = (...parts: string[]): string => join(workbench.workspace, "..", ...parts);
    await mkdir(at("second"));
    await writeFile(at("second/greet.js"), "let answer = 42;\n");
    await writeFile(
      at("both.code-workspace"),
      JSON.stringify({ folders: [{ path: "workspace" }, { path: "second" }] }),
    );
    const first = await readFile(at("workspace/greet.js"));
    const both = await workbench.openWindow([], at("both.code-workspace"));
    const inBoth = new InlineChatPane(both);
    await both.page.keyboard.press("Control+P");
    await both.palette.type("second/greet.js");
    await both.palette.rows.filter({ hasText: "second" }).first().click();
    await inBoth.tab("greet.js").waitFor();
    await inBoth.choose(model);
    await both.page.keyboard.press("Control+A");
    await inBoth.ask("Use a constant.");
    await inBoth.reviewed("greet.js");
    await both.screenshot("inline-second-folder");
    await inBoth.lens("Accept").first().click();
    await inBoth.ended("greet.js");
    await both.palette.run("File: Save");
    await expect.poll(() => readFile(at("second/greet.js"), "utf8"), patience).toBe("const answer = 42;\n");
    expect(await readFile(at("workspace/greet.js"))).toEqual(first);
    expect(both.ownErrors).toEqual([]);
  });

  test("ends without an error of its own on the console", () => {
    expect(window.ownErrors).toEqual([]);
  });
});
