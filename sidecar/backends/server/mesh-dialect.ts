import * as z from "zod";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { advertisedModelSchema, maxHops, meshPathHeader } from "../../../contract/mesh/advertised-model.ts";
import { type NodeId, nodeIdSchema } from "../../../contract/mesh/ids.ts";
import { type ModelCapability, modelCapabilitySchema } from "../../../contract/mesh/model-capability.ts";
import { type PrivacyLabel, widerLabel } from "../../../contract/mesh/privacy-label.ts";
import { eachOnce, hostileName, type ListedModel, readEntries, readEntry } from "./model-list.ts";
import { routerPrograms } from "./programs/index.ts";
import type { ServerDialect } from "./server-dialect.ts";

export interface MeshDialectOptions {
  /** This node. */
  readonly nodeId: NodeId;
  /** Of the backend: how far a prompt travels to that router at least. */
  readonly privacy: PrivacyLabel;
}

const { contextTokens, loaded, openRequests, waiting, capacity, privacy, path } = advertisedModelSchema.shape;

/** What is not understood is not known, but for the label: a route may be no wider than it says. */
const meshSchema = z.object({
  artifact: hostileName.nullable().catch(null),
  contextTokens: contextTokens.catch(null),
  capabilities: z.array(z.unknown()).max(64).nullable().catch(null),
  loaded: loaded.catch(null),
  openRequests: openRequests.catch(null),
  waiting: waiting.catch(null),
  capacity: capacity.catch(null),
  privacy: privacy.catch("cloud"),
  path: path.catch([]),
});

/** The gateway of a node: it says what a model is, how busy it is, and which nodes are behind it. */
export function meshDialect({ nodeId, privacy: ownPrivacy }: MeshDialectOptions): ServerDialect {
  return {
    programs: routerPrograms,
    readList: (body, backend) => {
      const { list, data } = readEntries(body, backend);
      const answering = nodeIdSchema.safeParse((list as { node?: unknown }).node).data ?? null;
      if (answering === nodeId) {
        throw new MeshError("backend_protocol", { backend, problem: "this is this node itself" });
      }
      const models = data.map((entry) => readMeshEntry(entry, ownPrivacy, answering));
      const known = models.filter((model) => model !== undefined);
      return {
        nodeId: answering,
        models: eachOnce(known.filter(({ path = [] }) => isReachable(path, nodeId))),
        ...(answering === null ? {} : { program: { id: "inference-mesh", version: null } }),
      };
    },
    headers: ({ meshPath, privacy: limit, caller }) => {
      if (meshPath.length >= maxHops || meshPath.includes(nodeId)) {
        throw new MeshError("request_loop", { hops: meshPath.length, limit: maxHops });
      }
      return [
        [meshPathHeader, [...meshPath, nodeId].join(",")],
        // What that node does with the request is bound by what this one may: also when it has to fail over.
        ["x-mesh-privacy", limit],
        ["x-mesh-priority", caller.priority],
      ];
    },
  };
}

/** Not through more nodes than a request may pass, nor back through this one. */
const isReachable = (path: readonly NodeId[], self: NodeId): boolean => path.length <= maxHops && !path.includes(self);

function readMeshEntry(entry: unknown, ownPrivacy: PrivacyLabel, answering: NodeId | null): ListedModel | undefined {
  const model = readEntry(entry);
  const mesh = meshSchema.safeParse((entry as { mesh?: unknown } | null)?.mesh);
  if (model === undefined || !mesh.success) return model;
  const { artifact, contextTokens, capabilities, loaded, openRequests, waiting, capacity, privacy, path } = mesh.data;
  return {
    ...model,
    state: loaded === null ? null : loaded ? "loaded" : "available",
    artifact,
    contextTokens: contextTokens ?? model.contextTokens,
    capabilities: capabilities?.filter(isCapability) ?? null,
    capacity,
    reported: { queue: waiting, running: openRequests, cacheUse: null },
    privacy: widerLabel(privacy, ownPrivacy),
    path: answering === null ? path : [answering, ...path],
  };
}

/** A newer node may know more of them. */
const isCapability = (value: unknown): value is ModelCapability => modelCapabilitySchema.safeParse(value).success;
