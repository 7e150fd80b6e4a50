import { existsSync, readFileSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { modelsLoad } from "../../contract/rpc/models.ts";
import { StandInHub, sendBeginning } from "../support/stand-in-hub.ts";
import { describeEditor } from "./driver/describe-editor.ts";
import { type EditorWindow, patience } from "./driver/editor-window.ts";
import { containerName } from "./driver/extension-id.ts";
import type { Workbench } from "./driver/workbench.ts";

describeEditor("Model files", (editor) => {
  let hub: StandInHub;
  let workbench: Workbench;
  let window: EditorWindow;
  const downloaded = (): string => join(workbench.node.folders.models, "fresh.gguf");

  beforeAll(async () => {
    hub = await StandInHub.start();
    hub.put("ada/fresh", "fresh.gguf", readFileSync(editor.models.tiny));
    const configuration = `gateway: { port: 0 }\nnode: { lingerSeconds: 2 }\nmodels: { huggingFaceEndpoint: "${hub.url}" }\n`;
    workbench = await editor.start({ configuration });
    window = await workbench.openWindow();
    await window.sideBar.open(containerName);
  });
  afterAll(() => hub?.close());

  test("are downloaded from a stand-in hub with progress that can be cancelled, and what was fetched is kept", async () => {
    hub.faults.push(sendBeginning(200_000, () => undefined));
    await window.palette.run("Mesh: Download Model…");
    await window.palette.answer("hf:ada/fresh");
    const progress = window.notifications.with("Downloading hf:ada/fresh");
    await window.notifications.press(progress, "Cancel");
    await progress.waitFor({ state: "detached" });
    expect(existsSync(downloaded())).toBe(false);
    await window.palette.run("Mesh: Download Model…");
    await window.palette.answer("hf:ada/fresh");
    await window.notifications.with("is downloaded.").waitFor();
    expect(existsSync(downloaded())).toBe(true);
  });

  test("are deleted after a question, and not without", async () => {
    await window.palette.run("Mesh: Delete Model…");
    await window.palette.rows.first().click();
    await window.dialog.answer("from this machine?", "Cancel");
    expect(existsSync(downloaded())).toBe(true);
    await window.palette.run("Mesh: Delete Model…");
    await window.palette.rows.first().click();
    await window.dialog.answer("from this machine?", "Delete");
    await expect.poll(() => existsSync(downloaded()), patience).toBe(false);
  });

  test("that were added by path are forgotten, and stay", async () => {
    const path = join(workbench.workspace, "added.gguf");
    await copyFile(editor.models.tiny, path);
    const connection = await workbench.node.connect();
    await connection.request(modelsLoad, { model: path });
    connection.dispose();
    await window.palette.run("Mesh: Forget Model File…");
    await window.palette.rows.first().click();
    await window.notifications.with("is listed no more.").waitFor();
    expect((await workbench.node.status()).models.some((model) => model.path === path)).toBe(false);
    expect(existsSync(path)).toBe(true);
  });
});
