import { MeshError } from "../../contract/errors/mesh-error.ts";
import { editorLines } from "./document-lines.ts";
import { type FencedBlock, fencedBlocks } from "./fenced-blocks.ts";
import { withoutThoughts } from "./without-thoughts.ts";

/** Words with which models say that they will not, at the beginning of an answer without code. */
const refusal =
  /^(?:i['’]?m (?:really |so |very )?sorry|sorry\b|i (?:can(?:['’]|no)?t|cannot|won['’]?t|am unable|am not able)|i['’]m (?:not able|unable)|unfortunately|as an? (?:ai|language model))/i;
/** Lines with which models lead up to their code when they leave the fences out. */
const preamble =
  /^(?:sure|certainly|of course|okay|ok|absolutely|here(?:['’]s| is| are)|below is|the (?:following|updated|corrected|modified|edited|rewritten)\b.*:$)/i;
const shellInfo = /^(?:sh|bash|shell|console|terminal|zsh|powershell|text|txt|plaintext|output)\b/i;

/**
 * The code of a model's answer, with `\n` between its lines and at its end. Strict: what is not clearly the code that was
 * asked for is an error, and never put into a file.
 *
 * @throws MeshError `answer_empty`, `answer_refuses`, `answer_without_code`, `answer_cut_short`, `answer_ambiguous`
 */
export function extractCode(answer: string, isCut = false): string {
  const text = withoutThoughts(answer.replace(/^\ufeff+/, ""));
  if (text.trim() === "") throw new MeshError(isCut ? "answer_cut_short" : "answer_empty", {});
  const { blocks, prose } = fencedBlocks(editorLines(text));
  // Code that stops in the middle would pass for whole: half a function deletes the other half.
  if (isCut || blocks.some(({ isClosed }) => !isClosed)) throw new MeshError("answer_cut_short", {});
  return blocks.length === 0 ? bareCode(text) : chooseBlock(blocks, prose);
}

function chooseBlock(blocks: readonly FencedBlock[], prose: string): string {
  const filled = blocks.filter(({ lines }) => lines.some((line) => line.trim() !== ""));
  const [first, ...others] = filled;
  // A block with nothing in it is how models say: delete these lines.
  if (first === undefined) return refusal.test(prose) ? refuse() : "";
  if (others.length === 0) return joined(first.lines);
  const candidates = filled.filter(({ info }) => !shellInfo.test(info));
  const different = new Map(
    (candidates.length === 0 ? filled : candidates).map((block) => [joined(block.lines), block]),
  );
  const [only, ...more] = different.keys();
  if (only !== undefined && more.length === 0) return only;
  throw new MeshError("answer_ambiguous", { blocks: different.size });
}

/** An answer without any fence: code as it is, or words. */
function bareCode(text: string): string {
  const lines = editorLines(text);
  const first = lines.find((line) => line.trim() !== "")?.trim() ?? "";
  if (refusal.test(first)) return refuse();
  // One stray pair of backticks around everything is a fence that was too short.
  const inline = /^`{1,2}([^`\n]+)`{1,2}$/.exec(text.trim());
  if (inline?.[1] !== undefined) return joined([inline[1]]);
  if (preamble.test(first) || isProse(lines)) throw new MeshError("answer_without_code", {});
  return joined(lines);
}

/** Sentences: most lines begin with a capital and a word, and end as sentences do. */
function isProse(lines: readonly string[]): boolean {
  const filled = lines.map((line) => line.trim()).filter((line) => line !== "");
  const sentences = filled.filter((line) =>
    /^["'“*_-]{0,3}\s*[A-Z][\w'’]*(?: [\w'’,`"()-]+){2,}.*[.:!?]["'”*_]{0,3}$/.test(line),
  );
  return sentences.length * 2 > filled.length;
}

function joined(lines: readonly string[]): string {
  const filled = (line: string): boolean => line.trim() !== "";
  const start = lines.findIndex(filled);
  const end = lines.findLastIndex(filled);
  return start === -1 ? "" : `${lines.slice(start, end + 1).join("\n")}\n`;
}

function refuse(): never {
  throw new MeshError("answer_refuses", {});
}
