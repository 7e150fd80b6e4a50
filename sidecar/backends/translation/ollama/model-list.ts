import * as z from "zod";
import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import { eachOnce, hostileName, type ListedModel, namedModel } from "../../server/model-list.ts";
import { readJson } from "../read-json.ts";

/** A list is hostile: more than this of it is not read. */
const maxModels = 4096;

const listSchema = z.object({ models: z.array(z.unknown()).nullable() });
const entrySchema = z.object({
  /** The name to ask for; older servers have `name` alone. */
  model: hostileName.optional().catch(undefined),
  name: hostileName.optional().catch(undefined),
  digest: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable()
    .catch(null),
  /** Set for models that the server itself asks another one for. */
  remote_host: z.string().optional().catch("unreadable"),
  remote_model: z.string().optional().catch("unreadable"),
});

/** The models of `GET /api/tags`, each once. @throws MeshError `backend_protocol` */
export function readTags(body: Buffer, backend: string): ListedModel[] {
  const list = listSchema.safeParse(readJson(body));
  if (!list.success) {
    throw new MeshError("backend_protocol", { backend, problem: "what it sends is no list of Ollama's models" });
  }
  return eachOnce((list.data.models ?? []).slice(0, maxModels).flatMap(readEntry));
}

function readEntry(entry: unknown): ListedModel[] {
  const parsed = entrySchema.safeParse(entry);
  const id = parsed.data?.model ?? parsed.data?.name;
  if (!parsed.success || id === undefined) return [];
  const { digest, remote_host, remote_model } = parsed.data;
  // Whatever the server's own address says, such a prompt goes on to the maker's cloud.
  const isRemote = Boolean(remote_host) || Boolean(remote_model);
  return [
    {
      ...namedModel(id),
      artifact: digest === null ? null : `sha256:${digest}`,
      ...(isRemote ? { privacy: "cloud" as const } : {}),
    },
  ];
}
