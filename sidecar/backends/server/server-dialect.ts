import type { NodeId } from "../../../contract/mesh/ids.ts";
import type { RecognisedProgram } from "../../../contract/mesh/server-program.ts";
import type { InferencePath } from "../../../contract/openai/paths.ts";
import type { MeshRequest } from "../../router/mesh-request.ts";
import type { Sink } from "../../router/sink.ts";
import type { ListedModel } from "./model-list.ts";
import type { ServerProgram } from "./programs/server-program.ts";
import type { Refusal } from "./refusal.ts";

export interface ServerList {
  /** The node that answers, where it is one and says so. */
  readonly nodeId: NodeId | null;
  readonly models: readonly ListedModel[];
  /** What answers, where the list itself says so. */
  readonly program?: RecognisedProgram;
}

type Header = readonly [name: string, value: string];

/** A request in a server's own dialect, and the way back for its answer. */
export interface ServerCall {
  /** Below the address' base path. */
  readonly path: string;
  /** JSON, the model's name at that server included. */
  readonly body: Buffer;
  /** Besides the key and `headers`. */
  readonly headers?: readonly Header[];
  /**
   * Takes the server's answer, streamed or whole and hostile, and gives the client one of OpenAI's. It has no
   * `writeFrames`. An answer that makes no sense is thrown from `write` or `end` (`backend_protocol`). A stream that ended
   * in that dialect's good order is closed with `data: [DONE]` and `end(true)`; any other with `end(false)`.
   */
  wrap(client: Sink): Sink;
}

/** A server's own calls for loading and unloading. */
export interface ManagementCalls {
  /** A `POST`; its path is below the address' base path. */
  call(action: "load" | "unload", model: string): { readonly path: string; readonly body: object };
  /** Why it was not done, in its words, which are hostile; null when it was. @throws MeshError `backend_protocol` */
  problemIn(body: Buffer, backend: string): string | null;
}

/** One small question of a dialect's own, with the key; a body is sent as JSON. Null where the answer is none. */
export type AskServer = (path: string, body?: object) => Promise<Buffer | null>;

/** What the list does not tell. */
export interface ServerDetails {
  readonly models: readonly ListedModel[];
  readonly program: RecognisedProgram | null;
}

/** What differs between kinds of servers. */
export interface ServerDialect {
  /** Where it lists its models, below the address' base path; `/v1/models` by default. */
  readonly listPath?: string;
  /** Where the list goes on behind this page of it; null where it ends. Lists have one page by default. Hostile. */
  nextPage?(body: Buffer): string | null;
  /** What it can be asked; everything by default. For other calls it is no place. */
  readonly paths?: readonly InferencePath[];
  /** Calls of another dialect that it takes as they are: their requests and answers pass unread. */
  readonly nativePaths?: readonly string[];
  /** What may answer there: it is recognised by its list, and asked what else it tells. Nobody by default. */
  readonly programs?: readonly ServerProgram[];
  /** How it is told its key; as a bearer token by default. */
  credentials?(key: string): readonly Header[];
  /** How models are loaded and unloaded there; left out where they cannot be. */
  readonly management?: ManagementCalls;
  /** Reads a page of the list of models, which is hostile. @throws MeshError `backend_protocol` */
  readList(body: Buffer, backend: string): ServerList;
  /** Asks for what the list does not tell, in place of `programs`. @throws MeshError where the server must not be used at all */
  addDetails?(models: readonly ListedModel[], ask: AskServer): Promise<ServerDetails>;
  /** A refusal of its own form in one that all servers share. */
  readRefusal?(refusal: Refusal): Refusal;
  /** Sent with each request besides the key. @throws MeshError `request_loop` */
  headers(request: Pick<MeshRequest, "meshPath" | "privacy" | "caller">): readonly Header[];
  /**
   * Says a request in its words. Left out where it speaks OpenAI's API, and undefined for a request that it takes as it
   * is: bytes pass unread then.
   *
   * @throws MeshError `invalid_field`, `unsupported_field` with the field's path: nothing is dropped in silence. After
   * the latter the request goes to another place, where there is one.
   */
  translate?(request: TranslatableRequest): ServerCall | undefined;
}

/** What a translation reads of a request. */
export type TranslatableRequest = Pick<MeshRequest, "path" | "body" | "model" | "envelope">;
