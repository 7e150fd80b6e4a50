import * as z from "zod";

/** Where keys of backends are kept: the operating system's keyring, a file, or whichever of both will do. */
export const keyStoreWishSchema = z.enum(["auto", "file", "keyring"]);
export type KeyStoreWish = z.infer<typeof keyStoreWishSchema>;

/** Why the keyring did not give or take a key. `not-there`: it answers, and has no such key. */
export const keyringProblemSchema = z.enum(["no-library", "no-service", "locked", "no-answer", "refused", "not-there"]);
export type KeyringProblem = z.infer<typeof keyringProblemSchema>;

/** Why new keys go where they go. `answers`: there is a keyring, as far as can be told without asking it. */
export const keyPlaceReasonSchema = z.enum(["set", "own-home", "system", "no-session", "answers"]);
export type KeyPlaceReason = z.infer<typeof keyPlaceReasonSchema>;

/** How a node keeps the keys of its backends, proxies included: numbers and places, never a key. */
export const keyStoreStateSchema = z.object({
  wish: keyStoreWishSchema,
  newKeys: z.enum(["file", "keyring"]),
  why: keyPlaceReasonSchema,
  inFile: z.number(),
  inKeyring: z.number(),
  /** Of the last time that the keyring was asked; null when it answered, or was not asked. */
  problem: keyringProblemSchema.nullable(),
});
export type KeyStoreState = z.infer<typeof keyStoreStateSchema>;

/** To follow "the keyring". */
export function keyringProblemWords(problem: KeyringProblem): string {
  switch (problem) {
    case "no-library":
      return "cannot be used, since the optional package @napi-rs/keyring is not installed";
    case "no-service":
      return "is not there: no service of the session keeps secrets";
    case "locked":
      return "is locked";
    case "no-answer":
      return "did not answer in time";
    case "refused":
      return "refused";
    case "not-there":
      return "answers, but does not hold it";
  }
}
