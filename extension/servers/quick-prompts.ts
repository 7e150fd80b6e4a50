import * as vscode from "vscode";
import type { Answer, PickQuestion, Prompts, TextQuestion } from "./prompts.ts";
import type { StepPlace } from "./run-steps.ts";

/** What the two kinds of boxes have in common. */
type Box<T> = (vscode.InputBox | vscode.QuickPick<vscode.QuickPickItem & { readonly value: T }>) & vscode.QuickInput;

/** The editor's own boxes: they stay when another window gets the focus, since people go there to copy an address or a key. */
export const quickPrompts: Prompts = {
  text: (question, place) => askForText(question, place),
  pick: (question, place) => askForChoice(question, place),
};

async function askForText(question: TextQuestion, place: StepPlace | undefined): Promise<Answer<string>> {
  const box = vscode.window.createInputBox();
  box.value = question.value;
  box.prompt = question.prompt;
  box.placeholder = question.placeholder ?? "";
  box.password = question.isSecret === true;
  const judge = (): boolean => {
    const remark = question.judge(box.value);
    const { Error: wrong, Info: plain } = vscode.InputBoxValidationSeverity;
    box.validationMessage =
      remark === undefined ? undefined : { message: remark.text, severity: remark.isError ? wrong : plain };
    return remark?.isError !== true;
  };
  judge();
  box.onDidChangeValue(judge);
  return await answerOf(box, { title: question.title, place, accepted: () => (judge() ? box.value : undefined) });
}

async function askForChoice<T>(question: PickQuestion<T>, place: StepPlace | undefined): Promise<Answer<T>> {
  const box = vscode.window.createQuickPick<vscode.QuickPickItem & { readonly value: T }>();
  box.placeholder = question.placeholder;
  box.matchOnDescription = true;
  box.matchOnDetail = true;
  box.items = question.choices.map(({ icon, ...choice }) =>
    icon === undefined ? choice : { ...choice, iconPath: new vscode.ThemeIcon(icon) },
  );
  box.activeItems = box.items.filter(({ value }) => value === question.active).slice(0, 1);
  const accepted = (): T | undefined => box.selectedItems[0]?.value;
  return await answerOf(box, { title: question.title, place, accepted });
}

interface AnswerOptions<T> {
  readonly title: string;
  readonly place: StepPlace | undefined;
  /** What a person means by Enter; undefined when that is not good enough. */
  readonly accepted: () => T | undefined;
}

async function answerOf<T>(box: Box<T>, { title, place, accepted }: AnswerOptions<T>): Promise<Answer<T>> {
  box.title = title;
  box.ignoreFocusOut = true;
  if (place !== undefined) {
    box.step = place.number;
    box.totalSteps = place.count;
    box.buttons = place.number > 1 ? [vscode.QuickInputButtons.Back] : [];
  }
  try {
    return await new Promise((resolve) => {
      box.onDidAccept(() => {
        const value = accepted();
        if (value !== undefined) resolve({ outcome: "next", value });
      });
      box.onDidTriggerButton(() => resolve({ outcome: "back" }));
      box.onDidHide(() => resolve({ outcome: "cancel" }));
      box.show();
    });
  } finally {
    box.dispose();
  }
}
