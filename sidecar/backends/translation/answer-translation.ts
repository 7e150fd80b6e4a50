import { MeshError } from "../../../contract/errors/mesh-error.ts";

/** Makes an answer in OpenAI's dialect of one in another. One for each answer; what it is given is hostile. */
export interface AnswerTranslation {
  /** A whole answer. @throws MeshError `backend_protocol` */
  whole(text: string): object;
  /** What one event of a stream becomes: chunks, or nothing. @throws MeshError `backend_protocol`, or what the event tells of */
  event(data: string): readonly object[];
  /** The last chunks, where the stream has said that it is whole; undefined where it has not. */
  finish(): readonly object[] | undefined;
}

/** An answer that makes no sense. */
export const unusableAnswer = (backend: string, problem: string): MeshError =>
  new MeshError("backend_protocol", { backend, problem });
