import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { ModelSummary } from "../../contract/mesh/model.ts";
import { formatByteSize } from "../platform/byte-size.ts";

/** One line about a model, for terminals. */
export function modelLine(model: ModelSummary): string {
  const facts = [
    model.isDemo ? "demo" : "",
    model.architecture ?? "",
    model.parameterCount === null ? "" : parameters(model.parameterCount),
    model.quantisation ?? "",
    formatByteSize(model.sizeBytes),
    context(model),
    model.capabilities.join(" + "),
    model.device === null || model.device === "cpu" ? "" : `on ${model.device}`,
    model.memoryBytes === null ? "" : `${formatByteSize(model.memoryBytes)} of memory`,
    model.unloadsAt === null ? "" : `unloaded at ${clockTime(model.unloadsAt)} unless it is used`,
    model.canChat || model.problem !== null ? "" : "no chat template",
    model.identity === null ? "" : `sha256 ${model.identity.artifactDigest.slice(0, 12)}`,
    model.origin === "store" || model.origin === "bundled" ? "" : origins[model.origin],
    model.verification === "unverified" ? "not verified" : "",
    model.problem === null ? "" : (MeshError.fromWire(model.problem)?.message ?? model.problem.code),
  ];
  const state = model.state === "loading" ? `loading ${Math.round((model.loadProgress ?? 0) * 100)} %` : model.state;
  return printable(`${model.id}  ${state}  ${facts.filter(Boolean).join(", ")}`);
}

const clockTime = (moment: string): string => new Date(moment).toTimeString().slice(0, 5);

const origins = {
  added: "added by path",
  ollama: "kept by Ollama",
  "lm-studio": "kept by LM Studio",
  "hugging-face": "kept by Hugging Face",
} as const;

/** As loaded, or else what it was trained for. */
function context({ contextTokens, trainedContextTokens }: ModelSummary): string {
  if (contextTokens !== null) return `${contextTokens} tokens of context`;
  return trainedContextTokens === null ? "" : `trained for ${trainedContextTokens} tokens`;
}

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
