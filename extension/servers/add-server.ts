import * as vscode from "vscode";
import { type BackendWish, backendNameSchema } from "../../contract/mesh/backend-entry.ts";
import { backendsList } from "../../contract/rpc/backends.ts";
import type { CommandServices } from "../commands/command.ts";
import { plainText } from "../platform/plain-text.ts";
import { withProgress } from "../platform/progress.ts";
import { addressStep, addServerSteps, type ServerDraft } from "./add-server-steps.ts";
import { askForTrust } from "./certificate-question.ts";
import { askAfterFailure } from "./failure-question.ts";
import { quickPrompts } from "./quick-prompts.ts";
import { runSteps } from "./run-steps.ts";
import { showServer } from "./show-server.ts";
import { testWords } from "./test-words.ts";
import { type TrialPerson, tryServer } from "./try-server.ts";

/** Asks for a server from this step on, tries it, adds it, and shows where it is. */
export async function addServer(services: CommandServices, draft: ServerDraft, from: number): Promise<void> {
  const { supervisor, t } = services;
  const { backends } = await (await supervisor.start()).request(backendsList, {});
  const steps = addServerSteps({ prompts: quickPrompts, t, taken: new Set(backends.map(({ id }) => id)) });
  for (let step = from; await runSteps(steps, draft, step); step = addressStep) {
    const entry = entryOf(draft);
    // Asked for anew: a person may think about an address for an hour.
    const trial = await tryServer(await supervisor.start(), { entry, key: draft.key }, trialPerson(services, entry.id));
    if (trial.outcome === "change") continue;
    if (trial.outcome !== "added") return;
    await showServer(services, entry.id);
    const said = trial.test === null ? t("It is added, and was not tried.") : testWords(trial.test, t);
    void vscode.window.showInformationMessage(`${plainText(entry.id)}: ${said}`);
    return;
  }
}

/** The person at this window. */
export const trialPerson = ({ t }: Pick<CommandServices, "t">, name: string): TrialPerson => ({
  wait: (run) => withProgress(t("Trying {0}…", { 0: name }), (signal) => run(signal)),
  trusts: (shown) => askForTrust(name, shown, t),
  afterFailure: (error) => askAfterFailure(error, t),
});

function entryOf({ offer, url, name, privacy }: ServerDraft): BackendWish {
  const id = backendNameSchema.parse(name);
  return {
    id,
    kind: offer?.kind ?? "openai-compatible",
    ...(url === undefined ? {} : { url: url.trim() }),
    ...(privacy === undefined ? {} : { privacy }),
  };
}
