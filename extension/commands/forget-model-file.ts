import * as vscode from "vscode";
import { modelsRemove } from "../../contract/rpc/models.ts";
import { plainText } from "../platform/plain-text.ts";
import type { Command } from "./command.ts";
import { pickModel } from "./pick-model.ts";

export const forgetModelFile: Command = async (services) => {
  const { supervisor, t, refresh } = services;
  const model = await pickModel(services, {
    title: t("List a file that was added by path no more"),
    isOffered: (each) => each.origin === "added",
  });
  if (model === "none" || model === undefined) return;
  const connection = await supervisor.start();
  await connection.request(modelsRemove, { model: model.id });
  await refresh();
  const values = { 0: plainText(model.displayName), 1: plainText(model.path, 200) };
  await vscode.window.showInformationMessage(t("{0} is listed no more. Its file stays: {1}", values));
};
