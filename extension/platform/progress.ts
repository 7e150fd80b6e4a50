import { setTimeout as delay } from "node:timers/promises";
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

/** What is over sooner than this needs no notification, in milliseconds. */
const lateMs = 1_000;

/** The same for what is mostly over at once: the notification comes when it is not. */
export async function withLateProgress<T>(title: string, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const result = run(abort.signal);
  const settled = result.then(
    () => undefined,
    () => undefined,
  );
  const isLate = await Promise.race([settled.then(() => false), delay(lateMs, true, { ref: false })]);
  if (isLate) {
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    await vscode.window.withProgress(options, async (_progress, token) => {
      const cancellation = token.onCancellationRequested(() => abort.abort(new MeshError("cancelled", {})));
      await settled;
      cancellation.dispose();
    });
  }
  return await result;
}
