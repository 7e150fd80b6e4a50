import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { ModelSummary } from "../../contract/mesh/model.ts";
import { modelsDownload, modelsDownloadProgress } from "../../contract/rpc/models.ts";
import { plainText } from "../platform/plain-text.ts";
import { withProgress } from "../platform/progress.ts";
import type { Command, CommandServices } from "./command.ts";
import { downloadWords } from "./download-words.ts";
import { loadIntoMemory } from "./load-into-memory.ts";

export const downloadModel: Command = async (services) => {
  const { t, refresh, chat } = services;
  const source = await vscode.window.showInputBox({
    title: t("Download a model"),
    prompt: t("A model on Hugging Face, or the https address of a .gguf file"),
    placeHolder: "hf:owner/name:Q4_K_M",
    ignoreFocusOut: true,
    validateInput: (text) =>
      /^\s*$|^\s*(hf:|https?:\/\/)/i.test(text) ? undefined : t("Begin with hf: or with https://"),
  });
  if (source === undefined || source.trim() === "") return;
  const model = await download(services, source.trim());
  await refresh();
  chat.choose({ model: model.id });
  const action = t("Load Model");
  const done = t("{0} is downloaded.", { 0: plainText(model.displayName) });
  const unverified = t("Nobody could verify it: no digest was known.");
  const words = model.verification === "unverified" ? `${done} ${unverified}` : done;
  if ((await vscode.window.showInformationMessage(words, action)) === action) {
    await loadIntoMemory(services, model.id, model.displayName);
  }
};

async function download({ supervisor, t }: CommandServices, source: string): Promise<ModelSummary> {
  const connection = await supervisor.start();
  return await withProgress(t("Downloading {0}", { 0: plainText(source) }), async (signal, report) => {
    const progressToken = randomUUID();
    const listening = connection.on(modelsDownloadProgress, (progress) => {
      if (progress.progressToken !== progressToken) return;
      const { receivedBytes, totalBytes } = progress;
      report(totalBytes === null || totalBytes === 0 ? 0 : receivedBytes / totalBytes, downloadWords(progress, t));
    });
    try {
      return (await connection.request(modelsDownload, { source, progressToken }, signal)).model;
    } finally {
      listening.dispose();
    }
  });
}
