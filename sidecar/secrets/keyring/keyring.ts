import * as z from "zod";
import { type KeyringProblem, keyringProblemSchema } from "../../../contract/mesh/key-store.ts";

/** What to do in one visit. An account is the name of one secret in the keyring. */
export const keyringWishSchema = z.object({
  write: z.array(z.object({ account: z.string(), secret: z.string() })).default([]),
  read: z.array(z.string()).default([]),
  delete: z.array(z.string()).default([]),
});
export type KeyringWish = z.input<typeof keyringWishSchema>;

export const keyringAnswerSchema = z.object({
  /** What was written and read back the same. */
  written: z.array(z.string()),
  /** What was found. */
  read: z.array(z.object({ account: z.string(), secret: z.string() })),
  /** What is not there any more. */
  deleted: z.array(z.string()),
});
export type KeyringAnswer = z.infer<typeof keyringAnswerSchema>;

/** What the child process says at its end. */
export const keyringReportSchema = z.union([
  z.object({ answer: keyringAnswerSchema }),
  z.object({ problem: keyringProblemSchema }),
]);
export type KeyringReport = z.infer<typeof keyringReportSchema>;

/** The operating system's keyring. It never asks a person for anything: one that would have to is `locked`. */
export interface Keyring {
  /** @throws KeyringUnavailable when nothing can be had of it */
  visit(wish: KeyringWish): Promise<KeyringAnswer>;
}

export class KeyringUnavailable extends Error {
  readonly problem: KeyringProblem;

  constructor(problem: KeyringProblem) {
    super(`keyring: ${problem}`);
    this.problem = problem;
  }
}
