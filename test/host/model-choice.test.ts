import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ChatPane } from "./driver/chat-pane.ts";
import { CodeWriter } from "./driver/code-writer.ts";
import { describeEditor } from "./driver/describe-editor.ts";
import { type EditorWindow, patience } from "./driver/editor-window.ts";
import { InlineChatPane } from "./driver/inline-chat-pane.ts";
import { TopologyPane } from "./driver/topology-pane.ts";
import type { Workbench } from "./driver/workbench.ts";

const model = "known-coder-7b";
const greet = "function greet(name) {\n  return name;\n}\n\nfunction other() {\n  return 2;\n}\n";
const better = "function greet(name) {\n  return 'Hello, ' + name;\n}\n";

describeEditor(
  "The choice of a model, and what is done with its answers (stand-in servers play the models)",
  (editor) => {
    let near: CodeWriter;
    let far: CodeWriter;
    let workbench: Workbench;
    let window: EditorWindow;
    let chat: ChatPane;
    let inline: InlineChatPane;

    const path = (name: string): string => join(workbench.workspace, name);
    const asked = ({ server }: CodeWriter): number =>
      server.received.filter(({ path: to }) => to === "/v1/chat/completions").length;
    const openList = async (): Promise<void> => {
      await window.palette.run("Mesh: Choose Chat Model…");
      await window.page.locator(".quick-input-title", { hasText: "Model for This Chat" }).waitFor();
    };
    const use = async (how: "insert" | "apply" | "newFile", text = better, language = "js"): Promise<number> =>
      await chat.post({ type: "useCode", how, text, language });

    beforeAll(async () => {
      [near, far] = await Promise.all([CodeWriter.start(model), CodeWriter.start(model)]);
      for (const writer of [near, far]) writer.knows("Say hello.", { text: `\`\`\`js\n${better}\`\`\`` });
      const backend = (id: string, { server }: CodeWriter): string =>
        `  - { id: ${id}, kind: openai-compatible, url: "${server.url}", label: ${id} box }`;
      workbench = await editor.start({
        configuration: `gateway: { port: 0 }
node: { lingerSeconds: 60 }
backends:
${backend("near", near)}
${backend("far", far)}
routing:
  strategy: local-first
  aliases: { helper: { revisions: { now: { model: ${model}, backends: [far] } } } }
`,
      });
      await writeFile(path("hello.js"), greet);
      window = await workbench.openWindow();
      inline = new InlineChatPane(window);
      chat = await ChatPane.open(window);
      await chat.notice.waitFor({ state: "detached" });
    });
    afterAll(async () => {
      for (const writer of [near, far]) await writer?.server.dispose();
    });

    test("shows all models of the mesh, grouped by their places, each with what one has to know of it", async () => {
      await openList();
      await expect
        .poll(() => window.palette.labels(), patience)
        .toEqual(expect.arrayContaining(["Auto", "Fastest", "Largest", model]));
      const shown = async (): Promise<string> => (await window.palette.rows.allInnerTexts()).join("\n");
      await expect.poll(shown, patience).toMatch(/2 places/);
      await expect.poll(shown, patience).toMatch(/near box/);
      await window.screenshot("model-choice");
      await window.palette.dismiss();
    });

    test("asks a model where the person has pinned it, and nowhere else", async () => {
      await openList();
      await window.palette.type("far box");
      await window.palette.rows.filter({ hasText: "Asked at far box and nowhere else" }).click();
      const before = asked(near);
      await chat.ask("Say hello.");
      await chat.endedAnswer.waitFor();
      expect(asked(far)).toBe(1);
      expect(asked(near)).toBe(before);
    });

    test("proposes an answer's code for the lines that it is a new version of; one undo takes it back", async () => {
      await inline.openFile("hello.js");
      await use("apply");
      await inline.reviewed("hello.js");
      expect(await readFile(path("hello.js"), "utf8")).toBe(greet);
      await window.screenshot("apply-code");
      await inline.lens("Accept").first().click();
      await inline.ended("hello.js");
      await inline.shows([...better.split("\n").slice(0, 3), "", "function other() {", "  return 2;", "}", ""]);
      await window.page.keyboard.press("Control+Z");
      await inline.shows(greet.split("\n"));
    });

    test("inserts code at the cursor, as deep as its line; one undo takes it back", async () => {
      await inline.openFile("hello.js", 6);
      await window.page.keyboard.press("End");
      await window.page.keyboard.press("Enter");
      await use("insert", "if (a) {\n  b();\n}\n");
      const [first, second] = ["  return 2;", "  if (a) {"];
      await expect
        .poll(async () => (await inline.lines()).join("\n"), patience)
        .toContain([first, second, "    b();", "  }"].join("\n"));
      await window.page.keyboard.press("Control+Z");
      await window.page.keyboard.press("Control+Z");
      await inline.shows(greet.split("\n"));
    });

    test("opens code as a new document in its language", async () => {
      await use("newFile", better, "js");
      await inline.shows(better.split("\n"));
      await window.page.locator(".statusbar-item", { hasText: "JavaScript" }).waitFor();
    });

    test("says why an answer came from there, and shows its way in the topology", async () => {
      await chat.answer.getByRole("button", { name: "Why here?" }).click();
      const why = chat.answer.locator(".why");
      await expect.poll(() => why.innerText(), patience).toContain("at far box has answered");
      expect(await why.innerText()).toMatch(/near box \/ known-coder-7b\s+This question was to go elsewhere/);
      await window.screenshot("why-here");
      await why.getByRole("button", { name: "Show in Topology" }).click();
      const topology = await TopologyPane.find(window);
      await topology.details.waitFor();
      await expect.poll(() => topology.details.innerText(), patience).toContain(model);
      await window.screenshot("answer-path");
    });

    test("asks by an alias, which the list shows with what it stands for", async () => {
      await openList();
      await window.palette.type("helper");
      const line = window.palette.rows.filter({ hasText: `Stands for ${model} (far box)` });
      await line.waitFor();
      await window.screenshot("model-alias");
      await line.click();
      await expect.poll(() => chat.model.innerText(), patience).toContain("helper");
      const before = [asked(near), asked(far)];
      await chat.ask("Say hello.");
      await expect.poll(() => [asked(near), asked(far)], patience).toEqual([before[0], (before[1] ?? 0) + 1]);
      await chat.endedAnswer.waitFor();
    });
  },
);
