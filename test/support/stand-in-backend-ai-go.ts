import { listOf, type Received, StandInServer, status } from "./stand-in-server.ts";

export const goFingerprint = "fp_a1b2c3";
export const goKey = "sk-go-1";
const nodePath = `/api/v1/nodes/${goFingerprint}/models`;

/**
 * A machine that runs Backend.AI GO, after the manual's page on remote model control: a stand-in, since there is none to
 * try. Its router lists two models, of which those in `loaded` are in memory; loading and unloading wait for `gate`.
 */
export class StandInBackendAiGo {
  readonly server: StandInServer;
  readonly loaded = new Set<string>();
  /** What loading and unloading wait for. */
  gate: Promise<void> = Promise.resolve();
  /** Why it refuses to load, if it does. */
  refusal: string | null = null;

  static async start(): Promise<StandInBackendAiGo> {
    return new StandInBackendAiGo(await StandInServer.start());
  }

  private constructor(server: StandInServer) {
    this.server = server;
    server.replies.set("GET /v1/models", listOf({ id: "llama", object: "model" }, { id: "qwen", object: "model" }));
    server.replies.set(`GET ${nodePath}`, (response, received) => {
      const data = [...this.loaded].map((id) => ({
        id,
        path: `/models/${id}.gguf`,
        endpoint: "http://127.0.0.1:8081",
      }));
      status(200, { data })(response, received);
    });
    server.replies.set(`POST ${nodePath}/load`, (response, received) => void this.#change(response, received, "add"));
    server.replies.set(
      `POST ${nodePath}/unload`,
      (response, received) => void this.#change(response, received, "delete"),
    );
  }

  get orders(): { readonly path: string; readonly body: unknown; readonly key: string | undefined }[] {
    const posts = this.server.received.filter(({ method }) => method === "POST");
    return posts.map(({ path, body, headers }) => ({ path, body: JSON.parse(body), key: headers.authorization }));
  }

  async #change(response: Parameters<ReturnType<typeof status>>[0], received: Received, how: "add" | "delete") {
    await this.gate;
    const { modelId } = JSON.parse(received.body) as { modelId: string };
    if (this.refusal === null) this.loaded[how](modelId);
    const error = this.refusal === null ? {} : { error: this.refusal };
    const body = { success: this.refusal === null, modelId, nodeFingerprint: goFingerprint, ...error };
    status(200, body)(response, received);
  }
}
