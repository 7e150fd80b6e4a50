import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";

export interface StreamedAnswer {
  readonly status: number;
  /** What has come so far. */
  readonly text: string;
  /** Resolves at the end: true when the answer was whole, false when it broke off. */
  readonly ended: Promise<boolean>;
}

/**
 * Asks for an answer and reads it to its end, or to where it breaks off. Not with `fetch`, which throws away what has
 * arrived and was not read yet when a connection breaks: the very words that say why.
 */
export async function readStream(url: string, key: string, body: string): Promise<StreamedAnswer> {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const sent = request(url, { method: "POST", headers, agent: false }).end(body);
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  // A connection that breaks is told by the response as well.
  sent.on("error", () => undefined);
  let text = "";
  response.setEncoding("utf8").on("data", (piece: string) => {
    text += piece;
  });
  response.on("error", () => undefined);
  const ended = new Promise<boolean>((resolve) => {
    response.once("close", () => resolve(response.complete));
  });
  return {
    status: response.statusCode ?? 0,
    get text() {
      return text;
    },
    ended,
  };
}
