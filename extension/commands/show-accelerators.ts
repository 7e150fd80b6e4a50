import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { Accelerator, AcceleratorKind } from "../../contract/mesh/accelerator.ts";
import {
  acceleratorsInstall,
  acceleratorsList,
  acceleratorsProgress,
  acceleratorsRemove,
} from "../../contract/rpc/accelerators.ts";
import { byteSize } from "../mesh/quantities.ts";
import { plainText } from "../platform/plain-text.ts";
import { withProgress } from "../platform/progress.ts";
import type { Translate } from "../platform/translate.ts";
import type { Command, CommandServices } from "./command.ts";

const names: Readonly<Record<AcceleratorKind, string>> = { cpu: "CPU", metal: "Metal", vulkan: "Vulkan", cuda: "CUDA" };

/** Shows what models are computed with and why, and fetches or removes what is not part of the product. */
export const showAccelerators: Command = async (services) => {
  const { supervisor, t } = services;
  const connection = await supervisor.start();
  const { accelerators } = await connection.request(acceleratorsList, {});
  const items = accelerators.map((row) => ({
    label: names[row.kind],
    description: [row.isChosen ? t("in use") : "", stateWord(row, t)].filter(Boolean).join(" · "),
    detail: plainText(row.reason, 300),
    iconPath: new vscode.ThemeIcon(row.isChosen ? "pass-filled" : iconOf(row)),
    row,
  }));
  const title = t("What this machine computes models with");
  const row = (await vscode.window.showQuickPick(items, { title }))?.row;
  if (row?.state === "available") await install(services, row);
  else if (row?.state === "installed") await remove(services, row);
};

async function install({ supervisor, t }: CommandServices, { kind }: Accelerator): Promise<void> {
  const connection = await supervisor.start();
  await withProgress(t("Fetching the engine for {0}", { 0: names[kind] }), async (signal, report) => {
    const progressToken = randomUUID();
    const progress = connection.on(acceleratorsProgress, (update) => {
      if (update.progressToken === progressToken) report(update.receivedBytes / update.totalBytes);
    });
    try {
      await connection.request(acceleratorsInstall, { kind, progressToken }, signal);
    } finally {
      progress.dispose();
    }
  });
  void vscode.window.showInformationMessage(
    t("The engine for {0} is there. Models that are loaded from now on use it.", { 0: names[kind] }),
  );
}

async function remove({ supervisor, t }: CommandServices, { kind, downloadBytes }: Accelerator): Promise<void> {
  const question = t("Remove the engine for {0}?", { 0: names[kind] });
  const detail = t("Loaded models keep it until they are unloaded. To have it again, {0} must be fetched.", {
    0: byteSize(downloadBytes ?? 0),
  });
  const button = t("Remove");
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, button)) !== button) return;
  const connection = await supervisor.start();
  await connection.request(acceleratorsRemove, { kind });
}

function stateWord({ state, downloadBytes }: Accelerator, t: Translate): string {
  switch (state) {
    case "included":
      return t("included");
    case "installed":
      return t("installed");
    case "installing":
      return t("being fetched");
    case "available":
      return t("can be fetched, {0}", { 0: byteSize(downloadBytes ?? 0) });
    case "unusable":
      return t("not usable here");
  }
}

const iconOf = ({ state }: Accelerator): string => {
  if (state === "available") return "cloud-download";
  return state === "unusable" ? "circle-slash" : "circle-large-outline";
};
