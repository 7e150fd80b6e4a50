import * as vscode from "vscode";
import { MeshError } from "../../contract/errors/mesh-error.ts";

/** Tells the share that is done, 0 to 1. */
export type ReportProgress = (share: number) => void;

/** Runs with a notification that shows the progress and can cancel it. */
export async function withProgress<T>(
  title: string,
  run: (signal: AbortSignal, report: ReportProgress) => Promise<T>,
): Promise<T> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return await vscode.window.withProgress(options, async (progress, token) => {
    const abort = new AbortController();
    const cancellation = token.onCancellationRequested(() => abort.abort(new MeshError("cancelled", {})));
    let reported = 0;
    try {
      return await run(abort.signal, (share) => {
        const increment = Math.max(0, share - reported) * 100;
        reported = Math.max(reported, share);
        progress.report({ increment, message: `${Math.round(reported * 100)} %` });
      });
    } finally {
      cancellation.dispose();
    }
  });
}
