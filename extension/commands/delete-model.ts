import * as vscode from "vscode";
import { modelsDelete } from "../../contract/rpc/models.ts";
import { byteSize } from "../mesh/quantities.ts";
import { plainText } from "../platform/plain-text.ts";
import type { Command } from "./command.ts";
import { pickModel } from "./pick-model.ts";

export const deleteModel: Command = async (services) => {
  const { supervisor, t, refresh } = services;
  const model = await pickModel(services, {
    title: t("Delete a model's files"),
    isOffered: (each) => each.origin === "store",
  });
  if (model === "none" || model === undefined) return;
  const isInMemory = model.state !== "available" && model.state !== "failed";
  const action = t("Delete");
  const values = { 0: plainText(model.displayName), 1: byteSize(model.sizeBytes) };
  const question = t("Delete {0} from this machine? That frees {1} on the disk and cannot be undone.", values);
  const detail = isInMemory ? t("It is in memory now: answers that it is giving end with an error.") : "";
  const chosen = await vscode.window.showWarningMessage(question, { modal: true, detail }, action);
  if (chosen !== action) return;
  const connection = await supervisor.start();
  await connection.request(modelsDelete, { model: model.id, force: isInMemory });
  await refresh();
};
