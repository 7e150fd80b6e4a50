import * as z from "zod";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import { keysCreate, keysList } from "../../contract/rpc/keys.ts";
import { toolsTry } from "../../contract/rpc/use-with.ts";
import { outsideTool, outsideToolIdSchema, outsideTools } from "../../contract/use-with/index.ts";
import type { OutsideTool, ToolPlace } from "../../contract/use-with/outside-tool.ts";
import { freeKeyName, keyPlaceholder } from "../../contract/use-with/tool-key.ts";
import type { FromUseWith, TrialView, UseWithView } from "../../contract/webview/use-with.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";
import { type Disposable, Emitter } from "../platform/emitter.ts";
import { errorWords } from "../platform/error-words.ts";
import type { Translate } from "../platform/translate.ts";
import type { SettingValue } from "../settings/declarations.ts";
import type { NodeClient } from "../sidecar/node-connection.ts";
import { trialWords } from "./trial-words.ts";
import { chosenModel, nameableModels, type OwnKey, toolSnippets, useWithView } from "./use-with-view.ts";

export interface UseWithSessionOptions {
  readonly store: MeshStore;
  /** Starts the node where it is not running. */
  readonly connect: () => Promise<NodeClient>;
  /** What is pasted into a terminal is written for it; `auto` is this machine's usual one. */
  readonly shell: () => SettingValue<"inferenceMesh.useWith.shell">;
  readonly copy: (text: string) => Promise<void>;
  readonly onError: (error: unknown) => void;
  /** Which program and model were chosen, over the windows' lives. */
  readonly memory: { readonly load: () => unknown; readonly save: (choice: KeptChoice) => void };
  readonly t: Translate;
}

const keptChoiceSchema = z.object({ tool: outsideToolIdSchema, model: z.string().nullable() });
type KeptChoice = z.infer<typeof keptChoiceSchema>;

const noTrial: TrialView = { state: "none" };

/** What one page *Use with…* does: what is chosen, the keys that were made on it, and the test that runs. */
export class UseWithSession implements Disposable {
  readonly #options: UseWithSessionOptions;
  readonly #didChange = new Emitter<void>();
  readonly #didTell = new Emitter<string>();
  readonly #keys = new Map<string, OwnKey>();
  readonly #storeChanges: Disposable;
  #tool: OutsideTool = outsideTools[0] as OutsideTool;
  #model: string | null = null;
  #isKeyShown = false;
  #trial = noTrial;
  #running: AbortController | undefined;

  /** Fires when the page may have to show something else. */
  readonly onDidChange = this.#didChange.event;
  /** Fires with what is to be said aloud once. */
  readonly onDidTell = this.#didTell.event;

  constructor(options: UseWithSessionOptions) {
    this.#options = options;
    const kept = keptChoiceSchema.safeParse(options.memory.load()).data;
    if (kept !== undefined) this.#tool = outsideTool(kept.tool);
    this.#model = kept?.model ?? null;
    this.#storeChanges = options.store.onDidChange(() => this.#didChange.fire());
  }

  get view(): UseWithView {
    const { store, t } = this.#options;
    const key = this.#keys.get(this.#tool.id);
    const chosen = {
      shell: this.#shell,
      tool: this.#tool,
      model: this.#model,
      key,
      isKeyShown: this.#isKeyShown,
      trial: this.#trial,
    };
    return useWithView(store, chosen, t);
  }

  /** Does what the page asks for. Errors go to the person. */
  async do(message: Exclude<FromUseWith, { type: "ready" | "startNode" }>): Promise<void> {
    try {
      await this.#do(message);
    } catch (error) {
      this.#options.onError(error);
    }
  }

  dispose(): void {
    this.#storeChanges.dispose();
    this.#stopTest();
    this.#keys.clear();
  }

  async #do(message: Exclude<FromUseWith, { type: "ready" | "startNode" }>): Promise<void> {
    const own = this.#keys.get(this.#tool.id);
    switch (message.type) {
      case "chooseTool":
        if (outsideTools.some(({ id }) => id === message.tool)) this.#choose({ tool: outsideTool(message.tool) });
        return;
      case "chooseModel":
        return this.#choose({ model: message.model });
      case "copy":
        return await this.#copy(this.#snippets()[message.snippet]?.text);
      case "copyAddress":
        return await this.#copy(this.view.address ?? undefined);
      case "createKey":
        return await this.#createKey();
      case "showKey":
      case "hideKey":
        this.#isKeyShown = message.type === "showKey";
        return this.#didChange.fire();
      case "copyKey":
        return await this.#copy(own?.key);
      case "test":
        return await this.#test();
      case "stopTest":
        return this.#stopTest();
    }
  }

  #choose({ tool = this.#tool, model = this.#model }: { tool?: OutsideTool; model?: string | null }): void {
    this.#stopTest();
    this.#tool = tool;
    this.#model = model;
    this.#isKeyShown = false;
    this.#trial = noTrial;
    this.#options.memory.save({ tool: tool.id, model });
    this.#didChange.fire();
  }

  #snippets() {
    const { store, t } = this.#options;
    const key = this.#keys.get(this.#tool.id)?.key ?? keyPlaceholder;
    const model = chosenModel(nameableModels(store, t), this.#model);
    return toolSnippets(store, { tool: this.#tool, model, key, shell: this.#shell });
  }

  get #shell(): ToolPlace["shell"] {
    const wish = this.#options.shell();
    return wish === "auto" ? (process.platform === "win32" ? "powershell" : "sh") : wish;
  }

  async #copy(text: string | undefined): Promise<void> {
    if (text === undefined) return;
    const { copy, t } = this.#options;
    await copy(text);
    this.#didTell.fire(t("Copied"));
  }

  async #createKey(): Promise<void> {
    const { connect, t } = this.#options;
    const tool = this.#tool.id;
    if (this.#keys.has(tool)) return;
    const client = await connect();
    const { keys } = await client.request(keysList, {});
    const name = freeKeyName(tool, keys);
    const { key } = await client.request(keysCreate, { name, settings: {} });
    this.#keys.set(tool, { name, key });
    this.#didTell.fire(t("The key {0} was made.", { 0: name }));
    this.#didChange.fire();
  }

  async #test(): Promise<void> {
    const { connect, store, t } = this.#options;
    const model = chosenModel(nameableModels(store, t), this.#model)?.model;
    if (model === undefined) return;
    this.#stopTest();
    const abort = new AbortController();
    this.#running = abort;
    const show = (trial: TrialView): void => {
      if (this.#running !== abort) return;
      this.#trial = trial;
      if (trial.state !== "running") this.#running = undefined;
      this.#didChange.fire();
    };
    show({ state: "running", message: t("Asking {0}… A model that is not in memory is loaded first.", { 0: model }) });
    const key = this.#keys.get(this.#tool.id)?.key;
    try {
      const client = await connect();
      abort.signal.throwIfAborted();
      const asked = { tool: this.#tool.id, model, ...(key === undefined ? {} : { key }) };
      show(trialWords(await client.request(toolsTry, asked, abort.signal), t));
    } catch (error) {
      if (abort.signal.aborted) return;
      const known = error instanceof MeshError ? error : new MeshError("internal", { reference: "use-with" });
      const words = errorWords(known, t);
      show({ state: "failed", message: `${words.message} ${words.nextStep}`, details: [] });
    }
  }

  #stopTest(): void {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    this.#trial = noTrial;
    running.abort(new MeshError("cancelled", {}));
    this.#didChange.fire();
  }
}
