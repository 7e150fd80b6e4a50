import type { ContextWindow } from "./context-window.ts";

export interface PromptMessage {
  readonly role: "system" | "user";
  readonly content: string;
}

export interface PromptSubject {
  /** The file's name, without its folders: those are nobody else's business. */
  readonly fileName: string;
  /** As the editor calls it, such as `typescript`. */
  readonly languageId: string;
  readonly target: string;
  readonly context: ContextWindow;
  readonly instruction: string;
}

/** Short sentences, one rule each, and the form of the answer last: small models forget what stands further up. */
const editRules = [
  "You change code in an editor.",
  "You get the code before, the code to change, and the code after.",
  "Rewrite only the code to change. Never repeat the code before or after.",
  "Keep the indentation, the names and the comments that the instruction does not mention.",
  "Answer with one fenced code block that holds the new code in full, and nothing else: no explanation, no placeholder.",
].join("\n");

const insertRules = [
  "You write code in an editor.",
  "You get the code before and the code after the place where new code goes.",
  "Write only the new code. Never repeat the code before or after.",
  "Match the indentation and the style around it.",
  "Answer with one fenced code block that holds the new code in full, and nothing else: no explanation, no placeholder.",
].join("\n");

const askRules = [
  "You answer a question about code in an editor.",
  "Answer briefly, in Markdown. Put code into fenced blocks.",
  "Say so when the code shown does not hold the answer.",
].join("\n");

/** Asks for the target's new text; for new code where the target is blank. */
export function editMessages(subject: PromptSubject): PromptMessage[] {
  const isInsertion = subject.target.trim() === "";
  const task = isInsertion ? [] : [section("Code to change", subject.target, subject.languageId)];
  return [
    { role: "system", content: isInsertion ? insertRules : editRules },
    { role: "user", content: joined([...place(subject, task), `Instruction: ${subject.instruction}`]) },
  ];
}

/** Asks about the target, which stays as it is. */
export function askMessages(subject: PromptSubject): PromptMessage[] {
  const task = [section("Code in question", subject.target, subject.languageId)];
  return [
    { role: "system", content: askRules },
    { role: "user", content: joined([...place(subject, task), `Question: ${subject.instruction}`]) },
  ];
}

function place({ fileName, languageId, context }: PromptSubject, task: readonly string[]): string[] {
  return [
    `File: ${fileName}\nLanguage: ${languageId}`,
    section("Code before", context.before, languageId),
    ...task,
    section("Code after", context.after, languageId),
  ];
}

function section(title: string, code: string, languageId: string): string {
  if (code.trim() === "") return "";
  const fence = fenceFor(code);
  return `${title}:\n${fence}${languageId}\n${code.replace(/\r\n?/g, "\n").replace(/\n$/, "")}\n${fence}`;
}

/** A fence that the code does not hold itself. */
function fenceFor(code: string): string {
  const longest = Math.max(2, ...[...code.matchAll(/`{3,}/g)].map(([run]) => run.length));
  return "`".repeat(longest + 1);
}

const joined = (sections: readonly string[]): string => sections.filter((text) => text !== "").join("\n\n");
