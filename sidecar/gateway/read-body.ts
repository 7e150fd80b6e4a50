import type { IncomingMessage } from "node:http";
import { MeshError } from "../../contract/errors/mesh-error.ts";

/**
 * Reads a JSON request body as bytes.
 *
 * A page can send a form or plain text without asking the browser's permission first, but not JSON: hence the check.
 *
 * @throws MeshError `unsupported_media_type`, `body_too_large`, `cancelled` when the client leaves
 */
export async function readJsonBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const contentType = request.headers["content-type"] ?? "";
  if (!/^application\/json\s*(;|$)/i.test(contentType)) throw new MeshError("unsupported_media_type", { contentType });
  if (Number(request.headers["content-length"] ?? 0) > limitBytes)
    throw new MeshError("body_too_large", { limitBytes });
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length;
      if (sizeBytes > limitBytes) throw new MeshError("body_too_large", { limitBytes });
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof MeshError ? error : new MeshError("cancelled", {}, { cause: error });
  }
  return Buffer.concat(chunks, sizeBytes);
}
