import * as vscode from "vscode";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { PrivacyLabel } from "../../contract/mesh/privacy-label.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";
import type { Clock } from "../platform/clock.ts";
import { Emitter } from "../platform/emitter.ts";
import type { ErrorPresenter } from "../platform/error-presenter.ts";
import type { Log } from "../platform/log.ts";
import { plainText } from "../platform/plain-text.ts";
import type { Translate } from "../platform/translate.ts";
import { readSetting } from "../settings/settings.ts";
import type { NodeSupervisor } from "../sidecar/node-supervisor.ts";
import { ghostModel } from "./ghost-models.ts";
import { GhostProvider } from "./ghost-provider.ts";
import { ghostSettings, isOn, isOnSomewhere } from "./ghost-settings.ts";
import { type GhostSettings, GhostText } from "./ghost-text.ts";
import { ghostWords } from "./ghost-words.ts";
import { NamedModelLoader } from "./named-model-loader.ts";
import { isReadable } from "./readable-document.ts";

export interface GhostControlOptions {
  readonly supervisor: NodeSupervisor;
  readonly store: MeshStore;
  readonly workspacePrivacy: () => Promise<PrivacyLabel | null>;
  readonly clock: Clock;
  readonly errors: ErrorPresenter;
  readonly log: Log;
  readonly t: Translate;
}

/**
 * Ghost text as a part of the window. The editor asks us only while it is on for something, and while the folder is
 * trusted: before that there is nobody who would be asked.
 */
export class GhostControl implements vscode.Disposable {
  readonly #options: GhostControlOptions;
  readonly #text: GhostText;
  readonly #loader: NamedModelLoader;
  readonly #changes: vscode.Disposable;
  readonly #didChange = new Emitter<void>();
  #provider: vscode.Disposable | undefined;
  #models = "";
  #hasStarted = false;

  /** Fires when `words` may have changed for a reason other than the store's. */
  readonly onDidChange = this.#didChange.event;

  constructor(options: GhostControlOptions) {
    this.#options = options;
    const { supervisor, store, workspacePrivacy, clock, log } = options;
    this.#text = new GhostText({
      client: () => supervisor.connection,
      contextTokens: (model) => ghostModel(store, model)?.contextTokens ?? null,
      workspacePrivacy,
      clock,
      onFailure: (error) => log.debug(`ghost text: ${error.code}: ${error.message}`),
    });
    this.#loader = new NamedModelLoader({ store, whileLoading: (name, load) => void this.#whileLoading(name, load) });
    this.#changes = vscode.Disposable.from(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration("inferenceMesh.ghostText")) this.#settingsChanged();
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.#settingsChanged()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#settingsChanged()),
      vscode.window.onDidChangeActiveTextEditor(() => this.#didChange.fire()),
      store.onDidChange(() => this.#modelsChanged()),
    );
    this.#settingsChanged();
  }

  /** How it stands for the document in front, in one line. */
  get words(): string | undefined {
    const document = vscode.window.activeTextEditor?.document;
    const { store, t } = this.#options;
    if (document === undefined) return undefined;
    const { languageId } = document;
    const { model } = ghostSettings(document);
    return ghostWords(store, { languageId, isOn: isOn(document), isReadable: isReadable(document), model }, t);
  }

  dispose(): void {
    this.#changes.dispose();
    this.#provider?.dispose();
    this.#text.dispose();
  }

  #settingsChanged(): void {
    this.#text.forget();
    const isWanted = vscode.workspace.isTrusted && isOnSomewhere();
    if (isWanted) this.#provider ??= this.#register();
    else {
      this.#provider?.dispose();
      this.#provider = undefined;
    }
    this.#didChange.fire();
  }

  #register(): vscode.Disposable {
    const provider = new GhostProvider({
      text: this.#text,
      onWanted: (settings) => this.#wanted(settings),
      whileInvoked: (ask) => this.#whileInvoked(ask),
    });
    return vscode.languages.registerInlineCompletionItemProvider({ pattern: "**" }, provider);
  }

  /** The store changes with every request; only other models are a reason to ask anew. */
  #modelsChanged(): void {
    const models = JSON.stringify(
      this.#options.store.topology
        .ofKind("model")
        .map(({ id, modelState, capabilities }) => [id, modelState, capabilities]),
    );
    if (models === this.#models) return;
    this.#models = models;
    this.#text.forget();
  }

  #wanted({ model }: GhostSettings): void {
    const { supervisor } = this.#options;
    const { connection, state } = supervisor;
    if (connection !== undefined) {
      if (model !== "") this.#loader.want(connection, model);
      return;
    }
    // Once: whoever stops the node means it, and the views show why it does not start.
    if (this.#hasStarted || state.kind !== "notStarted" || !readSetting("inferenceMesh.node.autoStart")) return;
    this.#hasStarted = true;
    supervisor.start().catch(() => undefined);
  }

  async #whileLoading(name: string, load: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { t, errors } = this.#options;
    const title = t("Loading {0} for ghost text", { 0: plainText(name) });
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    await vscode.window.withProgress(options, async (_progress, token) => {
      const abort = new AbortController();
      const cancellation = token.onCancellationRequested(() => abort.abort(new MeshError("cancelled", {})));
      try {
        await load(abort.signal);
      } catch (error) {
        void errors.show(error, () => this.#whileLoading(name, load));
      } finally {
        cancellation.dispose();
      }
    });
  }

  async #whileInvoked(ask: () => Promise<string | null>): Promise<string | null> {
    const { t, errors } = this.#options;
    const options = { location: vscode.ProgressLocation.Window, title: t("Asking for ghost text") };
    try {
      const shown = await vscode.window.withProgress(options, ask);
      if (shown === null) vscode.window.setStatusBarMessage(t("No ghost text to show here."), 4000);
      return shown;
    } catch (error) {
      void errors.show(error, async () => {
        await vscode.commands.executeCommand("inferenceMesh.triggerGhostText");
      });
      return null;
    }
  }
}
