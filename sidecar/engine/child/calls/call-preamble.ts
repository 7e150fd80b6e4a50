import type { Tool } from "../../../../contract/openai/tools.ts";
import { taughtFormat } from "./index.ts";

/**
 * What a model is told about functions whose chat template knows none. Documented in docs/API.md: people see it in the
 * token counts.
 */
export function callPreamble(tools: readonly Tool[]): string {
  const { opener, beforeName, beforeArguments, afterArguments } = taughtFormat;
  const example = `${opener}\n${beforeName}the name${beforeArguments}{"an argument": "its value"}${afterArguments}`;
  return [
    "You can call functions. Each line below describes one as JSON:",
    ...tools.map(({ function: { name, description, parameters } }) =>
      JSON.stringify({ name, description, parameters }),
    ),
    "To call a function, write this and nothing after it; repeat it to call several:",
    example,
    "The results come with the next message. Call a function only if it helps; otherwise answer in plain text.",
  ].join("\n");
}

/** An earlier call, written as the preamble asks for it. */
export function writtenCall(name: string, argumentsText: string): string {
  const { opener, beforeName, beforeArguments, afterArguments } = taughtFormat;
  return `${opener}\n${beforeName}${name}${beforeArguments}${argumentsText}${afterArguments}`;
}

/** A result, as the text of a user's message. */
export const writtenResult = (content: string): string => `<tool_response>\n${content}\n</tool_response>`;
