import * as vscode from "vscode";
import type { ModelSummary } from "../../contract/mesh/model.ts";
import { modelsList } from "../../contract/rpc/models.ts";
import { byteSize } from "../mesh/quantities.ts";
import { plainText } from "../platform/plain-text.ts";
import type { CommandServices } from "./command.ts";

export interface PickModelOptions {
  readonly title: string;
  readonly isOffered: (model: ModelSummary) => boolean;
  /** Offered below the models; undefined is what choosing it gives. */
  readonly other?: string;
}

/** Asks which model. `"none"` when the person has turned away, undefined when they chose the other entry. */
export async function pickModel(
  { supervisor, t }: CommandServices,
  options: PickModelOptions,
): Promise<ModelSummary | undefined | "none"> {
  const connection = await supervisor.start();
  const { models } = await connection.request(modelsList, {});
  const items: (vscode.QuickPickItem & { model?: ModelSummary })[] = models.filter(options.isOffered).map((model) => ({
    label: plainText(model.displayName),
    description: [byteSize(model.sizeBytes), plainText(model.quantisation ?? "", 16), model.isDemo ? t("demo") : ""]
      .filter(Boolean)
      .join(" · "),
    detail: plainText(model.path, 200),
    iconPath: new vscode.ThemeIcon(model.state === "loaded" ? "pass-filled" : "circle-large-outline"),
    model,
  }));
  if (options.other !== undefined) {
    items.push({ label: "", kind: vscode.QuickPickItemKind.Separator });
    items.push({ label: options.other, iconPath: new vscode.ThemeIcon("add") });
  }
  const chosen = await vscode.window.showQuickPick(items, { title: options.title, matchOnDescription: true });
  return chosen === undefined ? "none" : chosen.model;
}
