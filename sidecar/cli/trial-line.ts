import type { ToolTrial } from "../../contract/mesh/tool-trial.ts";

/** What became of a trial, in one line. */
export function trialLine(trial: ToolTrial): string {
  if (trial.outcome === "failed") {
    const status = trial.status === null ? "no answer" : `HTTP ${trial.status}`;
    return `Failed: ${trial.url}: ${status} after ${trial.totalMs} ms. ${trial.message}`;
  }
  const who = `${trial.model ?? "a model"} at ${trial.backend ?? "this node"}`;
  const what = trial.called === null ? `"${trial.text}"` : `a call of ${trial.called}`;
  const when = `first event after ${trial.firstEventMs} ms, whole after ${trial.totalMs} ms`;
  return `Answered: ${trial.url}: ${who} streamed ${what}, ${when}.`;
}
