import * as vscode from "vscode";
import type { ErrorButton } from "../../contract/errors/catalogue.ts";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { CommandName } from "../commands/declarations.ts";
import { buttonLabel } from "./button-label.ts";
import { errorWords } from "./error-words.ts";
import type { Log } from "./log.ts";
import type { Translate } from "./translate.ts";

/** Where an error's button leads. `retry` runs what failed once more. */
export const buttonCommands = {
  showLog: "inferenceMesh.showLog",
  restartNode: "inferenceMesh.restartNode",
  showModels: "inferenceMesh.loadModel",
  openSettings: "inferenceMesh.openConfiguration",
  reloadWindow: "workbench.action.reloadWindow",
  copyKey: "inferenceMesh.copyKey",
  manageTrust: "workbench.trust.manage",
} as const satisfies Record<Exclude<ErrorButton, "retry">, CommandName | `workbench.${string}`>;

/** Shows an error that a person's own action led to: what happened, what to do, one button. */
export class ErrorPresenter {
  readonly #t: Translate;
  readonly #log: Log;

  constructor(t: Translate, log: Log) {
    this.#t = t;
    this.#log = log;
  }

  async show(error: unknown, retry: () => Promise<void>): Promise<void> {
    const known = error instanceof MeshError ? error : this.#unknown(error);
    if (known.code === "cancelled" || known.code === "model_load_cancelled") return;
    const { message, nextStep, button = "showLog" } = errorWords(known, this.#t);
    this.#log.error(`${known.code}: ${known.message}`);
    const label = buttonLabel(button, this.#t);
    const chosen = await vscode.window.showErrorMessage(`${message} ${nextStep}`, label);
    if (chosen !== label) return;
    if (button === "retry") await retry();
    else await vscode.commands.executeCommand(buttonCommands[button]);
  }

  #unknown(error: unknown): MeshError {
    const reference = Date.now().toString(36);
    this.#log.error(`${reference}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return new MeshError("internal", { reference });
  }
}
