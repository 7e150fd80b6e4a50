import * as z from "zod";
import { readJson, versionText } from "./read-json.ts";
import { isOwnedBy, type ServerProgram } from "./server-program.ts";

const versionSchema = z.object({ version: versionText });

/** Ollama by its OpenAI-compatible side. The kind `ollama` knows more of it. */
export const ollama: ServerProgram = {
  id: "ollama",
  recognise: (traces) => (isOwnedBy(traces, "library") === "yes" ? "perhaps" : "no"),
  about: [{ path: "/api/version", read: (body) => readJson(versionSchema, body) }],
};
