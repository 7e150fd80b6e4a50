import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { maxHops } from "../../../contract/mesh/advertised-model.ts";
import { type PrivacyLabel, privacyLabelSchema } from "../../../contract/mesh/privacy-label.ts";
import type { MediaPath } from "../../../contract/openai/paths.ts";
import { cleanText } from "../../platform/clean-text.ts";
import type { RefusalHeaders } from "../http/http-target.ts";
import { retryAfterSeconds } from "./retry-after.ts";

/** An answer of 300 or above. All of it is hostile. */
export interface Refusal {
  readonly status: number;
  readonly headers: RefusalHeaders;
  readonly body: Buffer;
}

export interface RefusalContext {
  readonly backend: string;
  readonly model: string;
  /** The widest label that the request may reach; null for the node's own questions. */
  readonly privacy: PrivacyLabel | null;
  /** What must never be quoted: servers like to repeat a wrong key. */
  readonly secret: string | null;
  /** What was asked for, where only some servers have it. */
  readonly mediaPath?: MediaPath | undefined;
  /** Milliseconds of the wall clock. */
  readonly nowMs: number;
}

/** Also 408, which some engines answer when their own queue has been waited in for too long, and 529: overloaded. */
const busyStatuses: ReadonlySet<number> = new Set([408, 425, 429, 503, 529]);

/** What a server's refusal of a request means. */
export function errorOfRefusal(refusal: Refusal, context: RefusalContext): MeshError {
  const { backend, model, secret, nowMs } = context;
  const { status, headers } = refusal;
  if (status < 400) {
    const problem = `it redirects elsewhere (HTTP status ${status}), and redirects are not followed`;
    return new MeshError("backend_protocol", { backend, problem });
  }
  if (context.mediaPath !== undefined && isWithoutPath(refusal, context)) {
    return new MeshError("backend_path_missing", { backend, path: context.mediaPath });
  }
  const aboutModel = errorOfOtherNode(refusal, context);
  if (aboutModel !== undefined) return aboutModel;
  // 402: the account behind the key has no credit left, and that is no fault of the request either.
  if (status === 401 || status === 402 || status === 403)
    return new MeshError("backend_credentials", { backend, status });
  if (busyStatuses.has(status)) {
    return new MeshError("backend_busy", { backend, retryAfterSeconds: retryAfterSeconds(headers.retryAfter, nowMs) });
  }
  if (status === 508) return new MeshError("request_loop", { hops: maxHops, limit: maxHops });
  if ((status === 502 || status === 504) && isWebPage(headers)) return proxyAlone(backend, status);
  if (status >= 500) return new MeshError("backend_failed", { backend, status });
  if (status === 404 && isWebPage(headers)) {
    return new MeshError("backend_protocol", { backend, problem: "there is a web page, and no such call" });
  }
  const words = wordsOf(refusal);
  if (status === 404 && /model/i.test(`${words.code} ${words.message}`)) {
    return new MeshError("backend_model_missing", { backend, model });
  }
  const message = secret === null ? words.message : words.message.replaceAll(secret, "[key]");
  return new MeshError("backend_rejected", { backend, status, message: cleanText(message) || "no reason given" });
}

/**
 * What another node says about this one request: its status alone would say that the key is wrong (403) or that the whole
 * node is busy (503), and whoever asks for one model would take all the others away.
 */
function errorOfOtherNode(refusal: Refusal, { backend, model, privacy, nowMs }: RefusalContext): MeshError | undefined {
  if (refusal.status !== 403 && refusal.status !== 503) return undefined;
  const { code, params } = wordsOf(refusal);
  if (refusal.status === 403 && code.startsWith("privacy_forbids ") && privacy !== null) {
    const needed = privacyLabelSchema.catch("cloud").parse(params.needed);
    return new MeshError("privacy_forbids", { model, allowed: privacy, needed });
  }
  if (refusal.status !== 503 || !code.startsWith("no_place ")) return undefined;
  const wait = retryAfterSeconds(refusal.headers.retryAfter, nowMs);
  return new MeshError("no_place", { model, reasons: [`${backend}: it has no place either`], retryAfterSeconds: wait });
}

/** Whether there is no such call, rather than no such model: that one is named, or told by its code. */
function isWithoutPath(refusal: Refusal, { model }: RefusalContext): boolean {
  if (refusal.status === 405 || refusal.status === 501) return true;
  const { code, message } = wordsOf(refusal);
  return refusal.status === 404 && !code.includes("model") && !message.includes(model);
}

/** True for the answer of a server that is there and reads a model's weights, as llama-server says it. */
export const isLoadingAnswer = (status: number, body: Buffer): boolean =>
  status === 503 && /loading/i.test(body.subarray(0, 4096).toString("latin1"));

/** A proxy stands before the server and answers with a page of its own. */
export const proxyAlone = (backend: string, status: number): MeshError =>
  new MeshError("backend_unreachable", {
    backend,
    problem: `a proxy answers in its place (HTTP status ${status}): the server behind it does not run, or is elsewhere`,
  });

/** Where a server sends whoever asks it, in words; null when it does not. */
export function redirectProblem(status: number, location: string | undefined, origin: string): string | null {
  if (status < 300 || status >= 400 || location === undefined || !URL.canParse(location, origin)) return null;
  const to = new URL(location, origin);
  const where = to.origin === origin ? "to another page of its own" : `to ${cleanText(to.origin)}`;
  return `it redirects ${where} (HTTP status ${status}), and redirects are not followed: use the address behind it`;
}

/** ` ('Sign in')`, as far as a web page has a title. */
export function pageTitle(body: Buffer): string {
  const title = /<title[^>]*>([^<]{1,200})/i.exec(body.subarray(0, 65_536).toString("utf8"))?.[1];
  const text = cleanText(title ?? "").slice(0, 80);
  return text === "" ? "" : ` ('${text}')`;
}

export const isWebPage = ({ contentType }: Pick<RefusalHeaders, "contentType">): boolean =>
  /^\s*(text\/html|application\/xhtml)/i.test(contentType ?? "");

/** The message and the code, in the forms in which servers write them. */
function wordsOf({ headers, body }: Refusal): {
  message: string;
  code: string;
  params: Readonly<Record<string, unknown>>;
} {
  const text = body.toString("utf8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { message: isWebPage(headers) ? "" : text, code: "", params: {} };
  }
  const outer = recordOf(value);
  const error = recordOf(outer.error);
  const message = [error.message, outer.error, outer.message, outer.detail].find((each) => typeof each === "string");
  const code = [error.code, error.type, outer.code].filter((each) => typeof each === "string").join(" ");
  return { message: (message as string | undefined) ?? "", code, params: recordOf(error.params) };
}

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
