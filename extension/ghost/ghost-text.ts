import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { PrivacyLabel } from "../../contract/mesh/privacy-label.ts";
import { completionsComplete } from "../../contract/rpc/completions.ts";
import type { Clock } from "../platform/clock.ts";
import type { NodeClient } from "../sidecar/node-connection.ts";
import { CompletionCache } from "./completion-cache.ts";
import { type DocumentLines, type GapPosition, gapBudget, gapWindow } from "./gap-window.ts";
import { shapeCompletion } from "./shape-completion.ts";

/** What a person has set, for one document. */
export interface GhostSettings {
  /** "" leaves the choice to the router. */
  readonly model: string;
  readonly debounceMs: number;
  readonly deadlineMs: number;
  readonly maxTokens: number;
  readonly isOneLine: boolean;
}

/** A place that a text is wanted for. */
export interface GhostPlace {
  /** Names the document. */
  readonly uri: string;
  readonly document: DocumentLines;
  readonly at: GapPosition;
  /** The person has asked for it, and waits: longer than for what comes by itself, and they hear what is wrong. */
  readonly isInvoked: boolean;
  readonly settings: GhostSettings;
}

export interface GhostTextOptions {
  /** Undefined while there is no node; it is not started for this. */
  readonly client: () => NodeClient | undefined;
  /** The context of what would answer, in tokens; null where nobody knows. */
  readonly contextTokens: (model: string) => number | null;
  readonly workspacePrivacy: () => Promise<PrivacyLabel | null>;
  readonly clock: Clock;
  /** A request has failed, for the log. */
  readonly onFailure: (error: MeshError) => void;
}

/** Whoever asks by a key waits so long, in milliseconds; they can cancel it. */
const invokedDeadlineMs = 10_000;
/** What the way to the node and back may take beyond the deadline that the node keeps, in milliseconds. */
const graceMs = 50;
/** Ends of a text of several lines, beside those that are found in it. */
const blockStops = ["\n\n\n"];
const lineStops = ["\n"];

/**
 * Text for the place where somebody types: asked for when they pause, shown by a deadline or not at all, and kept for as
 * long as they type along it.
 *
 * Invariant: at most one request is on its way; the next one ends it.
 */
export class GhostText {
  readonly #options: GhostTextOptions;
  readonly #cache = new CompletionCache();
  #asking: AbortController | undefined;

  constructor(options: GhostTextOptions) {
    this.#options = options;
  }

  /** Models have come or gone, or settings have changed: what was not worth showing may be now. */
  forget(): void {
    this.#cache.clear();
  }

  dispose(): void {
    this.#asking?.abort(new MeshError("cancelled", {}));
  }

  /**
   * Null when there is nothing to show, which is the usual case.
   *
   * @throws MeshError only where the person has asked for it
   */
  async textFor(place: GhostPlace, signal: AbortSignal): Promise<string | null> {
    this.dispose();
    const asking = new AbortController();
    this.#asking = asking;
    const either = AbortSignal.any([signal, asking.signal]);
    try {
      return await this.#find(place, either);
    } catch (error) {
      if (either.aborted) return null;
      if (place.isInvoked) throw error;
      if (error instanceof MeshError) this.#options.onFailure(error);
      return null;
    } finally {
      if (this.#asking === asking) this.#asking = undefined;
    }
  }

  async #find(place: GhostPlace, signal: AbortSignal): Promise<string | null> {
    const { uri, document, at, isInvoked, settings } = place;
    const { model, maxTokens } = settings;
    const { clock, contextTokens, client } = this.#options;
    const line = document.line(at.line);
    const beginning = line.slice(0, at.character);
    const rest = line.slice(at.character);
    const isOneLine = settings.isOneLine || rest.trim() !== "";
    const window = gapWindow(document, at, gapBudget(contextTokens(model), maxTokens));
    const scope = JSON.stringify([uri, model, maxTokens, isOneLine]);
    const known = this.#cache.find(scope, window);
    if (known !== undefined && !(isInvoked && known === "")) return known === "" ? null : known;
    if (!isInvoked) await clock.wait(settings.debounceMs, signal);
    const connection = client();
    if (connection === undefined) {
      if (isInvoked) throw new MeshError("node_not_running", {});
      return null;
    }
    const answer = await this.#ask(connection, { place, window, isOneLine, signal });
    const { text, finishReason: end } = answer;
    const shown = shapeCompletion({ text, end, beginning, suffix: window.suffix, isOneLine });
    // What was too slow now may be in time the next time.
    if (shown !== null || end !== "deadline") this.#cache.remember(scope, window, shown ?? "");
    return shown;
  }

  async #ask(
    client: NodeClient,
    asked: {
      readonly place: GhostPlace;
      readonly window: { readonly prefix: string; readonly suffix: string };
      readonly isOneLine: boolean;
      readonly signal: AbortSignal;
    },
  ) {
    const { place, window, isOneLine, signal } = asked;
    const { model, maxTokens, deadlineMs } = place.settings;
    const { clock, workspacePrivacy } = this.#options;
    const startedAt = clock.now();
    // Read for each request: an old limit must not send anything further than the new one.
    const privacy = await workspacePrivacy();
    signal.throwIfAborted();
    const limitMs = place.isInvoked ? invokedDeadlineMs : deadlineMs;
    const leftMs = Math.max(1, Math.round(limitMs - (clock.now() - startedAt)));
    const answer = await client.request(
      completionsComplete,
      {
        model: model === "" ? null : model,
        ...window,
        maxTokens,
        stop: isOneLine ? lineStops : blockStops,
        deadlineMs: leftMs,
        ...(privacy === null ? {} : { workspacePrivacy: privacy }),
      },
      signal,
    );
    // The node keeps the deadline; what has taken longer on its way is late all the same.
    const isLate = clock.now() - startedAt > limitMs + graceMs;
    return isLate ? { ...answer, text: "", finishReason: "deadline" as const } : answer;
  }
}
