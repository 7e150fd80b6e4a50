import { type NodeStatus, nodeStatus } from "../../../contract/rpc/node.ts";
import type { Command } from "../command.ts";
import { hardwareLines } from "../hardware-lines.ts";
import { keyStoreWords } from "../key-store-words.ts";
import { keylessNote } from "../keyless-note.ts";
import { modelLine, printable } from "../model-line.ts";
import { printJson } from "../print-json.ts";
import { takenPortNote } from "../taken-port-note.ts";
import { withRunningNode } from "../with-node.ts";

export const statusCommand: Command = {
  summary: "Show the running node: address, key file, models, clients.",
  usage: "[--json]",
  flags: { json: { type: "boolean" } },
  run: async (context) =>
    await withRunningNode(context, async (connection) => {
      const status = await connection.request(nodeStatus, {});
      context.write(context.flags.json === true ? `${printJson(status, 2)}\n` : describe(status));
      return 0;
    }),
};

function describe(status: NodeStatus): string {
  const { gateway, clients, openRequests, keyStore } = status;
  const stays = status.keepsServing ? "stays until it is stopped" : "ends after its last client";
  const portNote = takenPortNote(status);
  const keyless = keylessNote(status);
  const rows: [string, string][] = [
    ["Node", `${status.name} (${status.id}), version ${status.version}, process ${status.pid}`],
    ["State", `${status.lifecycle}, ${stays}`],
    ["Gateway", `${gateway.url}/v1`],
    ...(portNote === undefined ? [] : [["", `(${portNote})`] satisfies [string, string]]),
    ["Key", gateway.keyFile],
    ...(keyless === undefined ? [] : [["Keyless", keyless.note] satisfies [string, string]]),
    ...(keyStore === undefined ? [] : [["Secrets", keyStoreWords(keyStore)] satisfies [string, string]]),
    ["Clients", `${clients} connected, ${openRequests} request(s) open`],
    ...configurationRows(status),
    ...hardwareLines(status.hardware).map((line, index): [string, string] => [index === 0 ? "Machine" : "", line]),
    ["Models", status.models.length === 0 ? `none; put .gguf files into ${status.folders.models}` : ""],
  ];
  const lines = rows.map(([name, value]) => `${name.padEnd(8)} ${value}`.trimEnd());
  return `${[...lines, ...status.models.map((model) => `  ${modelLine(model)}`), `Log      ${status.logFile}`].join("\n")}\n`;
}

/** Nothing where all is well: everybody knows where the file is, or asks `config path`. */
function configurationRows({ configuration: { path, problem, needsRestart } }: NodeStatus): [string, string][] {
  const rows: [string, string][] = [];
  if (problem !== null)
    rows.push(["Config", printable(`NOT VALID, what it said before goes on: ${path}: ${problem.reason}`)]);
  if (needsRestart.length > 0) rows.push(["Config", `needs restart: ${needsRestart.join(", ")}`]);
  return rows;
}
