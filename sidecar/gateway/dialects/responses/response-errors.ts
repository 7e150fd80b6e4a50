import { type MeshError, toOpenAiError } from "../../../../contract/errors/mesh-error.ts";
import { type ErrorWords, openAiErrors } from "../../error-words.ts";

/** OpenAI's words; amid a stream as an event that has its number among the others. */
export const responseErrors = (nextNumber: () => number): ErrorWords => ({
  body: openAiErrors.body,
  event: (error) => `event: error\ndata: ${JSON.stringify({ ...eventOf(error), sequence_number: nextNumber() })}\n\n`,
});

function eventOf(error: MeshError): object {
  const { code, message, param } = toOpenAiError(error).error;
  return { type: "error", code, message, param };
}
