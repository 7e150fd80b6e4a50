import * as z from "zod";
import { configurationStateSchema } from "../mesh/configuration-state.ts";
import { request } from "./definition.ts";

/** A text that the node has run with. */
export const configurationVersionSchema = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  bytes: z.number(),
  /** Settings that would change if it were restored now: `backends.workstation`. None where only comments would. */
  changes: z.array(z.string()),
});
export type ConfigurationVersionSummary = z.infer<typeof configurationVersionSchema>;

/** The former texts, newest first; what counts now is none of them. */
export const configurationHistory = request(
  "configuration/history",
  z.object({}),
  z.object({ path: z.string(), versions: z.array(configurationVersionSchema) }),
);

/** One of them, as it was written: references to the environment are references. */
export const configurationVersion = request(
  "configuration/version",
  z.object({ id: z.string() }),
  z.object({ text: z.string() }),
);

/** Puts a former text in place of the file, which is kept in the history. Counts at once, as far as it can. */
export const configurationRestore = request(
  "configuration/restore",
  z.object({ id: z.string() }),
  z.object({ configuration: configurationStateSchema }),
);
