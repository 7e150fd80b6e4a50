import { type KeyringProblem, keyringProblemWords } from "../../../contract/mesh/key-store.ts";
import { readConfiguration } from "../../registry/read-configuration.ts";
import { ChildKeyring } from "../../secrets/keyring/child-keyring.ts";
import { chooseKeyPlace, keySurroundings } from "../../secrets/keyring/choose-key-place.ts";
import { KeyringUnavailable } from "../../secrets/keyring/keyring.ts";
import type { CommandContext } from "../command.ts";
import { keyPlaceReasonWords } from "../key-store-words.ts";
import type { Outcome } from "./outcome.ts";

/** Whether the keyring answers, where the configuration wants it: asked as a node would that this terminal starts. */
export async function checkKeyStore({ folders, installation }: CommandContext): Promise<Outcome> {
  const { store } = (await readConfiguration(folders.config, process.env)).secrets;
  const { newKeys, why } = chooseKeyPlace(store, keySurroundings(process.env, process.platform));
  const setting = `secrets.store: ${store}${keyPlaceReasonWords(why)}`;
  if (newKeys === "file") return { kind: "ok", detail: `in a file of mode 0600 (${setting})` };
  const problem = await keyringProblem(installation.keyringProgram);
  if (problem === null) return { kind: "ok", detail: `the keyring answers (${setting})` };
  const said = `the keyring ${keyringProblemWords(problem)}`;
  if (store === "auto") return { kind: "ok", detail: `in a file of mode 0600, since ${said} (${setting})` };
  const nextStep = `Make it answer, or allow a file with \`secrets: { store: auto }\` in the configuration.`;
  return { kind: "warning", detail: `${said} (${setting})`, nextStep };
}

async function keyringProblem(program: string): Promise<KeyringProblem | null> {
  const keyring = new ChildKeyring({ program, env: process.env });
  try {
    await keyring.visit({});
    return null;
  } catch (error) {
    if (error instanceof KeyringUnavailable) return error.problem;
    throw error;
  }
}
