import type { OutsideTool, ToolPlace } from "./outside-tool.ts";
import { quoted, setVariables } from "./quoting.ts";
import { chatRequest } from "./sample-request.ts";

/** Python with the package `openai`; other languages' packages of that name take the same two values. */
export const pythonTool: OutsideTool = {
  id: "python",
  label: "Python",
  purpose: "Your own programs, with the `openai` package.",
  dialect: "openai-chat",
  address: (gateway) => `${gateway}/v1`,
  needs: { contextTokens: 0, tools: false },
  steps: [
    "Paste the first text into a terminal; `pip install openai` if the package is not there.",
    "Save the second, and run it there: `python ask.py`.",
  ],
  snippets: (place) => [
    {
      file: null,
      text: setVariables({ OPENAI_BASE_URL: `${place.gateway}/v1`, OPENAI_API_KEY: place.key }, place.shell),
    },
    { file: "ask.py", text: program(place) },
  ],
  request: (model) => chatRequest(model),
};

const program = ({ model }: ToolPlace): string =>
  [
    "from openai import OpenAI",
    "",
    "client = OpenAI()  # address and key come from the environment",
    "stream = client.chat.completions.create(",
    `    model=${quoted(model)},`,
    '    messages=[{"role": "user", "content": "Hello"}],',
    "    stream=True,",
    ")",
    "for chunk in stream:",
    "    if chunk.choices:",
    '        print(chunk.choices[0].delta.content or "", end="", flush=True)',
    "print()",
    "",
  ].join("\n");
