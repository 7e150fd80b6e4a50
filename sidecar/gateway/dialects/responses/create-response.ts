import { responsesRequestSchema } from "../../../../contract/responses/request.ts";
import { parseBody } from "../../../platform/parse-body.ts";
import type { DialectRoute, TranslatedCall } from "../dialect.ts";
import { EventSink } from "../event-sink.ts";
import { WholeSink } from "../whole-sink.ts";
import { toChatRequest } from "./chat-request.ts";
import { responseErrors } from "./response-errors.ts";
import { ResponseEvents } from "./response-events.ts";
import { responseHead } from "./response-object.ts";

/** OpenAI's Responses API as far as it keeps nothing, answered by whatever model the router reaches. */
export const createResponse = {
  method: "POST" as const,
  path: "/v1/responses",
  errors: responseErrors(() => 0),
  translate: (body: Buffer): TranslatedCall => {
    const request = parseBody(body, responsesRequestSchema, "brackets");
    const { model } = request;
    const events = new ResponseEvents({ model, head: responseHead(request) });
    return {
      path: "/v1/chat/completions",
      body: Buffer.from(JSON.stringify(toChatRequest(request))),
      errors: responseErrors(() => events.nextNumber),
      wrap: (client) =>
        request.stream === true
          ? new EventSink({ client, model, events })
          : new WholeSink({ client, model, translate: (text) => events.whole(text) }),
    };
  },
} satisfies DialectRoute;
