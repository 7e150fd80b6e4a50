import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { type AnswerPiece, type ChatAnswer, chatAnswerSchema } from "../../../contract/openai/chat-answer.ts";

/** Reads what a backend has sent, which is hostile. @throws MeshError `backend_protocol`, or the error that it tells of */
export function readAnswer(text: string, model: string): ChatAnswer {
  const parsed = chatAnswerSchema.safeParse(parseJson(text));
  if (!parsed.success) throw unusable(model, "it is no chat completion");
  const { error } = parsed.data;
  if (error !== undefined && error !== null) {
    throw MeshError.fromWire(error) ?? new MeshError("upstream_disconnected", { backend: model, model });
  }
  return parsed.data;
}

/** What a model has thought, under either name. */
export const thoughtsOf = ({ reasoning_content: thoughts, reasoning }: AnswerPiece): string =>
  thoughts ?? reasoning ?? "";

/** The backend is named by what it was asked for: who was asked is not known where answers are translated. */
export const unusable = (model: string, problem: string): MeshError =>
  new MeshError("backend_protocol", { backend: model, problem });

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Undefined fits no schema.
    return undefined;
  }
}
