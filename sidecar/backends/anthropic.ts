import type { ListedAnthropicModel } from "../../contract/anthropic/answer.ts";
import type { NodeId } from "../../contract/mesh/ids.ts";
import { serverKinds } from "../../contract/mesh/server-kinds.ts";
import { type BackendEntry, backendEntrySchema } from "../registry/backend-entry.ts";
import type { BackendDefinition } from "./definition.ts";
import { readEntry } from "./server/model-list.ts";
import { nodeAware } from "./server/node-aware-dialect.ts";
import { ServerBackend } from "./server/server-backend.ts";
import type { ServerDependencies } from "./server/server-dependencies.ts";
import type { ServerDialect } from "./server/server-dialect.ts";
import { ChatChunks } from "./translation/anthropic/chat-chunks.ts";
import { toMessagesCall } from "./translation/anthropic/messages-request.ts";
import { nextPage, readListedModel, withFacts } from "./translation/anthropic/model-page.ts";
import { StreamedAnswerSink } from "./translation/streamed-answer-sink.ts";
import { WholeAnswerSink } from "./translation/whole-answer-sink.ts";

/** The version of the API that this speaks; there has been no later one. */
const apiVersion = "2023-06-01";
const listPath = "/v1/models?limit=1000";

function anthropicDialect(entry: BackendEntry, nodeId: NodeId): ServerDialect {
  const listed = new Map<string, ListedAnthropicModel>();
  const list = nodeAware(entry, nodeId, (model) => {
    const read = readEntry(model);
    const facts = readListedModel(model);
    if (read === undefined || facts === undefined) return read;
    listed.set(read.id, facts);
    return withFacts(read, facts);
  });
  return {
    listPath,
    nextPage: (body) => nextPage(body, listPath),
    paths: ["/v1/chat/completions"],
    nativePaths: ["/v1/messages", "/v1/messages/count_tokens"],
    credentials: (key) => [["x-api-key", key]],
    readList: list.readList,
    headers: (request) => [["anthropic-version", apiVersion], ...list.headers(request)],
    translate: ({ body, model }) => {
      const { fields, stream, wantsUsage } = toMessagesCall(body, { model, listed: listed.get(model) });
      const translation = new ChatChunks({ backend: entry.id, model, wantsUsage });
      const sink = stream ? StreamedAnswerSink : WholeAnswerSink;
      return {
        path: "/v1/messages",
        body: Buffer.from(JSON.stringify(fields)),
        wrap: (client) => new sink({ backend: entry.id, client, translation }),
      };
    },
  };
}

/** Anthropic's cloud, or whatever else speaks its Messages API. */
export const anthropicDefinition: BackendDefinition<BackendEntry, ServerDependencies> = {
  kind: "anthropic",
  ...serverKinds.anthropic,
  configSchema: backendEntrySchema,
  create: (entry, dependencies) => new ServerBackend(entry, anthropicDialect(entry, dependencies.nodeId), dependencies),
};
