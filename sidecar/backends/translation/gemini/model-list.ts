import * as z from "zod";
import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import type { ModelCapability } from "../../../../contract/mesh/model-capability.ts";
import { hostileName, type ListedModel, namedModel } from "../../server/model-list.ts";
import { readJson } from "../read-json.ts";

export const firstPage = "/v1beta/models?pageSize=1000";
const maxModels = 4096;
const prefix = "models/";

const listSchema = z.object({
  models: z.array(z.unknown()).default([]),
  nextPageToken: z.string().max(4096).optional().catch(undefined),
});
const entrySchema = z.object({
  name: hostileName.refine((name) => name.startsWith(prefix) && name.length > prefix.length),
  displayName: hostileName.optional().catch(undefined),
  inputTokenLimit: z.number().int().min(1).max(1e9).nullable().catch(null),
  supportedGenerationMethods: z.array(z.string()).max(64).catch([]),
  thinking: z.boolean().catch(false),
});

/** Where the list goes on; null where it ends. */
export function nextPage(body: Buffer): string | null {
  const token = listSchema.safeParse(readJson(body)).data?.nextPageToken;
  return token ? `${firstPage}&pageToken=${encodeURIComponent(token)}` : null;
}

/** The models of a page that answer with text or vectors; others make pictures, films or speech. @throws MeshError `backend_protocol` */
export function readGeminiModels(body: Buffer, backend: string): ListedModel[] {
  const value = readJson(body);
  const list = listSchema.safeParse(value);
  if (!list.success) {
    throw new MeshError("backend_protocol", { backend, problem: "what it sends is no list of Gemini's models" });
  }
  return list.data.models.slice(0, maxModels).flatMap(readEntry);
}

function readEntry(entry: unknown): ListedModel[] {
  const parsed = entrySchema.safeParse(entry);
  if (!parsed.success) return [];
  const { name, displayName, inputTokenLimit, supportedGenerationMethods: methods, thinking } = parsed.data;
  const id = name.slice(prefix.length);
  const canChat = methods.includes("generateContent");
  if (!canChat && !methods.includes("embedContent")) return [];
  return [
    {
      ...namedModel(id),
      displayName: displayName ?? id,
      contextTokens: inputTokenLimit,
      capabilities: canChat ? chatCapabilities(id, thinking) : ["embeddings"],
    },
  ];
}

/** The list does not say more. What Google calls Gemini reads images and calls functions; of other families it is not known. */
function chatCapabilities(id: string, isThinking: boolean): ModelCapability[] | null {
  if (!id.startsWith("gemini-")) return null;
  return ["chat", "tools", "vision", ...(isThinking ? (["reasoning"] as const) : [])];
}
