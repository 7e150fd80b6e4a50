import { basename } from "node:path";
import * as vscode from "vscode";
import type { Command, CommandServices } from "./command.ts";
import { loadIntoMemory } from "./load-into-memory.ts";

/** Adds the files whose paths it is called with, or asks for one. The last is the one to chat with. */
export const addModelFile: Command = async (services, argument) => {
  for (const path of isPaths(argument) ? argument : await askForPaths(services)) {
    const model = await loadIntoMemory(services, path, basename(path));
    services.chat.choose({ model: model.id });
  }
};

const isPaths = (argument: unknown): argument is readonly string[] =>
  Array.isArray(argument) && argument.length > 0 && argument.every((path) => typeof path === "string");

async function askForPaths({ t }: CommandServices): Promise<string[]> {
  const chosen = await vscode.window.showOpenDialog({
    title: t("Add a model file"),
    openLabel: t("Add"),
    filters: { [t("GGUF models")]: ["gguf"] },
  });
  return (chosen ?? []).map(({ fsPath }) => fsPath);
}
