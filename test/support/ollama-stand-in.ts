import { chatBody } from "./chat-request.ts";
import { meshRequest } from "./mesh-request.ts";
import { ollamaRecordings as recorded } from "./ollama-recordings.ts";
import { RecordingSink } from "./recording-sink.ts";
import { ServersUnderTest } from "./server-under-test.ts";
import { StandInServer, status } from "./stand-in-server.ts";

/** As Ollama announces its streams. */
export const lines = "application/x-ndjson";
const never = new AbortController().signal;

/** A server that answers as a real Ollama has been recorded, until a test tells it otherwise, and backends at it. */
export class OllamaStandIn {
  readonly servers = new ServersUnderTest();
  readonly server: StandInServer;

  private constructor(server: StandInServer) {
    this.server = server;
  }

  static async start(): Promise<OllamaStandIn> {
    const server = await StandInServer.start({
      "GET /api/version": status(200, recorded.version),
      "GET /api/tags": status(200, recorded.tags),
      "GET /api/ps": status(200, recorded.ps),
      "POST /api/show": (response, received) => {
        const { model } = JSON.parse(received.body);
        status(200, model === "demo:latest" ? recorded.showDemo : recorded.showSlow)(response, received);
      },
      "POST /api/chat": (response, received) => {
        const { stream } = JSON.parse(received.body);
        const reply = stream ? status(200, recorded.stream, { "content-type": lines }) : status(200, recorded.chat);
        reply(response, received);
      },
    });
    return new OllamaStandIn(server);
  }

  backend(entry: Partial<Parameters<ServersUnderTest["create"]>[0]> = {}) {
    return this.servers.create({ url: this.server.url, ...entry }, { kind: "ollama" });
  }

  /** Sends a chat, and tells what the server was sent and what came back. */
  async chat(extra: Record<string, unknown>, backend = this.backend()) {
    const sink = new RecordingSink();
    await backend.forward(meshRequest(chatBody("demo:latest", extra)), sink, never);
    const sent = this.server.received.findLast(({ path }) => path === "/api/chat");
    return { sink, sent: JSON.parse(sent?.body ?? "null") };
  }

  /** Sends a chat that fails. */
  async refusal(extra: Record<string, unknown>): Promise<object> {
    return await this.chat(extra).then(
      () => ({}),
      (error) => ({ code: error.code, ...error.params }),
    );
  }

  async dispose(): Promise<void> {
    await this.servers.resources.dispose();
    await this.server.dispose();
  }
}
