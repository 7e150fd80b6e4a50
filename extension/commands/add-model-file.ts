import { basename } from "node:path";
import * as vscode from "vscode";
import type { Command } from "./command.ts";
import { loadIntoMemory } from "./load-into-memory.ts";

export const addModelFile: Command = async (services) => {
  const { t } = services;
  const chosen = await vscode.window.showOpenDialog({
    title: t("Add a model file"),
    openLabel: t("Add"),
    filters: { [t("GGUF models")]: ["gguf"] },
  });
  const path = chosen?.[0]?.fsPath;
  if (path === undefined) return;
  const model = await loadIntoMemory(services, path, basename(path));
  services.chat.chooseModel(model.id);
};
