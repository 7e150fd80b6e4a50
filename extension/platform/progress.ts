import * as vscode from "vscode";
import { MeshError } from "../../contract/errors/mesh-error.ts";

/** Tells the share that is done, 0 to 1, and in which words; without them, in per cent. */
export type ReportProgress = (share: number, words?: string) => void;

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
      return await run(abort.signal, (share, words) => {
        const increment = Math.max(0, share - reported) * 100;
        reported = Math.max(reported, share);
        progress.report({ increment, message: words ?? `${Math.round(reported * 100)} %` });
      });
    } finally {
      cancellation.dispose();
    }
  });
}
