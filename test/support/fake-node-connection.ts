import type { NotificationDefinition, RequestDefinition } from "../../contract/rpc/definition.ts";
import { type Disposable, Emitter } from "../../extension/platform/emitter.ts";
import type { ConnectionEnd, NodeConnection } from "../../extension/sidecar/node-connection.ts";

type Answer = (params: never, signal: AbortSignal | undefined) => unknown;

/** A node's end of a connection, played by a test. */
export class FakeNodeConnection implements NodeConnection {
  readonly node = { name: "test", version: "1.0.0", pid: 1 };
  readonly sent: { method: string; params: unknown }[] = [];
  readonly #didClose = new Emitter<ConnectionEnd>();
  readonly #messages = new Emitter<{ method: string; params: unknown }>();
  readonly #answers: Record<string, Answer>;
  isDisposed = false;

  readonly onDidClose = this.#didClose.event;

  constructor(answers: Record<string, Answer> = {}) {
    this.#answers = answers;
  }

  async request<D extends RequestDefinition>(definition: D, params: unknown, signal?: AbortSignal): Promise<never> {
    this.sent.push({ method: definition.method, params });
    const answer = this.#answers[definition.method];
    if (answer === undefined) throw new Error(`the test does not answer ${definition.method}`);
    return (await answer(params as never, signal)) as never;
  }

  notify(definition: NotificationDefinition, params: unknown): void {
    this.sent.push({ method: definition.method, params });
  }

  on<D extends NotificationDefinition>(definition: D, handle: (params: never) => void): Disposable {
    return this.#messages.event(({ method, params }) => {
      if (method === definition.method) handle(params as never);
    });
  }

  /** The node sends this. */
  say(definition: NotificationDefinition, params: unknown): void {
    this.#messages.fire({ method: definition.method, params });
  }

  end(isAnnounced: boolean): void {
    this.#didClose.fire({ isAnnounced });
  }

  dispose(): void {
    this.isDisposed = true;
  }
}
