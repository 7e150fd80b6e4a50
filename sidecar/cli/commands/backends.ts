import { MeshError } from "../../../contract/errors/mesh-error.ts";
import {
  type BackendWish,
  type ProxyLogin,
  proxyLoginSchema,
  serverKindSchema,
} from "../../../contract/mesh/backend-entry.ts";
import type { ConnectionTest } from "../../../contract/mesh/connection-test.ts";
import { serverKinds } from "../../../contract/mesh/server-kinds.ts";
import {
  type BackendSummary,
  backendsAdd,
  backendsCheck,
  backendsDisable,
  backendsDrain,
  backendsEdit,
  backendsEnable,
  backendsList,
  backendsRemove,
} from "../../../contract/rpc/backends.ts";
import type { ControlConnection } from "../../client/control-connection.ts";
import { backendFlags, readBackendFlags } from "../backend-flags.ts";
import { backendLine, testLine } from "../backend-line.ts";
import type { Command, CommandContext } from "../command.ts";
import { missingArgument } from "../missing-argument.ts";
import { printableText } from "../model-line.ts";
import { printJson } from "../print-json.ts";
import { readKey } from "../read-key.ts";
import { trustBackend } from "../trust-backend.ts";
import { withNode } from "../with-node.ts";

/** How long open answers may take when nothing is said, in seconds. */
const drainSeconds = 300;

type Action = (context: CommandContext, connection: ControlConnection, names: readonly string[]) => Promise<number>;

const actions: Readonly<Record<string, { readonly run: Action; readonly needs: number }>> = {
  add: { run: add, needs: 1 },
  edit: { run: edit, needs: 1 },
  remove: { run: remove, needs: 1 },
  enable: { run: enable, needs: 1 },
  disable: { run: disable, needs: 1 },
  check: { run: check, needs: 0 },
  drain: { run: drain, needs: 1 },
  trust: { run: trustBackend, needs: 1 },
};

export const backendsCommand: Command = {
  summary:
    "List, add and change the servers that answer beside this node's own engine. Additions are tried first, unless --force.",
  usage: `[--json | kinds [--json] | add <name> [address] | edit <name> | remove <name> | enable <name> | disable <name> | check [name] |
        drain <name> [--deadline seconds] | trust <name> [--fingerprint SHA-256]]
        add, edit: [--kind ${serverKindSchema.options.join("|")}] [--key-stdin] [--label text] [--privacy local|lan|cloud] [--priority n]
        [--weight n] [--max-concurrent n] [--models a,b] [--url address] [--proxy http://host:port|none] [--proxy-user name]
        [--ca file] [--fingerprint of-a-backend-ai-go-machine] [--force]; "default" takes a setting back`,
  flags: {
    ...backendFlags,
    json: { type: "boolean" },
    "key-stdin": { type: "boolean" },
    force: { type: "boolean" },
    deadline: { type: "string" },
    "proxy-user": { type: "string" },
  },
  run: async (context) => {
    const [name, ...names] = context.positionals;
    if (name === undefined || name === "list")
      return await withNode(context, (connection) => list(context, connection));
    if (name === "kinds") return kinds(context);
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action === undefined) return missingArgument(context, "backends", "what to do");
    if (names.length < action.needs) {
      return missingArgument(context, "backends", "the server");
    }
    return await withNode(context, (connection) => action.run(context, connection, names));
  },
};

async function list(context: CommandContext, connection: ControlConnection): Promise<number> {
  const { backends } = await connection.request(backendsList, {});
  if (context.flags.json === true) context.write(`${printJson(backends, 2)}\n`);
  else for (const backend of backends) context.write(`${backendLine(backend)}\n`);
  return 0;
}

/** What can be added, for people and for pickers. */
function kinds(context: CommandContext): number {
  const known = Object.entries(serverKinds).map(([kind, facts]) => ({ kind, ...facts }));
  if (context.flags.json === true) context.write(`${printJson(known, 2)}\n`);
  else for (const { kind, label, description } of known) context.write(`${kind}  ${label}: ${description}\n`);
  return 0;
}

async function add(context: CommandContext, connection: ControlConnection, names: readonly string[]): Promise<number> {
  const [id = "", address] = names;
  const { kind = "openai-compatible", url = address, ...others } = readBackendFlags(id, context);
  if (url === undefined && serverKinds[kind].url === null) {
    return missingArgument(context, "backends add", "the server's address");
  }
  const entries = Object.entries({ url, ...others }).filter(([, value]) => value !== null && value !== undefined);
  const entry = { id, kind, ...Object.fromEntries(entries) } as BackendWish;
  const params = { entry, ...(await secretsFor(id, context)), force: context.flags.force === true };
  return tell(context, await connection.request(backendsAdd, params, context.signal));
}

async function edit(context: CommandContext, connection: ControlConnection, names: readonly string[]): Promise<number> {
  const [id = ""] = names;
  const changes = readBackendFlags(id, context);
  const params = { id, changes, ...(await secretsFor(id, context)), force: context.flags.force === true };
  return tell(context, await connection.request(backendsEdit, params, context.signal));
}

async function remove(context: CommandContext, connection: ControlConnection, [id = ""]: readonly string[]) {
  await connection.request(backendsRemove, { id });
  context.write("Removed. What it is still answering goes on to its end.\n");
  return 0;
}

async function enable(context: CommandContext, connection: ControlConnection, [id = ""]: readonly string[]) {
  return tell(context, await connection.request(backendsEnable, { id }));
}

async function disable(context: CommandContext, connection: ControlConnection, [id = ""]: readonly string[]) {
  return tell(context, await connection.request(backendsDisable, { id }));
}

/** The exit status says whether all that were asked are well. */
async function check(context: CommandContext, connection: ControlConnection, [id]: readonly string[]) {
  const { checks } = await connection.request(backendsCheck, id === undefined ? {} : { id }, context.signal);
  for (const { backend, error } of checks) {
    context.write(`${backendLine(backend)}\n`);
    const known = error === null ? undefined : MeshError.fromWire(error);
    if (known !== undefined) context.note(printableText(`${known.message}\n${known.nextStep}\n`));
  }
  return checks.every(({ error }) => error === null) ? 0 : 1;
}

async function drain(context: CommandContext, connection: ControlConnection, [id = ""]: readonly string[]) {
  const deadlineSeconds = Number(context.flags.deadline ?? drainSeconds);
  if (!(deadlineSeconds >= 0)) return missingArgument(context, "backends drain", "a deadline in seconds");
  const { openRequests } = await connection.request(backendsDrain, { id, deadlineSeconds }, context.signal);
  context.write(openRequests === 0 ? "Drained.\n" : `The deadline has come; still open: ${openRequests}.\n`);
  return openRequests === 0 ? 0 : 1;
}

/** A key or a proxy's password comes from the standard input, which holds one of them. */
async function secretsFor(
  backend: string,
  context: CommandContext,
): Promise<{ key?: string; proxyLogin?: ProxyLogin }> {
  const refuse = (problem: string): MeshError => new MeshError("backend_invalid", { backend, problem });
  const { "key-stdin": wantsKey, "proxy-user": user } = context.flags;
  if (typeof user !== "string") {
    if (wantsKey !== true) return {};
    const key = await readKey(context.note, context.signal);
    if (key === "") throw refuse("there is no key on the standard input");
    return { key };
  }
  if (wantsKey === true)
    throw refuse("--key-stdin and --proxy-user both read the standard input: give them one by one");
  const password = await readKey(context.note, context.signal, "Password of the proxy");
  const login = proxyLoginSchema.safeParse({ user, password });
  if (login.success) return { proxyLogin: login.data };
  throw refuse(
    `${login.error.issues[0]?.path[0] === "user" ? "--proxy-user" : "the password"}: ${login.error.issues[0]?.message}`,
  );
}

function tell(
  context: CommandContext,
  { backend, test }: { readonly backend: BackendSummary; readonly test?: ConnectionTest | null },
): number {
  if (test !== undefined && test !== null) context.note(`${testLine(test)}\n`);
  context.write(`${backendLine(backend)}\n`);
  return 0;
}
