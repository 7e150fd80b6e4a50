import { messagesRequestSchema } from "../../../../contract/anthropic/messages.ts";
import type { InferencePath } from "../../../../contract/openai/paths.ts";
import { parseBody } from "../../../platform/parse-body.ts";
import type { NativeRoute, TranslatedCall } from "../dialect.ts";
import { EventSink } from "../event-sink.ts";
import { WholeSink } from "../whole-sink.ts";
import { anthropicErrors } from "./anthropic-errors.ts";
import { toChatRequest } from "./chat-request.ts";
import { MessageEvents } from "./message-events.ts";
import { nativeHeaders, readPassing } from "./passing-message.ts";
import { toMessage } from "./whole-message.ts";

/** Anthropic's Messages API, answered by whatever model the router reaches. */
export const messages = {
  method: "POST" as const,
  path: "/v1/messages",
  errors: anthropicErrors,
  native: { as: "/v1/chat/completions" as InferencePath, headers: nativeHeaders, readAnswer: readPassing },
  translate: (body: Buffer): TranslatedCall => {
    const request = parseBody(body, messagesRequestSchema);
    const { model, stream, thinking } = request;
    const tellsThoughts = thinking?.type === "disabled" || thinking?.display !== "omitted";
    const asked = { model, stopSequences: request.stop_sequences ?? [], tellsThoughts };
    return {
      path: "/v1/chat/completions",
      body: Buffer.from(JSON.stringify(toChatRequest(request))),
      wrap: (client) =>
        stream === true
          ? new EventSink({ client, model, events: new MessageEvents(asked) })
          : new WholeSink({ client, model, translate: (text) => toMessage(text, asked) }),
    };
  },
} satisfies NativeRoute;
