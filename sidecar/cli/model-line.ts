import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { ModelSummary } from "../../contract/mesh/model.ts";

/** One line about a model, for terminals. */
export function modelLine(model: ModelSummary): string {
  const facts = [
    model.isDemo ? "demo" : "",
    model.parameterCount === null ? "" : parameters(model.parameterCount),
    model.quantisation ?? "",
    `${(model.sizeBytes / 1e6).toFixed(1)} MB`,
    model.contextTokens === null ? "" : `${model.contextTokens} tokens of context`,
    model.memoryBytes === null ? "" : `${(model.memoryBytes / 1e6).toFixed(0)} MB of memory`,
    model.unloadsAt === null ? "" : `unloaded at ${clockTime(model.unloadsAt)} unless it is used`,
    model.canChat || model.problem !== null ? "" : "no chat template",
    model.verification === "unverified" ? "not verified" : "",
    model.problem === null ? "" : (MeshError.fromWire(model.problem)?.message ?? model.problem.code),
  ];
  const state = model.state === "loading" ? `loading ${Math.round((model.loadProgress ?? 0) * 100)} %` : model.state;
  return printable(`${model.id}  ${state}  ${facts.filter(Boolean).join(", ")}`);
}

const clockTime = (moment: string): string => new Date(moment).toTimeString().slice(0, 5);

const parameters = (count: number): string =>
  count >= 1e9 ? `${(count / 1e9).toFixed(1)} B parameters` : `${(count / 1e6).toFixed(1)} M parameters`;

/** The same for text of several lines: a model's answer may hold anything too. */
export const printableText = (text: string): string =>
  text
    .split(/([\n\t])/)
    .map((part) => (part === "\n" || part === "\t" ? part : printable(part)))
    .join("");

/** File names and headers may hold anything: control characters would reach the terminal as commands. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "�");
}
