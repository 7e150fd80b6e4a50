import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { RouteWords } from "../../contract/webview/chat-turns.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";
import type { ErrorPresenter } from "../platform/error-presenter.ts";
import type { Translate } from "../platform/translate.ts";
import type { NodeClient } from "../sidecar/node-connection.ts";
import type { Topology } from "../topology/topology-panel.ts";
import { answerRoute } from "./answer-route.ts";
import type { ChatSession } from "./chat-session.ts";
import type { AnswerRoute } from "./conversation.ts";
import { answeredAt } from "./show-path.ts";
import { type CodeUse, type UseCodeOptions, useCode } from "./use-code.ts";

export interface AnswerActionsOptions extends UseCodeOptions {
  readonly session: Pick<ChatSession, "turns">;
  readonly store: MeshStore;
  /** The node's connection, while there is one. */
  readonly client: () => NodeClient | undefined;
  readonly topology: Pick<Topology, "revealPath">;
  readonly errors: Pick<ErrorPresenter, "show">;
  readonly t: Translate;
}

/** What a person does with an answer below it: asks why it came from there, sees its way, takes its code. */
export class AnswerActions {
  readonly #options: AnswerActionsOptions;

  constructor(options: AnswerActionsOptions) {
    this.#options = options;
  }

  /** Null where the node does not remember it, or is not there. */
  async why(turnId: string): Promise<RouteWords | null> {
    const { client: clientOf, store, t, errors } = this.#options;
    const client = clientOf();
    if (client === undefined) return null;
    try {
      return await answerRoute(this.#routesOf(turnId), client, { store, t });
    } catch (error) {
      void errors.show(error, async () => undefined);
      return null;
    }
  }

  async showPath(turnId: string): Promise<void> {
    const { store, topology } = this.#options;
    await this.#attempt(async () => {
      const routes = this.#routesOf(turnId);
      const place = answeredAt(store, routes);
      const backend = routes.findLast((route) => route.backend !== null)?.backend ?? "";
      const available = store.topology.ofKind("backend").flatMap(({ backendId }) => backendId ?? []);
      if (place === undefined) throw new MeshError("unknown_backend", { backend, available });
      topology.revealPath(place);
    });
  }

  async useCode(use: CodeUse): Promise<void> {
    await this.#attempt(() => useCode(use, this.#options));
  }

  #routesOf(turnId: string): readonly AnswerRoute[] {
    const turn = this.#options.session.turns.find(({ id }) => id === turnId);
    return turn?.role === "assistant" ? turn.routes : [];
  }

  async #attempt(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      // Not awaited: the view goes on while the message is there.
      void this.#options.errors.show(error, () => this.#attempt(action));
    }
  }
}
