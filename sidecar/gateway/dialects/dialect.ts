import type { InferencePath } from "../../../contract/openai/paths.ts";
import type { Backend } from "../../backends/backend.ts";
import type { AnswerReader } from "../../router/original-request.ts";
import type { Sink } from "../../router/sink.ts";
import type { ErrorWords } from "../error-words.ts";

/** A request of another dialect in the words of the router, and the way back for its answer. */
export interface TranslatedCall {
  readonly path: InferencePath;
  /** In OpenAI's dialect. */
  readonly body: Buffer;
  /** Takes an OpenAI answer, streamed or whole, and gives the client one of its own dialect. It has no `writeFrames`. */
  wrap(client: Sink): Sink;
  /** How its client is told of errors from here on, where that depends on the answer; by default as the route has it. */
  readonly errors?: ErrorWords;
}

/** What a dialect may know of the models that can be asked. */
export interface ModelView {
  /** As they are now, with the models that the client's key may ask for. */
  readonly backends: readonly Pick<Backend, "models" | "settings">[];
  /** Every name that the key may ask for, aliases included. Looks for models that have come since. */
  names(): Promise<readonly string[]>;
}

/** What a dialect other than OpenAI's needs of the gateway: one entry of the table, found by method and path. */
export interface ModelAwareRoute {
  readonly method: "POST";
  /** As clients write it, such as `/v1/messages`. */
  readonly path: string;
  /** @throws MeshError `malformed_json`, `invalid_field`, `unsupported_field` with the field's path: nothing is dropped in silence */
  translate(body: Buffer, models: ModelView): TranslatedCall | Promise<TranslatedCall>;
  /** How its clients are told of errors, before and amid an answer. */
  readonly errors: ErrorWords;
}

/** The same for a dialect whose requests can be translated without a look at the models. */
export interface DialectRoute extends ModelAwareRoute {
  translate(body: Buffer): TranslatedCall;
}

/** A call of a dialect that some places speak themselves: they get the client's bytes, and it gets theirs. */
export interface NativeRoute extends DialectRoute {
  readonly native: {
    /** What the translation of such a request asks for. */
    readonly as: InferencePath;
    /** Names, in lower case, of the client's headers that go with it. No others do. */
    readonly headers: readonly string[];
    /** Follows an answer that passes untouched. */
    readAnswer(isStream: boolean): AnswerReader;
  };
}

/** A question of a dialect about the models or the gateway itself, which no model answers. */
export interface InformationRoute {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** @param body null with GET. @returns the answer, as JSON. @throws MeshError */
  answer(body: Buffer | null, about: ModelView & { readonly version: string }): unknown;
  readonly errors: ErrorWords;
}
