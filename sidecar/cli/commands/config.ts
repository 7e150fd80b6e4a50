import { resolve } from "node:path";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { ConfigurationState } from "../../../contract/mesh/configuration-state.ts";
import { type ConfigurationVersionSummary, configurationRestore } from "../../../contract/rpc/configuration.ts";
import { InstanceLock } from "../../lifecycle/instance-lock.ts";
import { formatByteSize } from "../../platform/byte-size.ts";
import { ensureFolder } from "../../platform/folders.ts";
import { configurationPath } from "../../registry/configuration.ts";
import { ConfigurationHistory } from "../../registry/configuration-history.ts";
import { formerVersions } from "../../registry/former-versions.ts";
import { parseConfiguration } from "../../registry/parse-configuration.ts";
import { readConfigurationText } from "../../registry/read-configuration.ts";
import { restoreConfiguration } from "../../registry/restore-configuration.ts";
import { lockFile } from "../../start-node.ts";
import type { Command, CommandContext } from "../command.ts";
import { confirm } from "../confirm.ts";
import { missingArgument } from "../missing-argument.ts";
import { printable, printableText } from "../model-line.ts";
import { printJson } from "../print-json.ts";
import { withRunningNode } from "../with-node.ts";

type Action = (context: CommandContext, argument: string | undefined) => Promise<number>;

const actions: Readonly<Record<string, Action>> = { path, check, show, history, restore };

/** None of these starts a node: they are needed most where it does not start. */
export const configCommand: Command = {
  summary:
    "Say where the node's settings stand, check them, show them, list their former versions, and bring one back.",
  usage: "path | check [file] | show | history [--json] | restore <number> [--yes]",
  flags: { json: { type: "boolean" }, yes: { type: "boolean", short: "y" } },
  run: async (context) => {
    const [name = "path", argument] = context.positionals;
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    return action === undefined ? missingArgument(context, "config", "what to do") : await action(context, argument);
  },
};

const pathOf = ({ folders }: CommandContext): string => configurationPath(folders.config);

async function path(context: CommandContext): Promise<number> {
  context.write(`${pathOf(context)}\n`);
  return 0;
}

/** With the variables of this terminal: those of a node in the background may be others. */
async function check(context: CommandContext, file: string | undefined): Promise<number> {
  const checked = file === undefined ? pathOf(context) : resolve(file);
  const text = await readConfigurationText(checked);
  if (text === undefined && file !== undefined) {
    throw new MeshError("configuration_invalid", { path: checked, problem: "there is no such file" });
  }
  parseConfiguration(text ?? "", { path: checked, env: process.env });
  context.write(text === undefined ? "There is no file: the defaults count.\n" : `Valid: ${printable(checked)}\n`);
  return 0;
}

async function show(context: CommandContext): Promise<number> {
  context.write(
    printableText((await readConfigurationText(pathOf(context))) ?? "# There is no file: the defaults count.\n"),
  );
  return 0;
}

async function history(context: CommandContext): Promise<number> {
  const versions = await listed(context);
  if (context.flags.json === true) context.write(`${printJson(versions, 2)}\n`);
  else if (versions.length === 0) context.note("There is no former version.\n");
  else context.write(versions.map((version, index) => `${versionLine(version, index + 1)}\n`).join(""));
  return 0;
}

async function restore(context: CommandContext, argument: string | undefined): Promise<number> {
  if (argument === undefined) return missingArgument(context, "config", "a number of `config history`");
  const version = (await listed(context))[Number(argument) - 1];
  if (version === undefined) throw new MeshError("configuration_version_unknown", { id: argument.slice(0, 100) });
  if (context.flags.yes !== true) {
    context.note(`${versionLine(version, Number(argument))}\n`);
    if (!(await confirm(context, "Bring it back?", "Nothing was changed."))) return 1;
  }
  const state = await bringBack(context, version.id);
  context.write("Restored. What was there before is the first in `inference-mesh config history`.\n");
  if (state !== null && state.needsRestart.length > 0) {
    context.note(`From the next start of the node on: ${state.needsRestart.join(", ")}\n`);
  }
  return 0;
}

/** Through the node where one runs, else in its place: one process alone writes the file. @returns null without a node */
async function bringBack(context: CommandContext, id: string): Promise<ConfigurationState | null> {
  try {
    return await withRunningNode(context, async (connection) => {
      return (await connection.request(configurationRestore, { id })).configuration;
    });
  } catch (error) {
    if (!(error instanceof MeshError) || error.code !== "node_not_running") throw error;
  }
  const { folders, installation } = context;
  ensureFolder(folders.state);
  const lock = InstanceLock.acquire(lockFile(folders), installation.version);
  // One is just starting: it will be there in a moment.
  if (!(lock instanceof InstanceLock)) throw new MeshError("node_draining", {});
  try {
    await restoreConfiguration(id, { path: pathOf(context), env: process.env, history: historyOf(context) });
    return null;
  } finally {
    lock.dispose();
  }
}

async function listed(context: CommandContext): Promise<ConfigurationVersionSummary[]> {
  const current = await readConfigurationText(pathOf(context)).catch(() => undefined);
  return await formerVersions(historyOf(context), current ?? "");
}

const historyOf = ({ folders, note }: CommandContext): ConfigurationHistory =>
  new ConfigurationHistory({
    stateFolder: folders.state,
    today: () => Date.now(),
    onProblem: (reason) => note(`The version before could not be kept: ${printable(reason)}\n`),
  });

function versionLine({ at, bytes, changes }: ConfigurationVersionSummary, number: number): string {
  const what = changes.length === 0 ? "comments or order" : changes.join(", ");
  return printable(`${number}  ${at.replace("T", " ").slice(0, 19)}Z  ${formatByteSize(bytes)}  changes ${what}`);
}
