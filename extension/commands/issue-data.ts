import { programText } from "../../contract/mesh/server-program.ts";
import type { TopologyNode } from "../../contract/mesh/topology.ts";
import type { NodeStatus } from "../../contract/rpc/node.ts";
import type { NodeState } from "../sidecar/node-state.ts";

/** What a report of a fault needs to know of the place where it happened. */
export interface IssueFacts {
  readonly version: string;
  /** Name, version and kind of host. */
  readonly editor: string;
  readonly remote: string;
  readonly platform: string;
  readonly state: NodeState;
  readonly status: NodeStatus | undefined;
  readonly backends: readonly TopologyNode[];
}

/**
 * The table that an issue report begins with. Names of machines, servers and models are left out: they say whose report it
 * is, and rarely why something failed.
 */
export function issueData({ version, editor, remote, platform, state, status, backends }: IssueFacts): string {
  const rows: [string, string][] = [
    ["Extension", version],
    ["Editor", editor],
    ["Remote", remote],
    ["Platform", platform],
    ["Node", stateWords(state)],
    ...(status === undefined ? [] : statusRows(status)),
    ["Backends", backends.map(backendWords).join("; ") || "none"],
  ];
  return `|Item|Value|\n|---|---|\n${rows.map(([name, value]) => `|${name}|${value.replaceAll("|", "\\|")}|`).join("\n")}\n`;
}

const stateWords = (state: NodeState): string => ("error" in state ? `${state.kind}, ${state.error.code}` : state.kind);

function statusRows({
  version,
  nodeVersion,
  hardware,
  models,
  configuration,
  keyStore,
}: NodeStatus): [string, string][] {
  const { cpu, memory, gpus } = hardware;
  return [
    ["Node's version", `${version}, Node.js ${nodeVersion}`],
    ["Processor", `${cpu.model}, ${cpu.cores} cores`],
    ["Memory", `${gigabytes(memory.availableBytes)} of ${gigabytes(memory.totalBytes)} available`],
    ["GPUs", gpus?.map((gpu) => gpu.name).join("; ") || "none reported"],
    ["Models", models.map(({ architecture, state }) => `${architecture ?? "unknown"} ${state}`).join("; ") || "none"],
    ["Configuration", configuration.problem === null ? "valid" : "not valid"],
    [
      "Keys",
      keyStore === undefined
        ? "file"
        : `${keyStore.newKeys}, ${keyStore.why}${keyStore.problem === null ? "" : `, ${keyStore.problem}`}`,
    ],
  ];
}

const backendWords = ({ backendKind, program, health }: TopologyNode): string =>
  [backendKind ?? "unknown", program === null ? "" : programText(program), health].filter(Boolean).join(" ");

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
