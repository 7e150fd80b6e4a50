import { type KeyPlaceReason, type KeyStoreState, keyringProblemWords } from "../../contract/mesh/key-store.ts";

/** Where keys of backends lie, and why: `2 in the keyring, 1 in the file; new ones go to the file (secrets.store: file)`. */
export function keyStoreWords({ wish, newKeys, why, inFile, inKeyring, problem }: KeyStoreState): string {
  const places = [`${inKeyring} in the keyring`, `${inFile} in the file`];
  const now = inFile + inKeyring === 0 ? "none yet" : places.filter((place) => !place.startsWith("0 ")).join(", ");
  const told = problem === null ? "" : `; asked last, the keyring ${keyringProblemWords(problem)}`;
  return `${now}; new ones go to the ${newKeys} (secrets.store: ${wish}${keyPlaceReasonWords(why)})${told}`;
}

/** To follow the setting. */
export function keyPlaceReasonWords(why: KeyPlaceReason): string {
  switch (why) {
    case "set":
      return "";
    case "own-home":
      return ", since INFERENCE_MESH_HOME keeps all in one folder";
    case "system":
      return ", since this system's keyring might ask a person at each start";
    case "no-session":
      return ", since there is no desktop session";
    case "answers":
      return ", where it takes them, and else to the file";
  }
}
