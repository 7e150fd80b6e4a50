import type { z } from "zod";
import type { chatStream } from "../../../contract/rpc/chat.ts";

/** Whom the next question goes to, as far as its length is concerned. */
export interface AskedPlace {
  /** What requests call the model. */
  readonly model: string;
  /** What people call it. */
  readonly label: string;
  readonly wishes: Pick<z.infer<typeof chatStream.params>, "privacy" | "strategy" | "onlyBackends">;
  /** Of one conversation, prompt and answer; of several places the smallest. Null when nobody says. */
  readonly contextTokens: number | null;
  readonly seesImages: boolean;
  /** Its tokenizer is in this machine's memory: counting costs no load, and no word leaves the machine. */
  readonly countsHere: boolean;
}
