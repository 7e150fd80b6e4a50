import * as vscode from "vscode";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import { backendsCheck } from "../../contract/rpc/backends.ts";
import { errorWords } from "../platform/error-words.ts";
import { plainText } from "../platform/plain-text.ts";
import { withProgress } from "../platform/progress.ts";
import type { CommandServices } from "./command.ts";
import type { Server } from "./server-of-row.ts";

/** Asks one server how it is, or all, and says what came of it. */
export async function checkServers(
  { supervisor, t, log }: Pick<CommandServices, "supervisor" | "t" | "log">,
  server: Server | null,
): Promise<void> {
  const connection = await supervisor.start();
  const name = server === null ? "" : plainText(server.label);
  const title = server === null ? t("Checking all servers…") : t("Checking {0}…", { 0: name });
  const params = server === null ? {} : { id: server.backendId };
  const { checks } = await withProgress(title, (signal) => connection.request(backendsCheck, params, signal));
  const failed = checks.filter(({ error }) => error !== null);
  const [first] = failed;
  const error = MeshError.fromWire(first?.error ?? undefined);
  if (first === undefined || error === undefined) {
    const said = server === null ? t("All servers answer.") : t("{0} answers.", { 0: name });
    // Whoever has asked sees the answer; nobody has to close it.
    vscode.window.setStatusBarMessage(
      `$(pass) ${checks.length === 0 ? t("There are no servers to check.") : said}`,
      5000,
    );
    return;
  }
  for (const { backend, error: each } of failed) log.warn(`${backend.id}: ${each?.code ?? ""}`);
  const { message, nextStep } = errorWords(error, t);
  const others = failed.length > 1 ? ` ${t("{0} more do not answer either.", { 0: failed.length - 1 })}` : "";
  void vscode.window.showWarningMessage(`${message} ${nextStep}${others}`);
}
