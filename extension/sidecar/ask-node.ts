import { randomUUID } from "node:crypto";
import type * as z from "zod";
import type { RouteTag } from "../../contract/mesh/routing.ts";
import {
  type ChatPiece,
  chatChunk,
  chatCredit,
  chatRoute,
  chatStream,
  chatWaiting,
  type StreamedChatRequest,
} from "../../contract/rpc/chat.ts";
import type { NodeClient } from "./node-connection.ts";

export interface AskNodeOptions {
  readonly request: StreamedChatRequest;
  readonly wishes: Pick<
    z.infer<typeof chatStream.params>,
    "workspacePrivacy" | "privacy" | "strategy" | "onlyBackends" | "notBackends"
  >;
  /** Where the answer comes from: told once, before its first piece or when there is none. */
  readonly onRoute?: (tag: RouteTag) => void;
  readonly onPiece: (piece: ChatPiece) => void;
  /** The model is busy, and this is the question's place among those that wait; 1 is next. */
  readonly onWaiting?: (position: number) => void;
  readonly signal: AbortSignal;
}

/** Pieces that may be on their way at once; each that arrives allows one more. */
const credit = 16;

/** Puts a request to the node, and hands on the answer piece by piece. @throws MeshError */
export async function askNode(
  client: NodeClient,
  { request, wishes, onPiece, onRoute, onWaiting, signal }: AskNodeOptions,
): Promise<z.infer<typeof chatStream.result>> {
  const streamId = randomUUID();
  const pieces = client.on(chatChunk, ({ streamId: from, ...piece }) => {
    if (from !== streamId) return;
    onPiece(piece);
    client.notify(chatCredit, { streamId, credit: 1 });
  });
  const waiting = client.on(chatWaiting, (place) => {
    if (place.streamId === streamId) onWaiting?.(place.position);
  });
  const route = client.on(chatRoute, ({ streamId: from, ...tag }) => {
    if (from === streamId) onRoute?.(tag);
  });
  try {
    return await client.request(chatStream, { streamId, credit, request, ...wishes }, signal);
  } finally {
    pieces.dispose();
    waiting.dispose();
    route.dispose();
  }
}
