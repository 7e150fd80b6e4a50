import type { LlamaEmbeddingContext, LlamaModel, LlamaRankingContext } from "node-llama-cpp";
import { MeshError } from "../../../contract/errors/mesh-error.ts";

export interface VectorContextsOptions {
  readonly model: LlamaModel;
  readonly modelId: string;
  /** The longest text, in tokens. */
  readonly contextTokens: number;
  readonly threads: number;
}

/**
 * What embedding and ranking need beside the context for answers. Made when first asked for, since each costs memory;
 * freed with the model.
 */
export class VectorContexts {
  readonly #options: VectorContextsOptions;
  #embedding: Promise<LlamaEmbeddingContext> | undefined;
  #ranking: Promise<LlamaRankingContext> | undefined;

  constructor(options: VectorContextsOptions) {
    this.#options = options;
  }

  /** @throws MeshError `not_supported_by_model` */
  async embedding(): Promise<LlamaEmbeddingContext> {
    const { model } = this.#options;
    if (model.fileInsights.hasEncoder && model.fileInsights.hasDecoder) throw this.#unable("embeddings");
    this.#embedding ??= model.createEmbeddingContext(this.#size());
    return await this.#embedding.catch((error: unknown) => {
      // Memory that was short may be there next time.
      this.#embedding = undefined;
      throw error;
    });
  }

  /** @throws MeshError `not_supported_by_model` */
  async ranking(): Promise<LlamaRankingContext> {
    const { model } = this.#options;
    if (!model.fileInsights.supportsRanking) throw this.#unable("it was not made for ranking");
    this.#ranking ??= model.createRankingContext(this.#size());
    return await this.#ranking.catch((error: unknown) => {
      this.#ranking = undefined;
      throw error;
    });
  }

  #size() {
    const { contextTokens, threads } = this.#options;
    // Encoders see the whole text in one batch or not at all.
    return { contextSize: contextTokens, batchSize: contextTokens, threads };
  }

  #unable(ability: string): MeshError {
    return new MeshError("not_supported_by_model", { model: this.#options.modelId, ability });
  }
}
