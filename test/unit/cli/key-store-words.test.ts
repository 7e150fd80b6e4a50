import { expect, it } from "vitest";
import type { KeyStoreState } from "../../../contract/mesh/key-store.ts";
import { keyStoreWords } from "../../../sidecar/cli/key-store-words.ts";

const none: KeyStoreState = {
  wish: "auto",
  newKeys: "keyring",
  why: "answers",
  inFile: 0,
  inKeyring: 0,
  problem: null,
};

it.each([
  [{}, "none yet; new ones go to the keyring (secrets.store: auto, where it takes them, and else to the file)"],
  [
    { inKeyring: 2, inFile: 1, wish: "file", newKeys: "file", why: "set" },
    "2 in the keyring, 1 in the file; new ones go to the file (secrets.store: file)",
  ],
  [
    { inFile: 1, newKeys: "file", why: "no-session" },
    "1 in the file; new ones go to the file (secrets.store: auto, since there is no desktop session)",
  ],
  [
    { inKeyring: 1, wish: "keyring", why: "set", problem: "locked" },
    "1 in the keyring; new ones go to the keyring (secrets.store: keyring); asked last, the keyring is locked",
  ],
] satisfies [Partial<KeyStoreState>, string][])("where keys lie reads so: %j", (state, words) =>
  expect(keyStoreWords({ ...none, ...state })).toBe(words),
);
