import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { makeRandomModel } from "../../sidecar/demo-model/make-random-model.ts";
import { describeEditor } from "./driver/describe-editor.ts";
import { type EditorWindow, patience } from "./driver/editor-window.ts";
import { NativeChat } from "./driver/native-chat.ts";
import type { Workbench } from "./driver/workbench.ts";

const configuration = "gateway: { port: 0 }\nnode: { lingerSeconds: 60 }\nengine: { contextTokens: 32768 }\n";

describeEditor("VS Code's own chat", (editor) => {
  let workbench: Workbench;
  let window: EditorWindow;
  let chat: NativeChat;

  beforeAll(async () => {
    workbench = await editor.start({
      configuration,
      settings: { "chat.disableAIFeatures": false },
      prepare: async (node) => {
        const model = makeRandomModel({ name: "wide", contextTokens: 32768, saysAsciiOnly: true });
        await writeFile(join(node.folders.models, "wide.gguf"), model);
      },
    });
    window = await workbench.openWindow();
  });

  test("experiment", { timeout: 300_000 }, async () => {
    await window.page.waitForTimeout(5000);
    await window.screenshot("x-1");
    await window.palette.run("Mesh: Add to VS Code Chat");
    await window.page.waitForTimeout(12000);
    await window.screenshot("x-2");
    console.log(await window.notifications.texts());
    chat = await NativeChat.open(window);
    await window.page.waitForTimeout(3000);
    await window.screenshot("x-3");
    const t = Date.now();
    await chat.ask("@mesh /status");
    await chat.answer.waitFor({ timeout: 60000 }).catch(() => console.log("no answer"));
    await window.page.waitForTimeout(15000);
    await window.screenshot("x-4");
    await chat.ask("What can you do?");
    for (let i = 5; i < 10; i++) {
      await window.page.waitForTimeout(12000);
      await window.screenshot(`x-${i}`);
    }
    console.log(Date.now() - t, workbench.node.log.split("\n").slice(-15).join("\n"));
    console.log(
      window.console
        .filter((l) => /error/.test(l))
        .slice(-20)
        .join("\n")
        .slice(0, 4000),
    );
    expect(patience).toBeDefined();
  });
});
