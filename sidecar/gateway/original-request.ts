import type { IncomingMessage } from "node:http";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import { scanEnvelope } from "../router/envelope.ts";
import type { OriginalRequest, TranslatedRequest } from "../router/original-request.ts";
import type { NativeRoute } from "./dialects/dialect.ts";

/** A query of a dialect's own: flags alone, which no path begins anew behind. */
const plainQuery = /^\?[\w=&.-]{1,200}$/;

/**
 * A request that some places may get as it is. It is translated when the first one is asked for that does not speak its
 * dialect. `body`: the client's bytes.
 */
export function originalRequest(
  route: NativeRoute,
  body: Buffer,
  { url = "", headers }: Pick<IncomingMessage, "url" | "headers">,
): OriginalRequest {
  const query = url.slice(route.path.length);
  let translation: TranslatedRequest | MeshError | undefined;
  const translate = (): TranslatedRequest | MeshError => {
    try {
      const { body: translated, wrap } = route.translate(body);
      return { body: translated, envelope: scanEnvelope(translated), wrap };
    } catch (error) {
      if (error instanceof MeshError) return error;
      throw error;
    }
  };
  const translateOnce = (): TranslatedRequest | MeshError => {
    translation ??= translate();
    return translation;
  };
  return {
    path: route.path,
    native: {
      path: plainQuery.test(query) ? route.path + query : route.path,
      headers: route.native.headers.flatMap((name) => {
        const value = headers[name];
        return value === undefined ? [] : [[name, String(value)] as const];
      }),
    },
    refusal: () => {
      const made = translateOnce();
      return made instanceof MeshError ? made : null;
    },
    translated: () => {
      const made = translateOnce();
      if (made instanceof MeshError) throw made;
      return made;
    },
    readAnswer: route.native.readAnswer,
    fail: (client, error, ours) => {
      const told = translation === undefined || translation instanceof MeshError ? client : translation.wrap(client);
      told.fail(error, ours);
    },
  };
}
