import type { ServerResponse } from "node:http";

/** How long the rest of a body is taken in after its request was refused, in milliseconds, and how much of it. */
const lingerMs = 1000;
const lingerBytes = 4 * 1024 * 1024;

/**
 * Sends a refusal while the client still sends its body. A connection that is closed on unread bytes is reset, and the reset
 * overtakes the answer: the client would hear of a broken pipe, and never why. So the rest is taken in and thrown away,
 * within limits, before the connection ends. The answer itself is whole at once.
 */
export function endBeforeBody(response: ServerResponse, body: string): void {
  const { req: request } = response;
  let taken = 0;
  const end = (): void => {
    clearTimeout(timer);
    request.off("data", take).off("end", end).off("close", end);
    response.end();
  };
  const take = (chunk: Buffer): void => {
    taken += chunk.length;
    if (taken > lingerBytes) end();
  };
  const timer = setTimeout(end, lingerMs);
  response.write(body);
  request.on("data", take).once("end", end).once("close", end);
  request.resume();
}
