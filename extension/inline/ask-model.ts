import type * as z from "zod";
import type { PrivacyLabel } from "../../contract/mesh/privacy-label.ts";
import type { chatStream } from "../../contract/rpc/chat.ts";
import { modelsCountTokens, modelsList } from "../../contract/rpc/models.ts";
import { streamAnswer } from "../chat/stream-answer.ts";
import type { NodeClient } from "../sidecar/node-connection.ts";
import type { ContextWindow } from "./context-window.ts";
import type { PromptMessage } from "./edit-prompt.ts";
import type { TargetParts } from "./edit-target.ts";
import { type FittedContext, fitContext } from "./fit-context.ts";
import type { InlineModel } from "./inline-models.ts";

export interface AskModelOptions {
  readonly client: NodeClient;
  readonly workspacePrivacy: PrivacyLabel | null;
  readonly model: InlineModel;
  readonly parts: TargetParts;
  /** Lines of each side that are shown where they fit. */
  readonly contextLines: number;
  readonly messagesFor: (context: ContextWindow) => PromptMessage[];
  /** Not all of the surroundings fit. Rejects when the person would rather not ask. */
  readonly onShortened: (shortened: NonNullable<FittedContext["shortened"]>, context: ContextWindow) => Promise<void>;
  readonly onText: (text: string) => void;
  readonly onWaiting: (position: number) => void;
  readonly signal: AbortSignal;
}

/** An answer needs about what it replaces, counted roughly, and some more. */
const answerTokens = (target: string): number => Math.ceil(target.length / 3) + 256;

/** Asks about a place in a document, with as much around it as fits. @throws MeshError */
export async function askModel(options: AskModelOptions): Promise<z.infer<typeof chatStream.result>> {
  const { client, workspacePrivacy, model, parts, messagesFor, signal } = options;
  const limit = workspacePrivacy === null ? {} : { workspacePrivacy };
  const { messages, context, shortened } = await fitContext({
    parts,
    model: model.name,
    messagesFor,
    answerTokens: answerTokens(parts.target),
    widest: options.contextLines,
    count: async (input) => {
      try {
        const { tokens } = await client.request(
          modelsCountTokens,
          { ...model.choice, input: input.map((message) => ({ ...message })), ...limit },
          signal,
        );
        return tokens;
      } catch {
        signal.throwIfAborted();
        // Many servers cannot count. Whatever else is wrong, the question itself says it better.
        return null;
      }
    },
    contextTokens: async () => {
      if (!model.isOwn) return model.contextTokens;
      // Counting has loaded it, so that it has a context now.
      const { models } = await client.request(modelsList, {}, signal);
      return models.find(({ id }) => id === model.choice.model)?.contextTokens ?? null;
    },
  });
  if (shortened !== null) await options.onShortened(shortened, context);
  const { onText, onWaiting } = options;
  return await streamAnswer(client, {
    choice: model.choice,
    messages: messages.map((message) => ({ ...message })),
    workspacePrivacy,
    onText,
    onWaiting,
    signal,
  });
}
