import * as z from "zod";
import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import { errorOfRefusal, type Refusal } from "../../server/refusal.ts";
import { readJson } from "../read-json.ts";

const detailSchema = z.object({
  /** Of `google.rpc.ErrorInfo`. */
  reason: z.string().max(128).optional().catch(undefined),
  /** Of `google.rpc.RetryInfo`, such as `37s`. */
  retryDelay: z.string().max(32).optional().catch(undefined),
});
const errorSchema = z.object({
  error: z.object({
    code: z.number().int().min(100).max(599).optional().catch(undefined),
    details: z.array(detailSchema.catch({})).max(64).optional().catch(undefined),
  }),
});

/** Google says with status 400 that a key is wrong, and beside the headers when to come back; streams have their error in a list. */
export function readGeminiRefusal(refusal: Refusal): Refusal {
  const value = only(readJson(refusal.body));
  const parsed = errorSchema.safeParse(value);
  if (!parsed.success) return refusal;
  const { details = [] } = parsed.data.error;
  const isKey = details.some(({ reason }) => reason?.startsWith("API_KEY_") === true);
  const delay = details.find(({ retryDelay }) => retryDelay !== undefined)?.retryDelay;
  const seconds = /^(\d{1,6})(?:\.\d{1,9})?s$/.exec(delay ?? "")?.[1];
  return {
    status: refusal.status === 400 && isKey ? 401 : refusal.status,
    headers: {
      ...refusal.headers,
      retryAfter: refusal.headers.retryAfter ?? (seconds === undefined ? null : String(Number(seconds) + 1)),
    },
    body: Buffer.from(JSON.stringify(value)),
  };
}

/** What an event of a stream tells of instead of an answer; undefined for any other event. Its words are left out. */
export function errorOfEvent(
  event: unknown,
  { backend, model }: { readonly backend: string; readonly model: string },
): MeshError | undefined {
  const value = only(event);
  if (typeof value !== "object" || value === null || !("error" in value)) return undefined;
  const status = errorSchema.safeParse(value).data?.error.code ?? 500;
  const headers = { retryAfter: null, contentType: "application/json" };
  const refusal = readGeminiRefusal({ status, headers, body: Buffer.from(JSON.stringify(value)) });
  const error = errorOfRefusal(refusal, { backend, model, privacy: null, secret: null, nowMs: Date.now() });
  if (error.code !== "backend_rejected") return error;
  return new MeshError("backend_protocol", { backend, problem: `its answer turned into an error (status ${status})` });
}

const only = (value: unknown): unknown => (Array.isArray(value) && value.length === 1 ? value[0] : value);
