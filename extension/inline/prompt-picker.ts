import * as vscode from "vscode";
import { plainText } from "../platform/plain-text.ts";
import type { Translate } from "../platform/translate.ts";
import { isQuestion } from "./prompt-history.ts";

/** Whether the lines are to be changed, or explained. */
export type PromptMode = "edit" | "ask";

export interface PromptPickerOptions {
  readonly t: Translate;
  /** What the prompt is about, in words: the file and its lines. */
  readonly subject: string;
  readonly history: readonly string[];
  /** As people call the model that is asked; undefined while none is known. */
  readonly modelName: () => string | undefined;
  /** Asks for another model; resolves when the list of models is closed. */
  readonly chooseModel: () => Promise<void>;
  /** Fires when another model would be asked. */
  readonly onDidChangeModel: (listener: () => void) => { dispose(): void };
}

export interface Prompt {
  readonly text: string;
  readonly mode: PromptMode;
}

interface Item extends vscode.QuickPickItem {
  readonly does: "run" | "model" | "mode" | "repeat" | "none";
  readonly prompt?: string;
}

/** Asks what to do with the lines. Undefined when the person turns away. */
export async function pickPrompt(options: PromptPickerOptions): Promise<Prompt | undefined> {
  const { t, history } = options;
  const picker = vscode.window.createQuickPick<Item>();
  /** Undefined as long as the prompt's own form says it. */
  let chosenMode: PromptMode | undefined;
  const modeOf = (text: string): PromptMode => chosenMode ?? (isQuestion(text) ? "ask" : "edit");
  const modelName = (): string => options.modelName() ?? t("No model");
  const update = (): void => {
    const typed = picker.value.trim();
    const mode = modeOf(typed);
    // Not before there is an entry for what is typed, or Enter would choose one of these.
    const alwaysShow = typed !== "";
    picker.title = t("Inline Chat with {0}", { 0: modelName() });
    picker.placeholder =
      mode === "ask"
        ? t("Ask about {0}", { 0: options.subject })
        : t("Say what to do with {0}", { 0: options.subject });
    picker.items = [
      ...(typed === "" ? [] : [runItem(t, mode, typed)]),
      { does: "model", label: `$(server-process) ${t("Model: {0}", { 0: modelName() })}`, alwaysShow },
      {
        does: "mode",
        label: mode === "ask" ? `$(edit) ${t("Edit instead of asking")}` : `$(question) ${t("Ask instead of editing")}`,
        alwaysShow,
      },
      ...(history.length === 0
        ? []
        : [{ does: "none" as const, label: t("asked before"), kind: vscode.QuickPickItemKind.Separator }]),
      ...history
        .filter((prompt) => prompt !== typed)
        .map(
          (prompt): Item => ({
            does: "repeat",
            label: plainText(prompt, 120),
            iconPath: new vscode.ThemeIcon("history"),
            prompt,
          }),
        ),
    ];
  };
  picker.ignoreFocusOut = true;
  picker.onDidChangeValue(update);
  const models = options.onDidChangeModel(update);
  update();
  try {
    return await new Promise((resolve) => {
      // One box hides the other: while the models are shown, this one comes back.
      let isAway = false;
      picker.onDidHide(() => {
        if (!isAway) resolve(undefined);
      });
      picker.onDidAccept(() => {
        const [item] = picker.activeItems;
        const typed = picker.value.trim();
        // Who types fast is ahead of the list: then there is no entry yet, or an older one of the same words.
        const runs = item === undefined || item.does === "run" || item.prompt === typed;
        if (runs) {
          if (typed !== "") resolve({ text: typed, mode: modeOf(typed) });
          return;
        }
        if (item.does === "model") {
          isAway = true;
          void options.chooseModel().finally(() => {
            isAway = false;
            update();
            picker.show();
          });
          return;
        }
        if (item.does === "repeat") picker.value = item.prompt ?? "";
        else chosenMode = modeOf(typed) === "ask" ? "edit" : "ask";
        update();
      });
      picker.show();
    });
  } finally {
    models.dispose();
    picker.dispose();
  }
}

/**
 * The editor puts the best match for what is typed first, and what is typed matches itself best: so the label has to be just
 * that, for Enter to do it.
 */
const runItem = (t: Translate, mode: PromptMode, typed: string): Item => ({
  does: "run",
  label: plainText(typed, 120),
  description: mode === "ask" ? t("Ask") : t("Edit"),
  iconPath: new vscode.ThemeIcon(mode === "ask" ? "comment-discussion" : "sparkle"),
  alwaysShow: true,
});
