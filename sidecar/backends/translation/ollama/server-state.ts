import * as z from "zod";
import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import type { RecognisedProgram } from "../../../../contract/mesh/server-program.ts";
import type { ListedModel } from "../../server/model-list.ts";
import type { AskServer, ServerDetails } from "../../server/server-dialect.ts";
import { readJson } from "../read-json.ts";
import { type ModelDetails, readDetails } from "./model-details.ts";

export interface ServerStateOptions {
  readonly backend: string;
  /** The context that models are to be loaded with, in tokens; null leaves it to the server. */
  readonly contextTokens: number | null;
}

/** Questions about models at one look; the next look asks for others. */
const maxQuestions = 64;
/** Models whose details are remembered, by their digest. */
const maxRemembered = 512;

const versionSchema = z.object({
  version: z.string().max(64),
  /** Another node says so: it speaks this dialect as well. */
  inference_mesh: z.string().max(64).optional(),
});
const runningSchema = z.object({
  models: z.array(
    z.object({
      model: z.string().optional(),
      name: z.string().optional(),
      context_length: z.number().int().min(1).max(1e9).nullable().catch(null),
    }),
  ),
});

/** What an Ollama server tells of itself besides its list: which one it is, what is loaded, and what each model can do. */
export class ServerState {
  readonly #options: ServerStateOptions;
  readonly #details = new Map<string, ModelDetails>();
  #isNode = false;

  constructor(options: ServerStateOptions) {
    this.#options = options;
  }

  /** Whether it was another node of ours that answered, by this dialect. */
  get isNode(): boolean {
    return this.#isNode;
  }

  /** @throws MeshError `backend_protocol` for a server that would cut prompts without a word */
  async look(models: readonly ListedModel[], ask: AskServer): Promise<ServerDetails> {
    const program = this.#judgeVersion(readJson(await ask("/api/version")));
    const running = runningSchema.safeParse(readJson(await ask("/api/ps"))).data?.models;
    await this.#learn(models, ask);
    const described = models.map((model): ListedModel => {
      const loaded = running?.find((each) => (each.model ?? each.name) === model.id);
      return {
        ...model,
        state: running === undefined ? null : loaded === undefined ? "available" : "loaded",
        ...this.#known(model, loaded?.context_length ?? null),
      };
    });
    return { models: described, program };
  }

  #known({ artifact }: ListedModel, loadedTokens: number | null): Pick<ListedModel, "contextTokens" | "capabilities"> {
    const details = this.#details.get(artifact ?? "");
    const most = details?.trainedTokens ?? Number.POSITIVE_INFINITY;
    // What a model gets that is not loaded, and for which nobody has set anything, depends on that machine's memory.
    const wished = this.#options.contextTokens ?? loadedTokens ?? details?.presetTokens ?? null;
    const ofNode = this.#isNode ? (details?.trainedTokens ?? null) : null;
    return {
      contextTokens: wished === null ? ofNode : Math.min(wished, most),
      capabilities: details?.capabilities ?? null,
    };
  }

  async #learn(models: readonly ListedModel[], ask: AskServer): Promise<void> {
    const unknown = models.filter(({ artifact }) => artifact !== null && !this.#details.has(artifact));
    for (const { id, artifact } of unknown.slice(0, maxQuestions)) {
      const details = readDetails(readJson(await ask("/api/show", { model: id })));
      if (details === undefined || artifact === null) continue;
      this.#details.set(artifact, details);
      const [oldest] = this.#details.keys();
      if (this.#details.size > maxRemembered && oldest !== undefined) this.#details.delete(oldest);
    }
  }

  /** From 0.12.6 on a request can forbid that its prompt is cut. What was built by hand calls itself 0.0.0. */
  #judgeVersion(value: unknown): RecognisedProgram | null {
    const about = versionSchema.safeParse(value).data;
    this.#isNode = about?.inference_mesh !== undefined;
    const [, major = 0, minor = 0, patch = 0] = /^(\d+)\.(\d+)\.(\d+)/.exec(about?.version ?? "")?.map(Number) ?? [];
    const isUnknown = major + minor + patch === 0;
    const isNew = major > 0 || minor > 12 || (minor === 12 && patch >= 6);
    if (this.#isNode) return { id: "inference-mesh", version: about?.inference_mesh ?? null };
    if (isUnknown || isNew) return about === undefined ? null : { id: "ollama", version: about.version };
    const problem = `it is Ollama ${major}.${minor}.${patch}, which cuts long prompts without a word; update it to 0.12.6 or later`;
    throw new MeshError("backend_protocol", { backend: this.#options.backend, problem });
  }
}
