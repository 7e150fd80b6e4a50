import { keysCreate, keysEdit, keysList, keysRevoke } from "../../../contract/rpc/keys.ts";
import type { ControlConnection } from "../../client/control-connection.ts";
import type { Command, CommandContext } from "../command.ts";
import { keyLine } from "../key-line.ts";
import { keyFlags, readKeyChanges } from "../key-words.ts";
import { missingArgument } from "../missing-argument.ts";
import { withNode } from "../with-node.ts";

type Action = (context: CommandContext, connection: ControlConnection, name: string) => Promise<number>;

/** The key alone goes to the standard output, so that it can be piped to where it is needed, past any screen. */
const create: Action = async (context, connection, name) => {
  const settings = readKeyChanges(context, Date.now());
  const { key, summary } = await connection.request(keysCreate, { name, settings });
  context.note(`${keyLine(summary, Date.now())}\nThis is the only time that the key is shown:\n`);
  context.write(`${key}\n`);
  return 0;
};

const edit: Action = async (context, connection, name) => {
  const changes = readKeyChanges(context, Date.now());
  const { summary } = await connection.request(keysEdit, { name, changes });
  context.write(`${keyLine(summary, Date.now())}\n`);
  return 0;
};

const revoke: Action = async (context, connection, name) => {
  await connection.request(keysRevoke, { name });
  context.write("Revoked. Its open answers have ended.\n");
  return 0;
};

const actions: Readonly<Record<string, Action>> = { create, edit, revoke };

export const keysCommand: Command = {
  summary: "List, make, change and revoke keys for tools, each with its models, its limits and its end.",
  usage: `[--json | create <name> | edit <name> | revoke <name>]
        create and edit take: [--models a,b] [--privacy local|mine|lan|cloud] [--rpm 60] [--tpm 10000] [--expires 30d]
        [--scopes inference,models,metrics] [--enable | --disable]; "none" takes a limit away`,
  flags: { ...keyFlags, json: { type: "boolean" } },
  run: async (context) => {
    const [action = "list", name] = context.positionals;
    if (action === "list") return await withNode(context, (connection) => list(context, connection));
    const run = Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (run === undefined) return missingArgument(context, "keys", "what to do");
    if (name === undefined) return missingArgument(context, "keys", "the key");
    return await withNode(context, (connection) => run(context, connection, name));
  },
};

async function list(context: CommandContext, connection: ControlConnection): Promise<number> {
  const { keys } = await connection.request(keysList, {});
  if (context.flags.json === true) context.write(`${JSON.stringify(keys, null, 2)}\n`);
  else if (keys.length === 0) context.note("No keys but the node's own.\n");
  else context.write(keys.map((key) => `${keyLine(key, Date.now())}\n`).join(""));
  return 0;
}
