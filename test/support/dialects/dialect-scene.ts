import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";
import type { ServerKind } from "../../../contract/mesh/backend-entry.ts";
import { makeRandomModel } from "../../../sidecar/demo-model/make-random-model.ts";
import { createRoutedNode, untilListed } from "../routed-node.ts";
import { TestNode } from "../test-node.ts";
import { wires } from "../wires/index.ts";
import { WireStandIn } from "../wires/wire-stand-in.ts";
import type { Door } from "./ask-gateway.ts";
import type { DialectClient, Heard } from "./dialect-client.ts";

const kinds = Object.keys(wires) as ServerKind[];
/** Kinds that can be tried with a real engine: this node's own, and servers whose dialect our own gateway speaks. */
export const realKinds = ["local-engine", ...kinds.filter((kind) => kind !== "gemini")] as const;

export const placeSchema = {
  type: "object",
  properties: { city: { type: "string", maxLength: 10 }, country: { type: "string", enum: ["DE", "FR"] } },
  required: ["city", "country"],
  additionalProperties: false,
} as const;

/** As models that were trained for functions have it, so that a node says of its model that it takes them. */
const templateWithTools = `{% for tool in tools or [] %}<tools>{{ tool | tojson }}</tools>
{% endfor %}{% for message in messages %}<|im_start|>{{ message.role }}
{{ message.content }}{% for call in message.tool_calls or [] %}<tool_call>
{{ call.function | tojson }}
</tool_call>{% endfor %}<|im_end|>
{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}`;

/** A node with an engine of its own, a backend of each kind at another node, and one of each at a stand-in. */
export class DialectScene {
  readonly node: TestNode;
  readonly upstream: TestNode;
  readonly door: Door;
  readonly #standIns: ReadonlyMap<ServerKind, WireStandIn>;

  private constructor(
    parts: Pick<DialectScene, "node" | "upstream" | "door">,
    standIns: ReadonlyMap<ServerKind, WireStandIn>,
  ) {
    this.node = parts.node;
    this.upstream = parts.upstream;
    this.door = parts.door;
    this.#standIns = standIns;
  }

  static async start(): Promise<DialectScene> {
    const folder = await mkdtemp(join(tmpdir(), "mesh-dialects-"));
    const handy = join(folder, "handy.gguf");
    await writeFile(handy, makeRandomModel({ name: "handy", chatTemplate: templateWithTools }));
    const configuration = "node: { lingerSeconds: 1 }\ngateway: { port: 0, keyless: { port: 0 } }\n";
    const upstream = await TestNode.create({ configuration, models: [handy] });
    await upstream.attach();
    // Where no key is asked for, so that none has to be given to each backend.
    const url = (await upstream.status()).gateway.keyless?.url ?? "";
    const standIns = new Map<ServerKind, WireStandIn>();
    for (const kind of kinds) standIns.set(kind, await WireStandIn.start(wires[kind], `far-${kind}`));
    const backends = [...standIns].flatMap(([kind, { server }]) => [
      ...(kind === "gemini" ? [] : [{ id: kind, kind, url }]),
      { id: `stand-in-${kind}`, kind, url: server.url },
    ]);
    const aliases = realKinds.map((kind) => [
      `at-${kind}`,
      { revisions: { only: { model: "handy", backends: [kind] } } },
    ]);
    const routing = { retryBudgetPercent: 100, aliases: Object.fromEntries(aliases) };
    const node = await createRoutedNode({ backends, models: [handy, inject("models").slow], settings: { routing } });
    await rm(folder, { recursive: true });
    await node.attach();
    await untilListed(
      node,
      [...standIns.values()].map(({ model }) => model),
    );
    const door = { url: (await node.status()).gateway.url, key: node.key };
    return new DialectScene({ node, upstream, door }, standIns);
  }

  standIn(kind: ServerKind): WireStandIn {
    const found = this.#standIns.get(kind);
    if (found === undefined) throw new Error(`There is no stand-in for ${kind}.`);
    return found;
  }

  /** An answer with one call, as a client of this dialect would have had it. */
  inventedCall(client: DialectClient): Heard {
    return client.readWhole(client.inventCall("look", { at: "north" }));
  }

  async dispose(): Promise<void> {
    await this.node.dispose();
    await this.upstream.dispose();
    await Promise.all([...this.#standIns.values()].map(({ server }) => server.dispose()));
  }
}
