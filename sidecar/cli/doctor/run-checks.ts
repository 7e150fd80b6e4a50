import { constants, existsSync } from "node:fs";
import { access } from "node:fs/promises";
import { availableParallelism, freemem } from "node:os";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { nodeStatus } from "../../../contract/rpc/node.ts";
import { connectToNode } from "../../client/attach.ts";
import { errorReason } from "../../platform/error-reason.ts";
import { ensureFolder, ensurePrivateFolder } from "../../platform/folders.ts";
import { readConfiguration } from "../../registry/read-configuration.ts";
import { clientIdentity } from "../client-identity.ts";
import type { CommandContext } from "../command.ts";
import { keylessNote } from "../keyless-note.ts";
import { takenPortNote } from "../taken-port-note.ts";
import { checkKeyStore } from "./check-key-store.ts";
import type { Outcome } from "./outcome.ts";

type Check = (context: CommandContext) => Promise<Outcome>;

const ok = (detail: string): Outcome => ({ kind: "ok", detail });

/** One line of the report each, in the order in which a start would meet them. */
const checks: Readonly<Record<string, Check>> = {
  "Node.js": async () => ok(`${process.versions.node} on ${process.platform} ${process.arch}`),
  Machine: async () => ok(`${availableParallelism()} cores, ${(freemem() / 1e9).toFixed(1)} GB of memory free`),
  Programs: async ({ installation }) => {
    const missing = [installation.sidecarProgram, installation.engineProgram].filter((path) => !existsSync(path));
    if (missing.length === 0) return ok(`version ${installation.version}`);
    return {
      kind: "failed",
      detail: `missing: ${missing.join(", ")}`,
      nextStep: "Build or install the product again.",
    };
  },
  Engine: async () => {
    const { getLlama } = await import("node-llama-cpp");
    const llama = await getLlama({ build: "never", skipDownload: true, progressLogs: false });
    const devices = await llama.getGpuDeviceNames();
    await llama.dispose();
    return ok(devices.length === 0 ? "llama.cpp on the processor; no GPU found" : `llama.cpp on ${devices.join(", ")}`);
  },
  Folders: async ({ folders }) => {
    for (const path of [folders.config, folders.data, folders.state, folders.cache, folders.models]) ensureFolder(path);
    return ok(folders.state);
  },
  Sockets: async ({ folders }) => {
    ensurePrivateFolder(folders.runtime);
    return ok(folders.controlSocket);
  },
  Configuration: async ({ folders }) => {
    const { gateway } = await readConfiguration(folders.config, process.env);
    return ok(`gateway from port ${gateway.port} on`);
  },
  "Backends' keys": checkKeyStore,
  "Demo model": async ({ installation }) => {
    await access(installation.bundledModelsFolder, constants.R_OK);
    return ok(installation.bundledModelsFolder);
  },
  "Running node": async (context) => {
    try {
      const connection = await connectToNode({ folders: context.folders, identity: clientIdentity(context) });
      const status = await connection.request(nodeStatus, {});
      connection.dispose();
      const { gateway, models, version, pid } = status;
      const keyless = keylessNote(status);
      const running = `version ${version}, process ${pid}, ${gateway.url}, ${models.length} model(s)`;
      const detail = keyless?.isOn === true ? `${running}; ${keyless.note}` : running;
      const portNote = takenPortNote(status);
      if (keyless?.isOn === false && portNote === undefined) {
        const step = `End that program and restart the node, or set gateway.keyless in the configuration: ${keyless.note}.`;
        return { kind: "warning", detail, nextStep: step };
      }
      if (portNote === undefined) return ok(detail);
      const nextStep = `End that program and restart the node, or set gateway.port in the configuration: ${portNote}.`;
      return { kind: "warning", detail, nextStep };
    } catch (error) {
      if (error instanceof MeshError && error.code === "node_not_running") {
        return { kind: "warning", detail: "none", nextStep: error.nextStep };
      }
      throw error;
    }
  },
};

/** Runs all checks, one after the other: each says how it went, and none keeps the next from running. */
export async function runChecks(context: CommandContext): Promise<{ name: string; outcome: Outcome }[]> {
  const results: { name: string; outcome: Outcome }[] = [];
  for (const [name, check] of Object.entries(checks)) results.push({ name, outcome: await settle(check, context) });
  return results;
}

async function settle(check: Check, context: CommandContext): Promise<Outcome> {
  try {
    return await check(context);
  } catch (error) {
    if (error instanceof MeshError) return { kind: "failed", detail: error.message, nextStep: error.nextStep };
    return { kind: "failed", detail: errorReason(error), nextStep: "Install the product again, and check the log." };
  }
}
