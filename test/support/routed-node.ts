import type { ServerKind } from "../../contract/mesh/backend-entry.ts";
import { call } from "./chat-request.ts";
import { eventually, TestNode } from "./test-node.ts";

/** An entry of `backends:` in config.yaml, as far as tests differ in it. */
export interface BackendUnderTest {
  readonly id: string;
  readonly kind?: ServerKind;
  readonly url: string;
  readonly priority?: number;
  readonly maxConcurrent?: number;
  readonly models?: readonly string[];
  readonly limits?: Readonly<Record<string, number>>;
  readonly probe?: Readonly<Record<string, string | number>>;
}

export interface RoutedNodeOptions {
  readonly backends: readonly BackendUnderTest[];
  /** Model files of its own; by default none. */
  readonly models?: readonly string[];
  /** Other groups of config.yaml. */
  readonly settings?: Readonly<Record<string, object>>;
}

/** A node whose requests go to servers: by default the one with the lowest priority number first, and none to clouds. */
export async function createRoutedNode({ backends, models = [], settings = {} }: RoutedNodeOptions): Promise<TestNode> {
  const configuration = {
    node: { lingerSeconds: 1 },
    gateway: { port: 0 },
    backends: backends.map((backend) => ({ kind: "openai-compatible", ...backend })),
    routing: { strategy: "local-first", retryBudgetPercent: 100 },
    ...settings,
  };
  // JSON is YAML.
  return await TestNode.create({ configuration: JSON.stringify(configuration), models });
}

/** The same, started, and knowing what its servers have. */
export async function startRoutedNode(options: RoutedNodeOptions, models: readonly string[]): Promise<TestNode> {
  const node = await createRoutedNode(options);
  await node.attach();
  await untilListed(node, models);
  return node;
}

/** Waits until all these models can be asked for. */
export async function untilListed(node: TestNode, models: readonly string[]): Promise<void> {
  let missing: readonly string[] = models;
  const areThere = await eventually(async () => {
    const { json } = await call(node, "/v1/models");
    const listed = new Set((json?.data ?? []).map(({ id }: { id: string }) => id));
    missing = models.filter((model) => !listed.has(model));
    return missing.length === 0;
  });
  if (!areThere) throw new Error(`The node does not list ${missing.join(", ")}.`);
}

/** Waits until nothing is open on the node. */
export async function isIdle(node: TestNode): Promise<boolean> {
  return await eventually(async () => (await node.status()).openRequests === 0);
}
