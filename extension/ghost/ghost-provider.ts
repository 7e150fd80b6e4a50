import * as vscode from "vscode";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import { documentGap } from "./document-gap.ts";
import { ghostSettings, isOn } from "./ghost-settings.ts";
import type { GhostSettings, GhostText } from "./ghost-text.ts";
import { isReadable } from "./readable-document.ts";

export interface GhostProviderOptions {
  readonly text: GhostText;
  /** Somebody writes where it is on: starts and loads what a person has named for that. */
  readonly onWanted: (settings: GhostSettings) => void;
  /** Runs what a person has asked for by a key, and tells them of it. */
  readonly whileInvoked: (ask: () => Promise<string | null>) => Promise<string | null>;
}

/** Ghost text for the editor: asked for at each pause of whoever types, and by a key. */
export class GhostProvider implements vscode.InlineCompletionItemProvider {
  readonly #options: GhostProviderOptions;

  constructor(options: GhostProviderOptions) {
    this.#options = options;
  }

  async provideInlineCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    context: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlineCompletionItem[]> {
    const { text, onWanted, whileInvoked } = this.#options;
    if (!isOn(document) || !isReadable(document)) return [];
    const gap = documentGap(document, position, context.selectedCompletionInfo);
    if (gap === undefined) return [];
    const settings = ghostSettings(document);
    onWanted(settings);
    const isInvoked = context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke;
    const abort = new AbortController();
    const cancellation = token.onCancellationRequested(() => abort.abort(new MeshError("cancelled", {})));
    if (token.isCancellationRequested) abort.abort(new MeshError("cancelled", {}));
    try {
      const place = { uri: document.uri.toString(), document: gap.document, at: gap.at, isInvoked, settings };
      const ask = (): Promise<string | null> => text.textFor(place, abort.signal);
      const shown = isInvoked ? await whileInvoked(ask) : await ask();
      return shown === null ? [] : [new vscode.InlineCompletionItem(gap.begun + shown, gap.range)];
    } finally {
      cancellation.dispose();
    }
  }
}
