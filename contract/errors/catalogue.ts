import * as z from "zod";

/** Where the single button of an error leads. The extension maps each to a command; the CLI prints the next step only. */
export type ErrorButton =
  | "showLog"
  | "restartNode"
  | "showModels"
  | "openSettings"
  | "reloadWindow"
  | "copyKey"
  | "manageTrust"
  | "retry";

/** The error families that OpenAI clients distinguish. */
export type OpenAiErrorType =
  | "invalid_request_error"
  | "authentication_error"
  | "permission_error"
  | "not_found_error"
  | "server_error"
  | "overloaded_error"
  | "rate_limit_error"
  | "upstream_disconnected";

interface Entry<S extends z.ZodObject> {
  /** Parameters that travel with the code. Never a prompt, never a secret. */
  readonly params: S;
  readonly httpStatus: number;
  readonly type: OpenAiErrorType;
  /** True when the same request may succeed later without any change. */
  readonly retryable: boolean;
  /** What happened, in English. Editors with translations render their own words from code and params. */
  message(params: z.infer<S>): string;
  /** What the person can do about it. */
  nextStep(params: z.infer<S>): string;
  readonly button?: ErrorButton;
}

const entry = <S extends z.ZodObject>(definition: Entry<S>): Entry<S> => definition;
const none = z.object({});
const path = z.object({ path: z.string() });
const model = z.object({ model: z.string() });
const backendProblem = z.object({ backend: z.string(), problem: z.string() });
const list = (names: readonly string[]): string => (names.length === 0 ? "none" : names.join(", "));

/** What there is in the dialect that a path belongs to. */
function servedInstead(at: string): string {
  if (at.startsWith("/v1/messages")) {
    return "Of Anthropic's API there are POST /v1/messages and /v1/messages/count_tokens; docs/API.md says what they take.";
  }
  if (at.startsWith("/v1/responses")) {
    return "Responses are not kept: send the whole conversation to POST /v1/responses.";
  }
  if (at.startsWith("/api")) {
    return (
      "Of Ollama's API there are /api/chat, /api/generate, /api/embed, /api/embeddings, /api/tags, /api/ps, /api/show and " +
      "/api/version; models are fetched and deleted with `inference-mesh`."
    );
  }
  return "The gateway serves /health, /v1/models and the paths under /v1 that docs/API.md lists.";
}

/**
 * Every error that can reach a person or a client, once.
 * Invariant: a code is never renamed or reused with other parameters, because older clients render it.
 */
export const errorCatalogue = {
  // Requests
  malformed_json: entry({
    params: z.object({ offset: z.number() }),
    httpStatus: 400,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `The request body is not valid JSON (at byte ${p.offset}).`,
    nextStep: () => "Send one JSON object, encoded as UTF-8.",
  }),
  invalid_field: entry({
    params: z.object({ field: z.string(), problem: z.string() }),
    httpStatus: 400,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `Invalid value for '${p.field}': ${p.problem}.`,
    nextStep: (p) => `Correct '${p.field}' and send the request again.`,
  }),
  unsupported_field: entry({
    /** `problem`: what of it is not, where some of its values are. */
    params: z.object({ field: z.string(), problem: z.string().optional() }),
    httpStatus: 400,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `'${p.field}' is not supported here${p.problem === undefined ? "" : `: ${p.problem}`}.`,
    nextStep: (p) => (p.problem === undefined ? `Leave '${p.field}' out.` : `Change '${p.field}', or leave it out.`),
  }),
  schema_not_supported: entry({
    params: z.object({ field: z.string(), problem: z.string() }),
    httpStatus: 400,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `The JSON schema at '${p.field}' cannot be enforced: ${p.problem}.`,
    nextStep: () => "Simplify that part; docs/API.md lists what is supported.",
  }),
  input_too_long: entry({
    params: z.object({ field: z.string(), tokens: z.number(), limitTokens: z.number() }),
    httpStatus: 400,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `'${p.field}' has ${p.tokens} tokens; at most ${p.limitTokens} fit.`,
    nextStep: () => "Send a shorter text, or several.",
  }),
  not_supported_by_model: entry({
    params: z.object({ model: z.string(), ability: z.string() }),
    httpStatus: 400,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `'${p.model}' cannot do this: ${p.ability}.`,
    nextStep: () => "Use a model that was made for it.",
    button: "showModels",
  }),
  unsupported_media_type: entry({
    params: z.object({ contentType: z.string() }),
    httpStatus: 415,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `Content-Type '${p.contentType}' is not accepted.`,
    nextStep: () => "Send 'Content-Type: application/json'; images and audio may also come as a form, with a key.",
  }),
  body_too_large: entry({
    params: z.object({ limitBytes: z.number() }),
    httpStatus: 413,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `The request body is larger than ${p.limitBytes} bytes.`,
    nextStep: () => "Send a smaller body, or raise gateway.maxBodyBytes in the configuration file.",
    button: "openSettings",
  }),
  context_length_exceeded: entry({
    params: z.object({
      model: z.string(),
      promptTokens: z.number(),
      contextTokens: z.number(),
      /** Set when the counting was given up at that number. */
      isAtLeast: z.boolean().optional(),
    }),
    httpStatus: 400,
    type: "invalid_request_error",
    retryable: false,
    message: (p) =>
      `The prompt has ${p.isAtLeast === true ? "at least " : ""}${p.promptTokens} tokens; '${p.model}' has a context of ${p.contextTokens}, and at least one token must be left for the answer.`,
    nextStep: () => "Shorten the conversation, or load the model with a larger context.",
  }),
  not_found: entry({
    params: z.object({ method: z.string(), path: z.string() }),
    httpStatus: 404,
    type: "not_found_error",
    retryable: false,
    message: (p) => `No route for ${p.method} ${p.path}.`,
    nextStep: (p) => servedInstead(p.path),
  }),
  method_not_allowed: entry({
    params: z.object({ method: z.string(), allowed: z.string() }),
    httpStatus: 405,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `${p.method} is not allowed here.`,
    nextStep: (p) => `Use ${p.allowed}.`,
  }),
  bad_request_framing: entry({
    params: none,
    httpStatus: 400,
    type: "invalid_request_error",
    retryable: false,
    message: () => "The HTTP request is malformed.",
    nextStep: () => "Send a well-formed HTTP/1.1 request.",
  }),

  // Access
  missing_key: entry({
    params: none,
    httpStatus: 401,
    type: "authentication_error",
    retryable: false,
    message: () => "No API key was sent.",
    nextStep: () => "Send 'Authorization: Bearer <key>'; `inference-mesh status` says where the key is.",
    button: "copyKey",
  }),
  wrong_key: entry({
    params: none,
    httpStatus: 401,
    type: "authentication_error",
    retryable: false,
    message: () => "The API key is not valid for this node.",
    nextStep: () => "Use this node's key; `inference-mesh status` says where it is.",
    button: "copyKey",
  }),
  key_expired: entry({
    params: none,
    httpStatus: 401,
    type: "authentication_error",
    retryable: false,
    message: () => "The API key has expired.",
    nextStep: () => "Ask for a new one, or extend it with `inference-mesh keys edit <name> --expires 30d`.",
  }),
  key_disabled: entry({
    params: none,
    httpStatus: 401,
    type: "authentication_error",
    retryable: false,
    message: () => "The API key is switched off.",
    nextStep: () => "Switch it on with `inference-mesh keys edit <name> --enable`, or use another.",
  }),
  key_scope: entry({
    params: z.object({ scope: z.string() }),
    httpStatus: 403,
    type: "permission_error",
    retryable: false,
    message: (p) => `The API key is not meant for this: it lacks '${p.scope}'.`,
    nextStep: (p) => `Use another key, or add '${p.scope}' with \`inference-mesh keys edit <name> --scopes\`.`,
  }),
  key_rate_limited: entry({
    params: z.object({
      limit: z.enum(["requests", "tokens"]),
      perMinute: z.number(),
      retryAfterSeconds: z.number(),
    }),
    httpStatus: 429,
    type: "rate_limit_error",
    retryable: true,
    message: (p) => `The API key has used up its ${p.perMinute} ${p.limit} a minute.`,
    nextStep: (p) => `Try again in ${p.retryAfterSeconds} second(s), or raise the key's limit.`,
    button: "retry",
  }),
  api_key_unknown: entry({
    params: z.object({ name: z.string() }),
    httpStatus: 404,
    type: "not_found_error",
    retryable: false,
    message: (p) => `There is no API key of the name '${p.name}'.`,
    nextStep: () => "`inference-mesh keys` lists them.",
  }),
  api_key_exists: entry({
    params: z.object({ name: z.string() }),
    httpStatus: 409,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `There is an API key of the name '${p.name}' already.`,
    nextStep: () => "Choose another name, or revoke that key first.",
  }),
  foreign_host: entry({
    params: none,
    httpStatus: 403,
    type: "permission_error",
    retryable: false,
    message: () => "The Host header does not name this machine's loopback address.",
    nextStep: () => "Call http://127.0.0.1:<port> or http://localhost:<port> directly.",
  }),
  foreign_origin: entry({
    params: none,
    httpStatus: 403,
    type: "permission_error",
    retryable: false,
    message: () => "Requests from web pages of other origins are refused.",
    nextStep: () => "Call the gateway from a program, not from a web page.",
  }),

  // Models and engines
  unknown_model: entry({
    params: z.object({ model: z.string(), available: z.array(z.string()) }),
    httpStatus: 404,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `The model '${p.model}' does not exist here. Available: ${list(p.available)}.`,
    nextStep: () => "Name one of the available models, or put a .gguf file into the models folder.",
    button: "showModels",
  }),
  model_file_missing: entry({
    params: path,
    httpStatus: 404,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `The model file ${p.path} does not exist.`,
    nextStep: () => "Check the path, or put the file back and try again.",
    button: "showModels",
  }),
  model_file_unreadable: entry({
    params: z.object({ path: z.string(), reason: z.string() }),
    httpStatus: 500,
    type: "server_error",
    retryable: false,
    message: (p) => `The model file ${p.path} cannot be read (${p.reason}).`,
    nextStep: () => "Check that it is a file and that you may read it.",
    button: "showModels",
  }),
  model_file_not_gguf: entry({
    params: path,
    httpStatus: 422,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `${p.path} is not a GGUF model file.`,
    nextStep: () => "Download the model in GGUF format. A saved web page or a .safetensors file will not do.",
    button: "showModels",
  }),
  model_file_truncated: entry({
    params: z.object({ path: z.string(), sizeBytes: z.number(), expectedBytes: z.number() }),
    httpStatus: 422,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `${p.path} is incomplete: it has ${p.sizeBytes} bytes and needs at least ${p.expectedBytes}.`,
    nextStep: () => "Download or copy the file again.",
    button: "showModels",
  }),
  model_file_corrupt: entry({
    params: z.object({ path: z.string(), problem: z.string() }),
    httpStatus: 422,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `The header of ${p.path} is damaged: ${p.problem}.`,
    nextStep: () => "Download the file again from a source you trust.",
    button: "showModels",
  }),
  model_parts_missing: entry({
    params: z.object({ path: z.string(), missing: z.array(z.string()) }),
    httpStatus: 422,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `The model of ${p.path} is cut into several files, and some are missing: ${list(p.missing)}.`,
    nextStep: () => "Put the missing files beside it, or download the model again.",
    button: "showModels",
  }),
  model_kept_elsewhere: entry({
    params: z.object({ model: z.string(), origin: z.string() }),
    httpStatus: 409,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `'${p.model}' is kept by another program or by the installation (${p.origin}), and stays there.`,
    nextStep: () => "Remove it with that program, or set models.otherPrograms to false to list its models no more.",
    button: "openSettings",
  }),
  model_load_failed: entry({
    params: z.object({ model: z.string(), reason: z.string() }),
    httpStatus: 500,
    type: "server_error",
    retryable: false,
    message: (p) => `The engine could not load '${p.model}': ${p.reason}.`,
    nextStep: () => "See the log for details, or try another model.",
    button: "showLog",
  }),
  model_too_large: entry({
    params: z.object({ model: z.string(), need: z.string(), free: z.string(), inUse: z.array(z.string()) }),
    httpStatus: 507,
    type: "server_error",
    retryable: true,
    message: (p) => `'${p.model}' does not fit into memory: it needs about ${p.need}, and ${p.free} can be had.`,
    nextStep: (p) =>
      `Take a smaller model or quantization, close other programs, or raise engine.memoryLimit. In use now: ${list(p.inUse)}.`,
    button: "showModels",
  }),
  context_too_large: entry({
    params: z.object({
      model: z.string(),
      need: z.string(),
      free: z.string(),
      contextTokens: z.number(),
      parallel: z.number(),
      fittingContextTokens: z.number(),
      inUse: z.array(z.string()),
    }),
    httpStatus: 507,
    type: "server_error",
    retryable: true,
    message: (p) =>
      `'${p.model}' with ${p.parallel} conversations of ${p.contextTokens} tokens needs about ${p.need} of memory, and ${p.free} can be had.`,
    nextStep: (p) =>
      `Set its contextTokens to ${p.fittingContextTokens} or less, or parallel to fewer, under models.settings. In use now: ${list(p.inUse)}.`,
    button: "openSettings",
  }),
  model_load_cancelled: entry({
    params: model,
    httpStatus: 503,
    type: "server_error",
    retryable: true,
    message: (p) => `Loading '${p.model}' was cancelled.`,
    nextStep: () => "Load it again when you need it.",
    button: "retry",
  }),
  model_in_use: entry({
    params: z.object({ model: z.string(), openRequests: z.number() }),
    httpStatus: 409,
    type: "invalid_request_error",
    retryable: true,
    message: (p) => `'${p.model}' is answering ${p.openRequests} request(s).`,
    nextStep: () => "Wait until they end, or unload with force.",
    button: "retry",
  }),
  no_chat_template: entry({
    params: model,
    httpStatus: 422,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `'${p.model}' has no chat template, so a conversation cannot be put to it.`,
    nextStep: () => "Use the instruct or chat version of this model.",
    button: "showModels",
  }),
  chat_template_failed: entry({
    params: z.object({ model: z.string(), reason: z.string() }),
    httpStatus: 400,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `The chat template of '${p.model}' refused these messages: ${p.reason}.`,
    nextStep: () => "Check the order and the roles of the messages.",
  }),
  engine_busy: entry({
    params: z.object({ model: z.string(), parallel: z.number() }),
    httpStatus: 503,
    type: "overloaded_error",
    retryable: true,
    message: (p) => `'${p.model}' is already answering ${p.parallel} request(s), its limit.`,
    nextStep: () => "Try again in a moment.",
    button: "retry",
  }),
  queue_full: entry({
    params: z.object({ model: z.string(), waiting: z.number(), retryAfterSeconds: z.number() }),
    httpStatus: 503,
    type: "overloaded_error",
    retryable: true,
    message: (p) => `'${p.model}' is busy, and the queue of this node is full: ${p.waiting} request(s) wait.`,
    nextStep: (p) => `Try again in ${p.retryAfterSeconds} second(s), or raise queue.maxWaiting.`,
    button: "retry",
  }),
  queue_share_full: entry({
    params: z.object({ model: z.string(), waiting: z.number(), retryAfterSeconds: z.number() }),
    httpStatus: 429,
    type: "rate_limit_error",
    retryable: true,
    message: (p) => `'${p.model}' is busy, and ${p.waiting} of your requests wait already, all that one client may.`,
    nextStep: (p) => `Send fewer at once, or try again in ${p.retryAfterSeconds} second(s).`,
    button: "retry",
  }),
  queue_too_slow: entry({
    params: z.object({
      model: z.string(),
      waitSeconds: z.number(),
      limitSeconds: z.number(),
      retryAfterSeconds: z.number(),
    }),
    httpStatus: 503,
    type: "overloaded_error",
    retryable: true,
    message: (p) =>
      `'${p.model}' is busy: the wait would be about ${p.waitSeconds} seconds, and the limit is ${p.limitSeconds}.`,
    nextStep: (p) => `Try again in ${p.retryAfterSeconds} second(s), or raise queue.maxWaitSeconds.`,
    button: "retry",
  }),
  queue_timeout: entry({
    params: z.object({ model: z.string(), limitSeconds: z.number(), retryAfterSeconds: z.number() }),
    httpStatus: 503,
    type: "overloaded_error",
    retryable: true,
    message: (p) => `'${p.model}' was busy for ${p.limitSeconds} seconds, the longest that a request waits.`,
    nextStep: (p) => `Try again in ${p.retryAfterSeconds} second(s), or raise queue.maxWaitSeconds.`,
    button: "retry",
  }),
  engine_crashed: entry({
    params: model,
    httpStatus: 502,
    type: "upstream_disconnected",
    retryable: true,
    message: (p) => `The engine of '${p.model}' stopped before the answer was complete.`,
    nextStep: () => "Send the request again: the model is loaded anew.",
    button: "retry",
  }),
  engine_unresponsive: entry({
    params: z.object({ model: z.string(), seconds: z.number() }),
    httpStatus: 502,
    type: "upstream_disconnected",
    retryable: true,
    message: (p) => `The engine of '${p.model}' did not move for ${p.seconds} seconds and was ended.`,
    nextStep: () =>
      "Send the request again: the model is loaded anew. If it happens every time, use another model file.",
    button: "showLog",
  }),
  engine_restarting: entry({
    params: z.object({ model: z.string(), crashes: z.number(), retryAfterSeconds: z.number() }),
    httpStatus: 503,
    type: "overloaded_error",
    retryable: true,
    message: (p) =>
      `The engine of '${p.model}' has stopped ${p.crashes} times in a row; it is not started again at once.`,
    nextStep: (p) => `Try again in ${p.retryAfterSeconds} second(s), or load the model by hand.`,
    button: "showLog",
  }),
  generation_failed: entry({
    params: z.object({ model: z.string(), reason: z.string() }),
    httpStatus: 500,
    type: "server_error",
    retryable: true,
    message: (p) => `'${p.model}' could not go on with the answer: ${p.reason}.`,
    nextStep: () => "Try again. If it happens every time, load the model with a smaller context.",
    button: "retry",
  }),
  backend_timeout: entry({
    params: z.object({ model: z.string(), waitedFor: z.enum(["first token", "next token"]), seconds: z.number() }),
    httpStatus: 504,
    type: "upstream_disconnected",
    retryable: true,
    message: (p) => `'${p.model}' sent no ${p.waitedFor} for ${p.seconds} seconds.`,
    nextStep: () => "Try again, or raise the limits in the configuration file.",
    button: "retry",
  }),
  backend_unreachable: entry({
    params: backendProblem,
    httpStatus: 502,
    type: "server_error",
    retryable: true,
    message: (p) => `'${p.backend}' cannot be reached: ${p.problem}.`,
    nextStep: () => "Check that the server runs and that its address is right.",
    button: "retry",
  }),
  backend_busy: entry({
    params: z.object({ backend: z.string(), retryAfterSeconds: z.number() }),
    httpStatus: 503,
    type: "overloaded_error",
    retryable: true,
    message: (p) => `'${p.backend}' has no room for another request now.`,
    nextStep: (p) => `Try again in ${p.retryAfterSeconds} second(s).`,
    button: "retry",
  }),
  backend_failed: entry({
    params: z.object({ backend: z.string(), status: z.number() }),
    httpStatus: 502,
    type: "server_error",
    retryable: true,
    message: (p) => `'${p.backend}' failed with HTTP status ${p.status}.`,
    nextStep: () => "Look at that server's log.",
    button: "retry",
  }),
  backend_credentials: entry({
    params: z.object({ backend: z.string(), status: z.number() }),
    httpStatus: 502,
    type: "server_error",
    retryable: false,
    message: (p) => `'${p.backend}' does not accept this node's key (HTTP status ${p.status}).`,
    nextStep: (p) => `Set the key anew: inference-mesh backends edit ${p.backend} --key-stdin.`,
  }),
  backend_rejected: entry({
    params: z.object({ backend: z.string(), status: z.number(), message: z.string() }),
    httpStatus: 400,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `'${p.backend}' rejects the request (HTTP status ${p.status}): ${p.message}`,
    nextStep: () => "Correct the request; what a server accepts is in its own manual.",
  }),
  backend_model_missing: entry({
    params: z.object({ backend: z.string(), model: z.string() }),
    httpStatus: 502,
    type: "server_error",
    retryable: true,
    message: (p) => `'${p.backend}' does not have '${p.model}' any more.`,
    nextStep: (p) => `Check it: inference-mesh backends check ${p.backend}.`,
    button: "retry",
  }),
  backend_protocol: entry({
    params: backendProblem,
    httpStatus: 502,
    type: "server_error",
    retryable: true,
    message: (p) => `'${p.backend}' sent no usable answer: ${p.problem}.`,
    nextStep: () => "Check that its address leads to an OpenAI-compatible server, and not to a web page.",
    button: "retry",
  }),
  call_arguments_invalid: entry({
    params: z.object({ model: z.string() }),
    httpStatus: 502,
    type: "server_error",
    retryable: true,
    message: (p) => `'${p.model}' called a function with arguments that are no JSON.`,
    nextStep: () => "Ask again, or choose a model that is better at calling functions.",
    button: "retry",
  }),
  upstream_disconnected: entry({
    params: z.object({ backend: z.string(), model: z.string() }),
    httpStatus: 502,
    type: "upstream_disconnected",
    retryable: true,
    message: (p) => `'${p.backend}' broke off in the middle of its answer.`,
    nextStep: () => "What has arrived is incomplete; send the request again for a whole answer.",
    button: "retry",
  }),
  backend_path_missing: entry({
    params: z.object({ backend: z.string(), path: z.string() }),
    httpStatus: 404,
    type: "not_found_error",
    retryable: false,
    message: (p) => `'${p.backend}' has no ${p.path}.`,
    nextStep: () => "Ask a model of a server that has it: images and audio are passed on, and not made by this node.",
  }),
  no_place: entry({
    params: z.object({ model: z.string(), reasons: z.array(z.string()), retryAfterSeconds: z.number() }),
    httpStatus: 503,
    type: "overloaded_error",
    retryable: true,
    message: (p) => `No place can answer for '${p.model}' now: ${list(p.reasons)}.`,
    nextStep: (p) => `See why: inference-mesh routes explain ${p.model}.`,
    button: "retry",
  }),
  privacy_forbids: entry({
    params: z.object({ model: z.string(), allowed: z.string(), needed: z.string() }),
    httpStatus: 403,
    type: "permission_error",
    retryable: false,
    message: (p) =>
      `'${p.model}' is only to be had at '${p.needed}', and this request may go no further than '${p.allowed}'.`,
    nextStep: () => "Use a model that is nearer, or allow more for this request, this workspace or this node.",
  }),
  workspace_policy_invalid: entry({
    params: z.object({ path: z.string(), problem: z.string() }),
    httpStatus: 403,
    type: "permission_error",
    retryable: false,
    message: (p) => `The workspace's policy ${p.path} does not count: ${p.problem}.`,
    nextStep: () => "Correct it; until then prompts from this workspace do not leave this machine.",
  }),
  request_loop: entry({
    params: z.object({ hops: z.number(), limit: z.number() }),
    httpStatus: 508,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `The request has come round, or passed too many nodes: ${p.hops}, where ${p.limit} may pass it on.`,
    nextStep: () => "Remove the backend that leads back to this node.",
  }),
  unknown_backend: entry({
    params: z.object({ backend: z.string(), available: z.array(z.string()) }),
    httpStatus: 404,
    type: "not_found_error",
    retryable: false,
    message: (p) => `There is no backend '${p.backend}'. There are: ${list(p.available)}.`,
    nextStep: () => "Use one of these, or add it: inference-mesh backends add.",
  }),
  backend_exists: entry({
    params: z.object({ backend: z.string() }),
    httpStatus: 409,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `There is a backend '${p.backend}' already.`,
    nextStep: () => "Take another name, or edit that one.",
  }),
  backend_invalid: entry({
    params: backendProblem,
    httpStatus: 400,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `The backend '${p.backend}' cannot be set up like this: ${p.problem}.`,
    nextStep: () => "Correct that; docs/FILES.md lists what can be set.",
  }),
  backend_unmanaged: entry({
    params: z.object({ backend: z.string() }),
    httpStatus: 409,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `The models of '${p.backend}' cannot be loaded or unloaded from here.`,
    nextStep: (p) =>
      `Do it there. For a Backend.AI GO machine, give its fingerprint: inference-mesh backends edit ${p.backend} --fingerprint.`,
  }),
  backend_load_failed: entry({
    params: z.object({ backend: z.string(), model: z.string(), reason: z.string() }),
    httpStatus: 502,
    type: "server_error",
    retryable: true,
    message: (p) => `'${p.backend}' could not do that with '${p.model}': ${p.reason}.`,
    nextStep: () => "Look at that machine: its models, its free memory and its log.",
    button: "retry",
  }),
  backend_key_elsewhere: entry({
    params: z.object({ backend: z.string() }),
    httpStatus: 502,
    type: "server_error",
    retryable: false,
    message: (p) => `The key of '${p.backend}' was given for another address, and is not sent to this one.`,
    nextStep: (p) => `Set the key anew: inference-mesh backends edit ${p.backend} --key-stdin.`,
  }),
  backend_key_unavailable: entry({
    /** `problem`: what the keyring does, in words. */
    params: backendProblem,
    httpStatus: 502,
    type: "server_error",
    retryable: true,
    message: (p) => `The key of '${p.backend}' lies in the keyring, and the keyring ${p.problem}. Nothing was sent.`,
    nextStep: (p) =>
      `Unlock the keyring (\`inference-mesh doctor\` says how it is), or give the key anew: inference-mesh backends edit ${p.backend} --key-stdin.`,
  }),
  keyring_unavailable: entry({
    params: z.object({ problem: z.string() }),
    httpStatus: 503,
    type: "server_error",
    retryable: true,
    message: (p) => `The key was not kept: the keyring ${p.problem}.`,
    nextStep: () =>
      "Unlock the keyring (`inference-mesh doctor` says how it is), or allow a file with `secrets: { store: auto }` in the configuration.",
    button: "openSettings",
  }),
  backend_proxy: entry({
    params: z.object({
      backend: z.string(),
      /** Its address without credentials. */
      proxy: z.string(),
      /** Whether it would with a name and a password, or with others. */
      wantsLogin: z.boolean(),
      /** Whether it could read what it must not. */
      isReader: z.boolean(),
      problem: z.string(),
    }),
    httpStatus: 502,
    type: "server_error",
    retryable: true,
    message: (p) => `The proxy ${p.proxy} does not lead to '${p.backend}': ${p.problem}.`,
    nextStep: (p) => {
      const edit = `inference-mesh backends edit ${p.backend}`;
      if (p.wantsLogin) return `Give its name and password: ${edit} --proxy-user <name>.`;
      if (p.isReader) return `Use an https address (${edit} --url), or go there directly: ${edit} --proxy none.`;
      return `Check that proxy, name another (${edit} --proxy http://host:port), or go there directly: ${edit} --proxy none.`;
    },
  }),
  backend_certificate: entry({
    params: z.object({
      backend: z.string(),
      /** In words. */
      problem: z.string(),
      /** Whether the server is safe to use once a person has trusted it. */
      canTrust: z.boolean(),
      isOtherName: z.boolean(),
      subject: z.string(),
      issuer: z.string(),
      /** SHA-256 of the whole certificate, in pairs of hexadecimal digits. */
      fingerprint: z.string(),
      validFrom: z.string(),
      validTo: z.string(),
      /** What it was made for. */
      names: z.string(),
    }),
    httpStatus: 502,
    type: "server_error",
    retryable: true,
    message: (p) =>
      `'${p.backend}' is sent nothing, since its certificate ${p.problem}. It is of ${p.subject} (${p.names}), issued by ${p.issuer}, valid from ${p.validFrom} to ${p.validTo}; SHA-256 ${p.fingerprint}.`,
    nextStep: (p) => {
      if (p.canTrust) {
        return `Where this is your own server's, trust it: inference-mesh backends trust ${p.backend} (one that is not added yet: add it with --force first).`;
      }
      if (!p.isOtherName) return "Have it renewed on that server, and check this machine's clock.";
      return `Use a name that it was made for: inference-mesh backends edit ${p.backend} --url; or have it made for this one.`;
    },
  }),
  backend_ca_unreadable: entry({
    params: z.object({ backend: z.string(), path: z.string(), reason: z.string() }),
    httpStatus: 502,
    type: "server_error",
    retryable: true,
    message: (p) => `The certificates for '${p.backend}' cannot be read from ${p.path}: ${p.reason}.`,
    nextStep: (p) => `Put the file back, or name another: inference-mesh backends edit ${p.backend} --ca <file>.`,
  }),
  backend_not_trusted: entry({
    params: backendProblem,
    httpStatus: 409,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `The certificate of '${p.backend}' was not trusted: ${p.problem}.`,
    nextStep: (p) => `Look at it again: inference-mesh backends trust ${p.backend}.`,
  }),
  unknown_alias: entry({
    params: z.object({ alias: z.string(), available: z.array(z.string()) }),
    httpStatus: 404,
    type: "not_found_error",
    retryable: false,
    message: (p) => `There is no alias '${p.alias}'. There are: ${list(p.available)}.`,
    nextStep: () => "Use one of these, or make it: inference-mesh aliases set.",
  }),
  unknown_revision: entry({
    params: z.object({ alias: z.string(), revision: z.string(), available: z.array(z.string()) }),
    httpStatus: 404,
    type: "not_found_error",
    retryable: false,
    message: (p) => `The alias '${p.alias}' has no revision '${p.revision}'. It has: ${list(p.available)}.`,
    nextStep: () => "Name one of these.",
  }),
  alias_invalid: entry({
    params: z.object({ alias: z.string(), problem: z.string() }),
    httpStatus: 400,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `The alias '${p.alias}' cannot be set up like this: ${p.problem}.`,
    nextStep: () => "Correct that; docs/FILES.md lists what can be set.",
  }),
  alias_without_history: entry({
    params: z.object({ alias: z.string() }),
    httpStatus: 409,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `There is no earlier state that the alias '${p.alias}' could go back to.`,
    nextStep: () => "Say which revision shall answer: inference-mesh aliases switch.",
  }),
  configuration_uneditable: entry({
    params: z.object({ path: z.string(), key: z.string() }),
    httpStatus: 409,
    type: "invalid_request_error",
    retryable: false,
    message: (p) =>
      `'${p.key}' in ${p.path} is written in a way that is not changed from here: with an anchor, perhaps.`,
    nextStep: () => "Change it there by hand, or write it out; nothing was overwritten.",
    button: "openSettings",
  }),
  configuration_changed: entry({
    params: z.object({ path: z.string(), backend: z.string() }),
    httpStatus: 409,
    type: "invalid_request_error",
    retryable: true,
    message: (p) => `The backend '${p.backend}' has been changed in ${p.path} meanwhile; nothing was overwritten.`,
    nextStep: () => "The file has been read again: look at the backend as it is now, and repeat the change.",
    button: "openSettings",
  }),
  engine_start_failed: entry({
    params: z.object({ model: z.string(), reason: z.string() }),
    httpStatus: 503,
    type: "server_error",
    retryable: true,
    message: (p) => `The engine process for '${p.model}' could not be started: ${p.reason}.`,
    nextStep: () => "See the log; `inference-mesh doctor` checks the engine.",
    button: "showLog",
  }),

  // Getting models
  model_source_invalid: entry({
    params: z.object({ source: z.string(), problem: z.string() }),
    httpStatus: 400,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `'${p.source}' cannot be downloaded: ${p.problem}.`,
    nextStep: () => "Write hf:owner/name:Q4_K_M, hf:owner/name/file.gguf, or the https address of a .gguf file.",
  }),
  model_source_ambiguous: entry({
    params: z.object({ source: z.string(), choices: z.array(z.string()) }),
    httpStatus: 400,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `'${p.source}' does not say which file. There are: ${list(p.choices)}.`,
    nextStep: () => "Name one of them: hf:owner/name/file.gguf.",
  }),
  unsafe_file_name: entry({
    params: z.object({ name: z.string(), problem: z.string() }),
    httpStatus: 422,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `The file name '${p.name}' is not safe to use: ${p.problem}.`,
    nextStep: () => "Take the model from a source that you trust.",
  }),
  download_not_found: entry({
    params: z.object({ source: z.string() }),
    httpStatus: 404,
    type: "not_found_error",
    retryable: false,
    message: (p) => `There is no model file at '${p.source}'.`,
    nextStep: () => "Check the spelling on the hub's page of the model.",
  }),
  download_unauthorised: entry({
    params: z.object({ source: z.string(), host: z.string(), status: z.number() }),
    httpStatus: 403,
    type: "permission_error",
    retryable: false,
    message: (p) => `${p.host} does not give out '${p.source}' without permission (status ${p.status}).`,
    nextStep: () =>
      "Check the spelling. For a gated model, accept its licence on its page there and run `hf auth login`, then try again; or download it there and import the file.",
  }),
  download_rate_limited: entry({
    params: z.object({ host: z.string(), seconds: z.number() }),
    httpStatus: 429,
    type: "overloaded_error",
    retryable: true,
    message: (p) => `${p.host} asks to wait ${p.seconds} seconds before the next download.`,
    nextStep: () => "Try again after that: it goes on where it stopped.",
    button: "retry",
  }),
  download_refused: entry({
    params: z.object({ host: z.string(), status: z.number() }),
    httpStatus: 502,
    type: "server_error",
    retryable: false,
    message: (p) => `${p.host} refused the download (status ${p.status}).`,
    nextStep: () => "Open the address in a browser to see what it says.",
  }),
  download_interrupted: entry({
    params: z.object({ host: z.string(), reason: z.string() }),
    httpStatus: 502,
    type: "upstream_disconnected",
    retryable: true,
    message: (p) => `The connection to ${p.host} failed (${p.reason}).`,
    nextStep: () => "Try again: the download goes on where it stopped.",
    button: "retry",
  }),
  download_not_model: entry({
    params: z.object({ source: z.string() }),
    httpStatus: 422,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `What '${p.source}' sends is not a GGUF model file.`,
    nextStep: () => "A page that asks to log in or to accept terms looks like this: open the address in a browser.",
  }),
  download_size_mismatch: entry({
    params: z.object({ source: z.string(), expectedBytes: z.number(), actualBytes: z.number() }),
    httpStatus: 502,
    type: "server_error",
    retryable: true,
    message: (p) => `'${p.source}' should have ${p.expectedBytes} bytes; ${p.actualBytes} were sent.`,
    nextStep: () => "Try again later, or from another source.",
    button: "retry",
  }),
  digest_mismatch: entry({
    params: z.object({ file: z.string(), expected: z.string(), actual: z.string() }),
    httpStatus: 422,
    type: "server_error",
    retryable: false,
    message: (p) => `${p.file} is not what it should be: its SHA-256 is ${p.actual}, not ${p.expected}.`,
    nextStep: () => "Do not use it. Get it again, or from another source; check the digest that was given.",
  }),
  redirect_refused: entry({
    params: z.object({ host: z.string(), problem: z.string() }),
    httpStatus: 502,
    type: "server_error",
    retryable: false,
    message: (p) => `The download leads to ${p.host}, which is refused: ${p.problem}.`,
    nextStep: () => "Use the final address itself, or set models.huggingFaceEndpoint for a mirror of your own.",
  }),
  disk_space_insufficient: entry({
    params: z.object({ folder: z.string(), needed: z.string(), free: z.string() }),
    httpStatus: 507,
    type: "server_error",
    retryable: false,
    message: (p) => `${p.needed} are needed in ${p.folder}, and ${p.free} are free.`,
    nextStep: () => "Free some space, or delete models that you do not need.",
    button: "showModels",
  }),
  disk_full: entry({
    params: z.object({ folder: z.string() }),
    httpStatus: 507,
    type: "server_error",
    retryable: true,
    message: (p) => `The disk of ${p.folder} became full.`,
    nextStep: () => "Free some space and try again: a download goes on where it stopped.",
    button: "retry",
  }),
  disk_quota_exceeded: entry({
    params: z.object({ needed: z.string(), used: z.string(), quota: z.string(), freeable: z.array(z.string()) }),
    httpStatus: 507,
    type: "server_error",
    retryable: false,
    message: (p) =>
      `${p.needed} more would pass the quota of ${p.quota}: ${p.used} are used. Least recently used: ${list(p.freeable)}.`,
    nextStep: () => "Delete models that you do not need, or raise models.diskQuota in the configuration file.",
    button: "openSettings",
  }),
  model_loaded: entry({
    params: model,
    httpStatus: 409,
    type: "invalid_request_error",
    retryable: true,
    message: (p) => `'${p.model}' is loaded.`,
    nextStep: () => "Unload it first, or delete it with --force.",
    button: "retry",
  }),

  // Accelerators
  accelerator_unavailable: entry({
    params: z.object({ kind: z.string() }),
    httpStatus: 400,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `There is no engine package for ${p.kind} to fetch or remove on this machine.`,
    nextStep: () => "`inference-mesh accelerators` shows what there is.",
  }),
  accelerator_installing: entry({
    params: z.object({ kind: z.string() }),
    httpStatus: 409,
    type: "invalid_request_error",
    retryable: true,
    message: (p) => `The engine for ${p.kind} is being fetched already.`,
    nextStep: () => "Wait until it is there, or cancel the other call.",
  }),
  engine_package_unreachable: entry({
    params: z.object({ name: z.string(), reason: z.string() }),
    httpStatus: 502,
    type: "server_error",
    retryable: true,
    message: (p) => `The engine package ${p.name} could not be fetched: ${p.reason}.`,
    nextStep: () =>
      "Check the network and engine.registry in the configuration file, or bring the file with `inference-mesh accelerators install`.",
    button: "retry",
  }),
  engine_package_damaged: entry({
    params: z.object({ name: z.string(), problem: z.string() }),
    httpStatus: 502,
    type: "server_error",
    retryable: true,
    message: (p) => `The engine package ${p.name} is refused: ${p.problem}.`,
    nextStep: () => "Fetch it again, or from another registry: it must be exactly what was published.",
    button: "retry",
  }),
  engine_package_file_missing: entry({
    params: z.object({ expected: z.string() }),
    httpStatus: 400,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `The file ${p.expected} is missing among those that were given.`,
    nextStep: () => "Get it with `npm pack` on a machine with a network, and give it under that name.",
  }),

  // Node
  node_draining: entry({
    params: none,
    httpStatus: 503,
    type: "overloaded_error",
    retryable: true,
    message: () => "This node is shutting down and takes no new requests.",
    nextStep: () => "Try again: a new node starts in a moment.",
    button: "retry",
  }),
  client_too_old: entry({
    params: z.object({ clientProtocol: z.number(), nodeProtocol: z.number() }),
    httpStatus: 426,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `The running node speaks protocol ${p.nodeProtocol}; this client is older (${p.clientProtocol}).`,
    nextStep: () => "Update this client, or reload the window after an update.",
    button: "reloadWindow",
  }),
  node_too_old: entry({
    params: z.object({ clientProtocol: z.number(), nodeProtocol: z.number() }),
    httpStatus: 503,
    type: "server_error",
    retryable: true,
    message: (p) =>
      `The running node speaks the older protocol ${p.nodeProtocol} (this client: ${p.clientProtocol}). It finishes its answers and makes room.`,
    nextStep: () => "Wait a moment: the newer node starts by itself.",
    button: "retry",
  }),
  wrong_control_token: entry({
    params: none,
    httpStatus: 401,
    type: "authentication_error",
    retryable: false,
    message: () => "The control token is not valid for this node.",
    nextStep: () => "Run the client as the same user as the node.",
  }),
  node_start_failed: entry({
    params: z.object({ reason: z.string() }),
    httpStatus: 503,
    type: "server_error",
    retryable: true,
    message: (p) => `The node did not start: ${p.reason}`,
    nextStep: () => "Run `inference-mesh doctor`, which checks each cause and says what to do.",
    button: "showLog",
  }),
  node_not_running: entry({
    params: none,
    httpStatus: 503,
    type: "server_error",
    retryable: true,
    message: () => "No node is running for this user.",
    nextStep: () => "Start one with `inference-mesh serve`, or open the editor.",
    button: "restartNode",
  }),
  node_lost: entry({
    params: none,
    httpStatus: 503,
    type: "upstream_disconnected",
    retryable: true,
    message: () => "The node stopped before it had answered.",
    nextStep: () => "It is being started again: retry in a moment.",
    button: "retry",
  }),
  node_crashing: entry({
    params: z.object({ crashes: z.number(), minutes: z.number() }),
    httpStatus: 503,
    type: "server_error",
    retryable: false,
    message: (p) => `The node ended unexpectedly ${p.crashes} times within ${p.minutes} minutes.`,
    nextStep: () => "See the log for the reason, then start the node again.",
    button: "showLog",
  }),
  workspace_not_trusted: entry({
    params: none,
    httpStatus: 403,
    type: "permission_error",
    retryable: false,
    message: () => "The node is not started for a folder that you do not trust.",
    nextStep: () => "Trust the folder to use models in this window.",
    button: "manageTrust",
  }),
  node_in_use: entry({
    params: z.object({ otherClients: z.number() }),
    httpStatus: 409,
    type: "invalid_request_error",
    retryable: true,
    message: (p) => `${p.otherClients} other client(s) use this node.`,
    nextStep: () => "Close them first, or stop the node with --force.",
  }),
  folder_unwritable: entry({
    params: z.object({ path: z.string(), reason: z.string() }),
    httpStatus: 500,
    type: "server_error",
    retryable: false,
    message: (p) => `The folder ${p.path} cannot be written (${p.reason}).`,
    nextStep: () => "Make it writable, free some space, or set INFERENCE_MESH_HOME to another folder.",
    button: "restartNode",
  }),
  folder_unsafe: entry({
    params: z.object({ path: z.string(), problem: z.string() }),
    httpStatus: 500,
    type: "permission_error",
    retryable: false,
    message: (p) => `The folder ${p.path} is not safe to use: ${p.problem}.`,
    nextStep: () => "Remove it, or set XDG_RUNTIME_DIR to a folder that belongs to you alone.",
    button: "restartNode",
  }),
  configuration_invalid: entry({
    /** `problem` names the place as well, for people; `line` and `column` count from 1. */
    params: z.object({
      path: z.string(),
      problem: z.string(),
      line: z.number().optional(),
      column: z.number().optional(),
    }),
    httpStatus: 500,
    type: "server_error",
    retryable: false,
    message: (p) => `The configuration file ${p.path} is not valid: ${p.problem}.`,
    nextStep: () => "Correct it and start again; docs/FILES.md lists every key.",
    button: "openSettings",
  }),
  configuration_version_unknown: entry({
    params: z.object({ id: z.string() }),
    httpStatus: 404,
    type: "not_found_error",
    retryable: false,
    message: (p) => `There is no former configuration '${p.id}'.`,
    nextStep: () => "List those that are kept: inference-mesh config history.",
    button: "openSettings",
  }),
  state_too_new: entry({
    params: z.object({ path: z.string(), format: z.number(), supported: z.number() }),
    httpStatus: 500,
    type: "server_error",
    retryable: false,
    message: (p) => `${p.path} was written by a newer version (format ${p.format}; this one knows ${p.supported}).`,
    nextStep: () => "Update this program, or restore the backup beside the file.",
    button: "reloadWindow",
  }),
  no_free_port: entry({
    params: z.object({ firstPort: z.number(), lastPort: z.number() }),
    httpStatus: 500,
    type: "server_error",
    retryable: true,
    message: (p) => `No loopback port from ${p.firstPort} to ${p.lastPort} is free for the gateway.`,
    nextStep: () => "Stop a program that uses them, or set gateway.port in the configuration file.",
    button: "openSettings",
  }),
  invalid_message: entry({
    params: z.object({ method: z.string(), problem: z.string() }),
    httpStatus: 400,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `The message '${p.method}' does not follow the contract: ${p.problem}.`,
    nextStep: () => "Bring client and node to the same version.",
  }),
  // Editing in the editor: what is refused, and answers that are not put into a file.
  no_text_editor: entry({
    params: none,
    httpStatus: 400,
    type: "invalid_request_error",
    retryable: false,
    message: () => "There is no text editor to work in.",
    nextStep: () => "Open a file, and put the cursor where the edit goes.",
  }),
  document_read_only: entry({
    params: z.object({ file: z.string() }),
    httpStatus: 400,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `${p.file} is read-only.`,
    nextStep: () =>
      "Copy what you want to change into a file that can be written. Questions work here: end them with a question mark.",
  }),
  document_not_text: entry({
    params: z.object({ file: z.string() }),
    httpStatus: 400,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `${p.file} is a binary file.`,
    nextStep: () => "Models read and change text only.",
  }),
  attachment_too_large: entry({
    params: z.object({ file: z.string(), size: z.string(), limit: z.string() }),
    httpStatus: 400,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `${p.file} has ${p.size}; at most ${p.limit} can be attached.`,
    nextStep: () => "Attach the part of it that matters: select it in an editor.",
  }),
  attachment_outside: entry({
    params: z.object({ file: z.string() }),
    httpStatus: 400,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `${p.file} is a link that leads out of the workspace.`,
    nextStep: () => "If you mean the file that it leads to, attach that one.",
  }),
  attachment_unreadable: entry({
    /** `problem` is a code of the file system, such as `FileNotFound`. */
    params: z.object({ file: z.string(), problem: z.string() }),
    httpStatus: 400,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `${p.file} cannot be read (${p.problem}).`,
    nextStep: () => "Look whether it is still there, and whether you may read it.",
  }),
  attachment_not_image: entry({
    params: z.object({ file: z.string() }),
    httpStatus: 400,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `${p.file} is no picture that models take, or too large for one.`,
    nextStep: () => "Attach a PNG, JPEG, WebP or GIF file of at most 8 MB.",
  }),
  attachments_too_many: entry({
    params: z.object({ limit: z.number() }),
    httpStatus: 400,
    type: "invalid_request_error",
    retryable: false,
    message: (p) => `At most ${p.limit} attachments go with one question.`,
    nextStep: () => "Remove some, or attach a folder's listing instead of its files.",
  }),
  nothing_selected: entry({
    params: none,
    httpStatus: 400,
    type: "invalid_request_error",
    retryable: false,
    message: () => "Nothing is selected.",
    nextStep: () => "Select the lines first that go with the question.",
  }),
  no_problems: entry({
    params: none,
    httpStatus: 400,
    type: "invalid_request_error",
    retryable: false,
    message: () => "The editor tells of no problems there.",
    nextStep: () => "Problems show once a language's extension has looked at the file.",
  }),
  document_changed: entry({
    params: z.object({ file: z.string() }),
    httpStatus: 409,
    type: "invalid_request_error",
    retryable: true,
    message: (p) => `The lines of this edit in ${p.file} were changed meanwhile.`,
    nextStep: () => "Nothing was overwritten. Ask again for the lines as they are now.",
    button: "retry",
  }),
  edit_in_progress: entry({
    params: z.object({ file: z.string() }),
    httpStatus: 409,
    type: "invalid_request_error",
    retryable: true,
    message: (p) => `There is already an edit of ${p.file}.`,
    nextStep: () => "Accept, reject or stop it first.",
  }),
  answer_empty: entry({
    params: none,
    httpStatus: 502,
    type: "server_error",
    retryable: true,
    message: () => "The model answered with nothing.",
    nextStep: () => "Try again, or choose another model.",
    button: "retry",
  }),
  answer_refuses: entry({
    params: none,
    httpStatus: 502,
    type: "server_error",
    retryable: true,
    message: () => "The model refused to write this.",
    nextStep: () => "Put it in other words, or choose another model.",
    button: "retry",
  }),
  answer_without_code: entry({
    params: none,
    httpStatus: 502,
    type: "server_error",
    retryable: true,
    message: () => "The model answered in words instead of code.",
    nextStep: () => "Say what the code should be, try again, or choose a larger model.",
    button: "retry",
  }),
  answer_cut_short: entry({
    params: none,
    httpStatus: 502,
    type: "server_error",
    retryable: true,
    message: () => "The answer ended in the middle of its code.",
    nextStep: () => "Select fewer lines, or choose a model with a larger context.",
    button: "retry",
  }),
  answer_ambiguous: entry({
    params: z.object({ blocks: z.number() }),
    httpStatus: 502,
    type: "server_error",
    retryable: true,
    message: (p) => `The model answered with ${p.blocks} different pieces of code, and did not say which one to take.`,
    nextStep: () => "Ask for one change at a time, or select the lines of one piece.",
    button: "retry",
  }),
  answer_changes_nothing: entry({
    params: none,
    httpStatus: 502,
    type: "server_error",
    retryable: true,
    message: () => "The model answered with the code as it is.",
    nextStep: () => "Say more precisely what should change.",
    button: "retry",
  }),
  cancelled: entry({
    params: none,
    httpStatus: 499,
    type: "invalid_request_error",
    retryable: true,
    message: () => "The request was cancelled.",
    nextStep: () => "Send it again when you need it.",
    button: "retry",
  }),
  internal: entry({
    params: z.object({ reference: z.string() }),
    httpStatus: 500,
    type: "server_error",
    retryable: true,
    message: (p) => `Something went wrong inside the node (reference ${p.reference}).`,
    nextStep: () => "The log holds the details under this reference.",
    button: "showLog",
  }),
} as const;

export type ErrorCode = keyof typeof errorCatalogue;
export type ErrorParams<C extends ErrorCode> = z.infer<(typeof errorCatalogue)[C]["params"]>;
