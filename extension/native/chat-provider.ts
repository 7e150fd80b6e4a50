import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import * as z from "zod";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { PrivacyLabel } from "../../contract/mesh/privacy-label.ts";
import { samplingFields } from "../../contract/openai/sampling.ts";
import { modelsCountTokens } from "../../contract/rpc/models.ts";
import type { NodeSupervisor } from "../sidecar/node-supervisor.ts";
import { answerEditor } from "./answer-editor.ts";
import { messageText, toMessages } from "./chat-messages.ts";
import { modelError } from "./model-error.ts";
import { OfferedModelList, type OfferedModelListOptions } from "./offered-model-list.ts";
import type { OfferedModel } from "./offered-models.ts";
import { type OpenSelection, pinEdit } from "./pinned-edit.ts";
import { TokenCounter } from "./token-counter.ts";
import { editTool, planTools } from "./tool-plan.ts";

export interface ChatProviderOptions extends OfferedModelListOptions {
  readonly supervisor: NodeSupervisor;
  readonly workspacePrivacy: () => Promise<PrivacyLabel | null>;
}

type Information = vscode.LanguageModelChatInformation;

/** A node that has just started tells of its models within this time, in milliseconds. */
const tellLimitMs = 5_000;
const samplingSchema = z
  .object(samplingFields)
  .omit({ model: true, stream: true, stream_options: true, n: true })
  .partial();
const toolModeRequired: vscode.LanguageModelChatToolMode = 2;

/** The mesh's models in the editor's own chat. */
export class MeshChatProvider implements vscode.LanguageModelChatProvider, vscode.Disposable {
  readonly #options: ChatProviderOptions;
  readonly #didChange = new vscode.EventEmitter<void>();
  readonly #list: OfferedModelList;
  readonly #changes: { dispose(): void };
  readonly #counter: TokenCounter;

  readonly onDidChangeLanguageModelChatInformation = this.#didChange.event;

  constructor(options: ChatProviderOptions) {
    this.#options = options;
    this.#list = new OfferedModelList(options);
    this.#changes = this.#list.onDidChange(() => this.#didChange.fire());
    this.#counter = new TokenCounter({
      countExactly: (model, text, signal) => {
        const isLoaded = options.store.model(model)?.state === "loaded";
        const { connection } = options.supervisor;
        if (!isLoaded || connection === undefined) return undefined;
        return connection.request(modelsCountTokens, { model, input: text }, signal).then(({ tokens }) => tokens);
      },
    });
  }

  /** Tells the editor where it is to see other models than before. */
  look(): void {
    this.#list.look();
  }

  async provideLanguageModelChatInformation({ silent }: { readonly silent: boolean }): Promise<Information[]> {
    // Nobody has asked for the node when the editor only looks what there is.
    if (!silent) await this.#start();
    return this.#list.models.map(information);
  }

  async provideLanguageModelChatResponse(
    chosen: Information,
    messages: readonly vscode.LanguageModelChatRequestMessage[],
    options: vscode.ProvideLanguageModelChatResponseOptions,
    progress: vscode.Progress<vscode.LanguageModelResponsePart>,
    token: vscode.CancellationToken,
  ): Promise<void> {
    const { supervisor, t, workspacePrivacy } = this.#options;
    const abort = new AbortController();
    const cancellation = token.onCancellationRequested(() => abort.abort(new MeshError("cancelled", {})));
    try {
      const model = this.#model(chosen);
      const [client, limit] = await Promise.all([supervisor.start(), workspacePrivacy()]);
      abort.signal.throwIfAborted();
      const translated = toMessages(messages);
      const plan = planTools(
        {
          tools: options.tools?.map((tool) => this.#pinned(tool, model, messages)),
          mustCall: options.toolMode === toolModeRequired,
          hasResult: translated.at(-1)?.role === "tool",
        },
        model,
      );
      await answerEditor(
        client,
        {
          model,
          messages: translated,
          plan,
          options: {
            max_tokens: chosen.maxOutputTokens,
            ...samplingSchema.safeParse(options.modelOptions ?? {}).data,
          },
          workspacePrivacy: limit,
        },
        {
          text: (text) => progress.report(new vscode.LanguageModelTextPart(text)),
          call: ({ id, name, input }) => progress.report(new vscode.LanguageModelToolCallPart(id, name, input)),
          newId: () => `call-${randomUUID()}`,
          signal: abort.signal,
        },
      );
    } catch (error) {
      if (token.isCancellationRequested) throw new vscode.CancellationError();
      throw modelError(error, t);
    } finally {
      cancellation.dispose();
    }
  }

  async provideTokenCount(
    chosen: Information,
    text: string | vscode.LanguageModelChatRequestMessage,
    token: vscode.CancellationToken,
  ): Promise<number> {
    const abort = new AbortController();
    const cancellation = token.onCancellationRequested(() => abort.abort(new MeshError("cancelled", {})));
    try {
      const said = typeof text === "string" ? text : messageText(text);
      return await this.#counter.count(this.#model(chosen), said, abort.signal);
    } finally {
      cancellation.dispose();
    }
  }

  dispose(): void {
    this.#changes.dispose();
    this.#list.dispose();
    this.#didChange.dispose();
  }

  /** Starts the node and waits until it has told of its models. What keeps it from starting is shown by the views. */
  async #start(): Promise<void> {
    const { supervisor, store } = this.#options;
    const told = Promise.withResolvers<void>();
    const changes = store.onDidChange(() => this.#list.look() && told.resolve());
    const limit = setTimeout(() => told.resolve(), tellLimitMs);
    try {
      await supervisor.start();
      if (!this.#list.look()) await told.promise;
    } catch {
      // The last list stands; asking one of its models tells why it cannot be had.
    } finally {
      clearTimeout(limit);
      changes.dispose();
    }
  }

  /** A model that has gone in the meantime is asked for by its name: the node says what became of it. */
  #model({ id, name, maxInputTokens, maxOutputTokens }: Information): OfferedModel {
    return (
      this.#list.models.find((model) => model.id === id) ?? {
        id,
        name,
        detail: "",
        tooltip: "",
        model: id,
        contextTokens: maxInputTokens + maxOutputTokens,
        knowsTools: false,
        seesImages: false,
        isOwn: false,
      }
    );
  }

  /** An inline edit by a model of this node is held to the selection that it is about. */
  #pinned(
    tool: vscode.LanguageModelChatTool,
    model: OfferedModel,
    messages: readonly vscode.LanguageModelChatRequestMessage[],
  ): vscode.LanguageModelChatTool {
    const open = tool.name === editTool && model.isOwn ? openSelection() : undefined;
    return (open && pinEdit(tool, open, messages.map(messageText).join("\n"))) ?? tool;
  }
}

function openSelection(): OpenSelection | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return undefined;
  const { document, selection } = editor;
  // A selection of whole lines ends before the first character of the next one.
  const isWholeLines = selection.end.character === 0 && selection.end.line > selection.start.line;
  return {
    path: document.uri.scheme === "file" ? document.uri.fsPath : document.uri.toString(),
    text: document.getText().replaceAll("\r\n", "\n"),
    firstLine: selection.start.line,
    lastLine: selection.end.line - (isWholeLines ? 1 : 0),
  };
}

/** An answer may take a quarter of the context, and no more than this. */
const maxAnswerTokens = 8192;

function information(model: OfferedModel): Information {
  const maxOutputTokens = Math.min(maxAnswerTokens, Math.floor(model.contextTokens / 4));
  return {
    id: model.id,
    name: model.name,
    family: model.model,
    version: "1",
    detail: model.detail,
    tooltip: model.tooltip,
    maxInputTokens: model.contextTokens - maxOutputTokens,
    maxOutputTokens,
    // A model of this node can be held to a call, whether or not it was trained for functions.
    capabilities: { toolCalling: model.knowsTools || model.isOwn, imageInput: model.seesImages },
  };
}
