import { modelNameSchema } from "../../../contract/mesh/alias.ts";
import { keysCreate, keysList } from "../../../contract/rpc/keys.ts";
import { modelsList } from "../../../contract/rpc/models.ts";
import { type NodeStatus, nodeStatus } from "../../../contract/rpc/node.ts";
import { topologySubscribe } from "../../../contract/rpc/topology.ts";
import { toolsTry } from "../../../contract/rpc/use-with.ts";
import { dialectNames } from "../../../contract/use-with/dialect-name.ts";
import { fillStep } from "../../../contract/use-with/fill-step.ts";
import { outsideTools } from "../../../contract/use-with/index.ts";
import type { OutsideTool } from "../../../contract/use-with/outside-tool.ts";
import { freeKeyName, keyPlaceholder } from "../../../contract/use-with/tool-key.ts";
import type { ControlConnection } from "../../client/control-connection.ts";
import { chooseMeshModel, contextOfModel } from "../choose-mesh-model.ts";
import type { Command, CommandContext } from "../command.ts";
import { missingArgument } from "../missing-argument.ts";
import { printable, printableText } from "../model-line.ts";
import { parseFlag } from "../parse-flag.ts";
import { takenPortNote } from "../taken-port-note.ts";
import { trialLine } from "../trial-line.ts";
import { withNode } from "../with-node.ts";

interface Use {
  readonly tool: OutsideTool;
  readonly model: string;
  readonly contextTokens: number | null;
  readonly status: NodeStatus;
}

export const useWithCommand: Command = {
  summary: "Show what to set in another program so that it uses this mesh, and try what it would send.",
  usage: `[<program>] [--model <model>] [--create-key] [--test]
        programs: ${outsideTools.map(({ id }) => id).join(", ")}`,
  flags: { model: { type: "string", short: "m" }, "create-key": { type: "boolean" }, test: { type: "boolean" } },
  run: async (context) => {
    const [name] = context.positionals;
    if (name === undefined) {
      context.write(outsideTools.map(({ id, purpose }) => `${id.padEnd(12)} ${purpose}\n`).join(""));
      return 0;
    }
    const tool = outsideTools.find(({ id }) => id === name);
    if (tool === undefined) return missingArgument(context, "use-with", "one of its programs");
    return await withNode(context, async (connection) => {
      const use = await readUse(context, connection, tool);
      if (context.flags.test === true) return await test(context, connection, use);
      await show(context, connection, use);
      return 0;
    });
  },
};

async function readUse(context: CommandContext, connection: ControlConnection, tool: OutsideTool): Promise<Use> {
  const { models } = await connection.request(modelsList, {});
  const { nodes } = await connection.request(topologySubscribe, {});
  const model = parseFlag(context, "model", modelNameSchema) ?? chooseMeshModel(models, nodes);
  const status = await connection.request(nodeStatus, {});
  return { tool, model, contextTokens: contextOfModel(model, nodes), status };
}

/** What is to be pasted goes to the standard output, what is only to be read beside it. */
async function show(context: CommandContext, connection: ControlConnection, use: Use): Promise<void> {
  const { tool, model, contextTokens, status } = use;
  const gateway = status.gateway.url;
  const address = tool.address(gateway);
  const key = context.flags["create-key"] === true ? await createKey(connection, tool) : undefined;
  const { note, write } = context;
  note(`${tool.label}: ${tool.purpose}\n\n`);
  note(`Address  ${address} (${dialectNames[tool.dialect]})\nModel    ${printable(model)}\n`);
  if (key !== undefined) note(`Key      '${key.name}', shown this once: 'inference-mesh keys' lists it.\n`);
  else
    note(
      `Key      ${keyPlaceholder} stands for it: --create-key makes one, the node's own is in ${status.gateway.keyFile}\n`,
    );
  for (const [index, step] of tool.steps.entries()) {
    note(`\n${index + 1}. ${printable(fillStep(step, { address, model }))}`);
  }
  const shell = process.platform === "win32" ? "powershell" : "sh";
  for (const { file, text } of tool.snippets({
    gateway,
    model,
    contextTokens,
    key: key?.key ?? keyPlaceholder,
    shell,
  })) {
    note(`\n\n--- ${file ?? "in a terminal"}\n`);
    write(text.endsWith("\n") ? text : `${text}\n`);
  }
  note(`\nThen try it: inference-mesh use-with ${tool.id} --test\n`);
  for (const line of lastingNotes(status)) note(`${line}\n`);
}

/** What would make these settings wrong tomorrow. */
function lastingNotes(status: NodeStatus): string[] {
  const port = takenPortNote(status);
  return [
    ...(status.keepsServing
      ? []
      : [
          "The node ends a few seconds after its last window or command: 'inference-mesh serve' keeps it for other programs.",
        ]),
    ...(port === undefined ? [] : [`Take care: ${port}.`]),
  ];
}

async function createKey(
  connection: ControlConnection,
  tool: OutsideTool,
): Promise<{ readonly name: string; readonly key: string }> {
  const { keys } = await connection.request(keysList, {});
  const name = freeKeyName(tool.id, keys);
  const { key } = await connection.request(keysCreate, { name, settings: {} });
  return { name, key };
}

async function test(context: CommandContext, connection: ControlConnection, { tool, model }: Use): Promise<number> {
  const trial = await connection.request(toolsTry, { tool: tool.id, model }, context.signal);
  context.write(`${printableText(trialLine(trial))}\n`);
  return trial.outcome === "answered" ? 0 : 1;
}
