import * as z from "zod";

/** A message of JSON-RPC 2.0; without an id it wants no answer. */
const messageSchema = z.object({
  jsonrpc: z.literal("2.0"),
  id: z.union([z.string().max(256), z.number()]).optional(),
  method: z.string().max(256),
  params: z.unknown().optional(),
});
export type RpcMessage = z.infer<typeof messageSchema>;

/** No honest question is larger, in characters. */
const maxLineCharacters = 1024 * 1024;

/** The errors of JSON-RPC 2.0 that can be met here. */
export const rpcErrors = { parse: -32700, invalidRequest: -32600, noMethod: -32601, invalidParams: -32602 } as const;

/** Reads one line. An answer to a question that was never asked is no message, and neither is what cannot be read. */
export function readMessage(line: string): RpcMessage | { readonly problem: number } {
  if (line.length > maxLineCharacters) return { problem: rpcErrors.invalidRequest };
  let content: unknown;
  try {
    content = JSON.parse(line);
  } catch {
    return { problem: rpcErrors.parse };
  }
  return messageSchema.safeParse(content).data ?? { problem: rpcErrors.invalidRequest };
}
