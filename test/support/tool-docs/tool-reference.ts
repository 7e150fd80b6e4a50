import { dialectNames } from "../../../contract/use-with/dialect-name.ts";
import { fillStep } from "../../../contract/use-with/fill-step.ts";
import { outsideTools } from "../../../contract/use-with/index.ts";
import type { OutsideTool, ToolPlace } from "../../../contract/use-with/outside-tool.ts";
import { keyPlaceholder } from "../../../contract/use-with/tool-key.ts";

const marks = { begin: "<!-- generated: tools -->", end: "<!-- /generated: tools -->" };
const place: ToolPlace = {
  gateway: "http://127.0.0.1:6374",
  model: "qwen3-8b",
  contextTokens: 65_536,
  key: keyPlaceholder,
  shell: "sh",
};

/** A document with its part between the marks made anew from the table of tools. @throws Error without the marks */
export function withToolReference(text: string): string {
  const [from, to] = [text.indexOf(marks.begin), text.indexOf(marks.end)];
  if (from < 0 || to < from) throw new Error("docs/USE-WITH.md has lost its marks");
  const reference = outsideTools.map(toolSection).join("\n");
  return `${text.slice(0, from)}${marks.begin}\n${reference}${text.slice(to)}`;
}

function toolSection(tool: OutsideTool): string {
  const { label, purpose, dialect, needs } = tool;
  const address = tool.address(place.gateway);
  const least =
    needs.contextTokens === 0 ? "" : ` At least ${needs.contextTokens.toLocaleString("en")} tokens of context`;
  const tools = needs.tools ? ", and a model that can call functions" : "";
  const steps = tool.steps.map((step, index) => `${index + 1}. ${fillStep(step, { address, model: place.model })}`);
  const snippets = tool.snippets(place).map(({ file, text }) => {
    const where = file === null ? "In a terminal:" : `\`${file}\`:`;
    return `${where}\n\n~~~~text\n${text.trimEnd()}\n~~~~\n`;
  });
  const facts = `${dialectNames[dialect]} at \`${address}\`.${least === "" ? "" : `${least}${tools}.`}`;
  return [`### ${label}`, `${purpose} ${facts}`, "", ...steps, "", ...snippets].join("\n");
}
