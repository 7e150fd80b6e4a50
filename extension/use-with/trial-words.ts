import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { ToolTrial } from "../../contract/mesh/tool-trial.ts";
import type { TrialView } from "../../contract/webview/use-with.ts";
import { milliseconds } from "../mesh/quantities.ts";
import { errorWords } from "../platform/error-words.ts";
import { plainText } from "../platform/plain-text.ts";
import type { Translate } from "../platform/translate.ts";

/** More of an answer is not shown, in characters. */
const maxAnswer = 240;

/** What became of a test, in the editor's language. */
export function trialWords(trial: ToolTrial, t: Translate): TrialView {
  const sentTo = t("Sent to {0}", { 0: trial.url });
  if (trial.outcome === "failed") {
    const status = trial.status === null ? t("There was no answer.") : t("The status was {0}.", { 0: trial.status });
    return { state: "failed", message: failure(trial, t), details: [sentTo, status] };
  }
  const values = {
    0: plainText(trial.model ?? t("A model"), 80),
    1: plainText(trial.backend ?? t("this node"), 80),
    2: milliseconds(trial.firstEventMs),
    3: milliseconds(trial.totalMs),
  };
  const said =
    trial.called === null
      ? t("It said: {0}", { 0: plainText(trial.text, maxAnswer) })
      : t("It called the function {0}, which was offered to it.", { 0: plainText(trial.called, 80) });
  return {
    state: "answered",
    message: t("{0} at {1} answered: the first word after {2}, all of it after {3}.", values),
    details: [said, sentTo],
  };
}

/** In the editor's language where the error is known here, else in the gateway's own words. */
function failure({ error, message }: Extract<ToolTrial, { outcome: "failed" }>, t: Translate): string {
  const known = MeshError.fromWire(error ?? undefined);
  if (known === undefined) return message === "" ? t("The gateway refused it without a word.") : message;
  const words = errorWords(known, t);
  return `${words.message} ${words.nextStep}`;
}
