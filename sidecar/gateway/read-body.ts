import type { IncomingMessage } from "node:http";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import { readBoundary } from "../router/form-envelope.ts";

const jsonType = /^application\/json\s*(;|$)/i;

const formType = /^multipart\/form-data\s*;/i;

export interface FormBody {
  readonly body: Buffer;
  /** What divides it; undefined where it is JSON after all. */
  readonly boundary: string | undefined;
}

/**
 * Reads the body of a request for images or audio: JSON or a form, as bytes.
 *
 * A page can send a form without asking the browser's permission first, so that one is taken only of whom a key was asked.
 *
 * @throws MeshError `unsupported_media_type`, `invalid_field`, `body_too_large`, `cancelled` when the client leaves
 */
export async function readFormOrJson(request: IncomingMessage, limitBytes: number): Promise<FormBody> {
  const contentType = request.headers["content-type"] ?? "";
  if (!formType.test(contentType)) return { body: await readJsonBody(request, limitBytes), boundary: undefined };
  const boundary = readBoundary(contentType);
  return { body: await readBytes(request, limitBytes), boundary };
}

/**
 * Reads a JSON request body as bytes.
 *
 * A page can send a form or plain text without asking the browser's permission first, but not JSON: hence the check.
 *
 * @throws MeshError `unsupported_media_type`, `body_too_large`, `cancelled` when the client leaves
 */
export function readJsonBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const contentType = request.headers["content-type"] ?? "";
  if (!jsonType.test(contentType)) throw new MeshError("unsupported_media_type", { contentType });
  return readBytes(request, limitBytes);
}

function readBytes(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  if (Number(request.headers["content-length"] ?? 0) > limitBytes)
    throw new MeshError("body_too_large", { limitBytes });
  // By events: an iterator over the stream costs more than all the rest of a small request.
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    const take = (chunk: Buffer): void => {
      sizeBytes += chunk.length;
      if (sizeBytes <= limitBytes) {
        chunks.push(ownCopy(chunk));
        return;
      }
      request.off("data", take);
      request.pause();
      chunks.length = 0;
      reject(new MeshError("body_too_large", { limitBytes }));
    };
    request.on("data", take);
    // Each comes once; `once` would keep a function and a state for each until the answer is over.
    request.on("end", () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, sizeBytes)));
    request.on("error", (cause) => reject(new MeshError("cancelled", {}, { cause })));
    request.on("close", () => {
      if (!request.complete) reject(new MeshError("cancelled", {}));
    });
  });
}

/**
 * A small piece may keep the 64 KiB alive that it was read into, for as long as the answer takes. A copy out of Node's pool
 * would keep 8 KiB alive for each, since pieces of answers use it up between two requests.
 */
function ownCopy(chunk: Buffer): Buffer {
  if (2 * chunk.length >= chunk.buffer.byteLength) return chunk;
  const { length } = chunk;
  const copy = length > blockBytes / 4 ? Buffer.allocUnsafeSlow(length) : takeOfBlock(length);
  chunk.copy(copy);
  return copy;
}

/** What small bodies are cut from, since memory of its own for each takes longer than the copy. */
const blockBytes = 16 * 1024;
let block = Buffer.allocUnsafeSlow(blockBytes);
let used = 0;

function takeOfBlock(length: number): Buffer {
  if (used + length > blockBytes) {
    block = Buffer.allocUnsafeSlow(blockBytes);
    used = 0;
  }
  const start = used;
  used += length;
  return block.subarray(start, used);
}
