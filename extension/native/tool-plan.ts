import type * as vscode from "vscode";
import type { StreamedChatRequest } from "../../contract/rpc/chat.ts";
import type { OfferedModel } from "./offered-models.ts";

type EditorTool = Pick<vscode.LanguageModelChatTool, "name" | "description" | "inputSchema">;

export interface EditorToolWishes {
  readonly tools?: readonly EditorTool[] | undefined;
  readonly mustCall: boolean;
  /** Whether the conversation ends with what a function has answered. */
  readonly hasResult: boolean;
}

/** How a request asks for calls, and how its answer is read. */
export interface ToolPlan {
  readonly fields: Pick<StreamedChatRequest, "tools" | "tool_choice" | "response_format">;
  /** What the model is to be told besides, where its template has no words for functions. */
  readonly instructions: string | null;
  /** The function whose arguments the whole answer is; null where calls come as calls. */
  readonly wholeAnswerCalls: string | null;
}

const none: ToolPlan = { fields: {}, instructions: null, wholeAnswerCalls: null };

/** The one tool of the editor's inline chat, which shows an edit only when it is called. */
export const editTool = "replace_string_in_file";

/**
 * A model that knows functions is told of them, and held to a call where one must be made. One of this node that does not is
 * held to the arguments of the first function by a schema, where a call must be made; otherwise it just answers. An edit is made
 * once: after its result the model has the last word.
 */
export function planTools({ tools = [], mustCall, hasResult }: EditorToolWishes, model: OfferedModel): ToolPlan {
  const [first] = tools;
  if (first === undefined) return none;
  const isForced = mustCall || (tools.length === 1 && first.name === editTool && !hasResult);
  if (model.knowsTools) {
    return {
      ...none,
      fields: { tools: tools.map(toFunction), tool_choice: isForced ? "required" : "auto" },
    };
  }
  if (!isForced || !model.isOwn) return none;
  const schema = schemaOf(first);
  return {
    fields: { response_format: { type: "json_schema", json_schema: { name: "arguments", schema } } },
    instructions: `Answer with the arguments of the function ${first.name} as JSON. ${first.description}`.trim(),
    wholeAnswerCalls: first.name,
  };
}

const toFunction = ({ name, description, inputSchema }: EditorTool) => ({
  type: "function" as const,
  function: { name, description, parameters: schemaOf({ inputSchema }) },
});

/** The editor says "object" of what is a JSON schema. */
const schemaOf = ({ inputSchema }: Pick<EditorTool, "inputSchema">): Record<string, unknown> => ({
  ...(inputSchema ?? { type: "object", properties: {} }),
});
