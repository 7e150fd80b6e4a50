import * as z from "zod";
import type { Alias } from "../mesh/alias.ts";
import { type PrivacyLabel, privacyLabelSchema } from "../mesh/privacy-label.ts";
import { strategyIdSchema } from "../mesh/routing.ts";
import { aliasesList } from "../rpc/aliases.ts";
import { backendsList } from "../rpc/backends.ts";
import type { RequestDefinition } from "../rpc/definition.ts";
import { modelsList } from "../rpc/models.ts";
import { nodeStatus } from "../rpc/node.ts";
import { routesExplain } from "../rpc/routes.ts";

/** Asks the node. The editor and the command line each have a client of their own. @throws MeshError */
export type AskNode = <D extends RequestDefinition>(
  definition: D,
  params: z.infer<D["params"]>,
) => Promise<z.infer<D["result"]>>;

/** Something that an assistant may ask of the mesh by itself. All of these look, and change nothing. */
export interface MeshTool<I extends z.ZodObject = z.ZodObject> {
  /** What people read. */
  readonly title: string;
  /** What assistants read, to know when to ask it. */
  readonly description: string;
  readonly input: I;
  /**
   * An answer of plain data. @throws MeshError
   *
   * @param workspacePrivacy how far the workspace lets a prompt travel that the assistant works in
   */
  readonly answer: (ask: AskNode, input: z.infer<I>, workspacePrivacy: PrivacyLabel | undefined) => Promise<object>;
}

/** As many places as an assistant can use; a mesh may have thousands. */
const maxListed = 200;
const maxNameCharacters = 200;

const define = <I extends z.ZodObject>(tool: MeshTool<I>): MeshTool<I> => tool;
/** Names are of other machines: they are cut, and JSON keeps them from being anything but text. */
const named = (name: string): string => name.slice(0, maxNameCharacters);

const meshStatus = define({
  title: "Mesh Status",
  description:
    "How the inference mesh stands: the local node and its gateway, and each backend with health, the reason when it is not healthy, open and waiting requests, and latency. Looks only, changes nothing.",
  input: z.object({}),
  answer: async (ask) => {
    const { name, version, lifecycle, gateway, openRequests, models } = await ask(nodeStatus, {});
    const { backends } = await ask(backendsList, {});
    return {
      node: { name, version, state: lifecycle, gateway: gateway.url, openRequests },
      loadedModels: models.filter((model) => model.state === "loaded").map((model) => named(model.id)),
      backends: backends.slice(0, maxListed).map((backend) => ({
        id: backend.id,
        label: named(backend.label),
        kind: backend.kind,
        health: backend.health,
        reason: backend.reason === null ? null : named(backend.reason),
        privacy: backend.privacy,
        isEnabled: backend.enabled,
        models: backend.models.length,
        openRequests: backend.openRequests,
        waitingRequests: backend.waitingRequests,
        latencyMs: backend.latencyMs,
      })),
    };
  },
});

const meshModels = define({
  title: "Mesh Models",
  description:
    "The models that the inference mesh can answer with: which names and aliases can be asked for, at which backends, with what they can do, their context and whether they are loaded. Looks only, changes nothing.",
  input: z.object({}),
  answer: async (ask) => {
    const { models } = await ask(modelsList, {});
    const { backends } = await ask(backendsList, {});
    const { aliases } = await ask(aliasesList, {});
    const files = new Map(models.map((model) => [model.id, model]));
    const places = backends.flatMap(({ id: backend, health, privacy, models: names, url }) =>
      names.map((model) => ({ backend, health, privacy, model, file: url === null ? files.get(model) : undefined })),
    );
    return {
      models: places.slice(0, maxListed).map(({ file, model, ...place }) => ({
        model: named(model),
        ...place,
        ...(file === undefined
          ? {}
          : {
              state: file.state,
              capabilities: file.capabilities,
              contextTokens: file.contextTokens ?? file.trainedContextTokens,
              parameters: file.parameterCount,
            }),
      })),
      leftOut: Math.max(0, places.length - maxListed),
      aliases: aliases
        .slice(0, maxListed)
        .map(({ name, alias }) => ({ name, models: modelsOf(alias).slice(0, maxListed).map(named) })),
    };
  },
});

/** What an alias may stand for, each once. */
const modelsOf = ({ revisions, fallbacks }: Alias): string[] => {
  const weighted = Object.values(revisions).filter(({ weight }) => weight > 0);
  return [...new Set([...weighted.map(({ model }) => model), ...fallbacks])];
};

const meshExplainRoute = define({
  title: "Explain Mesh Route",
  description:
    "Where a chat request for a model would go now, in which order its places would be asked and why not elsewhere. 'auto' stands for any model that can chat. Sends nothing, changes nothing.",
  input: z.object({
    model: z.string().min(1).max(512).describe("The model's name, an alias, or 'auto'."),
    privacy: privacyLabelSchema.optional().describe("How far the prompt may travel."),
    strategy: strategyIdSchema.optional().describe("How the place is chosen; by default as the node is configured."),
    promptTokens: z.number().int().min(0).optional().describe("How long the prompt is, in tokens."),
  }),
  answer: async (ask, { promptTokens = 100, ...question }, workspacePrivacy) => {
    const path = "/v1/chat/completions" as const;
    return await ask(routesExplain, { ...question, path, promptTokens, workspacePrivacy });
  },
});

/** Every tool by its name, for the editor's assistants and for others by the Model Context Protocol alike. */
export const meshTools = { meshStatus, meshModels, meshExplainRoute };
export type MeshToolName = keyof typeof meshTools;

/**
 * Runs one by its name, with an input from elsewhere.
 *
 * @throws ZodError when the input is not the tool's; MeshError when the node refuses
 */
export async function askMeshTool(
  ask: AskNode,
  name: MeshToolName,
  input: unknown,
  workspacePrivacy: PrivacyLabel | undefined,
): Promise<object> {
  // The table ties each schema to its own answer; the union of all of them hides that from the compiler.
  const tool = meshTools[name] as MeshTool;
  return await tool.answer(ask, tool.input.parse(input ?? {}), workspacePrivacy);
}

/** What a tool takes, as a JSON schema: for manifests and other programs. */
export function toolInputSchema(name: MeshToolName): object {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(meshTools[name].input, { io: "input" });
  return schema;
}
