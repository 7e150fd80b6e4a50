import type { Ask, DialectClient, Heard, Json } from "./dialect-client.ts";

export interface Door {
  readonly url: string;
  readonly key: string;
}

/** Asks a gateway in a dialect, and reads the answer. @throws Error with what the gateway says, where it refuses */
export async function ask(door: Door, client: DialectClient, asked: Ask): Promise<Heard> {
  const response = await send(door, client, asked);
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status}: ${text}`);
  return asked.stream ? client.readStream(text) : client.readWhole(JSON.parse(text));
}

/** Asks for what should be refused. */
export async function refusalOf(
  door: Door,
  client: DialectClient,
  asked: Ask,
): Promise<{ status: number; text: string }> {
  const response = await send(door, client, asked);
  const answer: Json = await response.json();
  return { status: response.status, text: response.ok ? "" : client.errorText(answer) };
}

/** Asks for a stream, does something at its first piece of text, and hears what comes then. */
export async function askAndInterrupt(
  door: Door,
  client: DialectClient,
  asked: Omit<Ask, "stream">,
  interrupt: (leave: () => void) => void,
): Promise<Heard> {
  const abort = new AbortController();
  const response = await send(door, client, { ...asked, stream: true }, abort.signal);
  const decoder = new TextDecoder();
  let text = "";
  let isInterrupted = false;
  try {
    for await (const bytes of response.body ?? []) {
      text += decoder.decode(bytes, { stream: true });
      if (isInterrupted || client.readStream(text).pieces === 0) continue;
      isInterrupted = true;
      interrupt(() => abort.abort());
    }
  } catch {
    // That it broke off is what is told.
  }
  return client.readStream(text);
}

const send = (door: Door, client: DialectClient, asked: Ask, signal?: AbortSignal): Promise<Response> =>
  fetch(door.url + client.path, {
    method: "POST",
    headers: { authorization: `Bearer ${door.key}`, "content-type": "application/json" },
    body: JSON.stringify(client.body(asked)),
    ...(signal === undefined ? {} : { signal }),
  });
