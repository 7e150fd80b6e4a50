import * as z from "zod";
import { aiderTool } from "./aider.ts";
import { claudeCodeTool } from "./claude-code.ts";
import { clineTool } from "./cline.ts";
import { codexTool } from "./codex.ts";
import { continueTool } from "./continue.ts";
import { curlTool } from "./curl.ts";
import { openWebuiTool } from "./open-webui.ts";
import type { OutsideTool } from "./outside-tool.ts";
import { pythonTool } from "./python.ts";

/** Programs outside the editor, in the order in which they are offered. A new one is a new file and a line here. */
export const outsideTools: readonly OutsideTool[] = [
  continueTool,
  clineTool,
  claudeCodeTool,
  codexTool,
  aiderTool,
  openWebuiTool,
  curlTool,
  pythonTool,
];

export const outsideToolIdSchema = z.enum(outsideTools.map(({ id }) => id));

/** @throws Error for an id that the schema would have refused */
export function outsideTool(id: string): OutsideTool {
  const tool = outsideTools.find((each) => each.id === id);
  if (tool === undefined) throw new Error("no such tool");
  return tool;
}
