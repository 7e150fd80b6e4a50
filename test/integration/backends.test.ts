import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type BackendSummary, backendsAdd, backendsEdit, backendsList } from "../../contract/rpc/backends.ts";
import { topologyPatch, topologySubscribe } from "../../contract/rpc/topology.ts";
import { call, chatBody, eventsOf, post } from "../support/chat-request.ts";
import { type Finished, finish, isGone, TestNode } from "../support/test-node.ts";
import { TopologyReplica } from "../support/topology-replica.ts";

// Two nodes on this machine: one has the model, the other only knows where it is.
let upstream: TestNode;
let front: TestNode;

beforeAll(async () => {
  upstream = await TestNode.create({ models: [inject("models").tiny] });
  front = await TestNode.create({
    configuration: "# my node\nnode: { lingerSeconds: 0.3 } # short\ngateway: { port: 0 }\n",
  });
  await Promise.all([upstream.attach(), front.attach()]);
});
afterAll(async () => {
  await Promise.all([upstream.dispose(), front.dispose()]);
});

const gatewayOf = async (node: TestNode): Promise<string> => (await node.status()).gateway.url;
const configuration = (node = front): string => readFileSync(join(node.folders.config, "config.yaml"), "utf8");

/** Runs `backends …` with a key on its standard input. */
async function backends(node: TestNode, args: readonly string[], key = ""): Promise<Finished> {
  const child = node.spawnCli(["backends", ...args]);
  child.stdin?.end(key);
  return await finish(child);
}

async function summary(id: string, node = front): Promise<BackendSummary | undefined> {
  const list = await (await node.connect()).request(backendsList, {});
  return list.backends.find((each) => each.id === id);
}

const modelsOf = async (node: TestNode): Promise<{ id: string; mesh?: { path: string[]; privacy: string } }[]> =>
  (await call(node, "/v1/models")).json.data;

describe("another node as a backend", () => {
  it("is added by address and key, after it has streamed an answer", async () => {
    const address = `${await gatewayOf(upstream)}/v1/`;
    const args = ["add", "upstream", address, "--kind", "router", "--key-stdin", "--priority", "3"];
    const added = await backends(front, args, `${upstream.key}\n`);
    expect(added).toMatchObject({ code: 0 });
    expect(added.stderr).toMatch(
      /^Tried: Inference Mesh; \d+ models in \d+ ms, \d+ loaded; '.+' streamed an answer after \d+ ms$/m,
    );
    expect(added.stdout).toMatch(
      /^upstream {2}healthy {2}router, Inference Mesh, http:\/\/127\.0\.0\.1:\d+, local, [1-9] models?, priority 3/,
    );
    expect(configuration()).toContain("# my node");
    expect(configuration()).toContain("# short");
    expect(configuration()).toMatch(/- id: upstream\n/);
    expect(await summary("upstream")).toMatchObject({ hasKey: true, priority: 3, privacy: "local", enabled: true });
  });

  it("is asked for its models, and its answers are passed on", async () => {
    const { id } = await upstream.status();
    const tiny = (await modelsOf(front)).find((model) => model.id === "tiny");
    expect(tiny?.mesh).toMatchObject({ path: [id], privacy: "local" });
    const answer = await post(front, chatBody("tiny", { stream: true }));
    expect(eventsOf(answer.text).at(-1)).toBe("[DONE]");
    const whole = await post(front, chatBody("tiny"));
    expect(whole.json.usage.completion_tokens).toBe(8);
  });

  it("is seen in the mesh with its models, also when these change", async () => {
    const connection = await front.connect();
    const seen = new TopologyReplica(await connection.request(topologySubscribe, {}));
    connection.on(topologyPatch, (patch) => seen.apply(patch));
    const models = (): (string | null)[] =>
      seen.state.nodes
        .filter(({ kind, id }) => kind === "model" && id.includes("/upstream/"))
        .map((node) => node.modelId);
    const before = models();
    expect(before).toContain("tiny");
    await connection.request(backendsEdit, { id: "upstream", changes: { models: ["tiny"] }, force: false });
    await expect.poll(models).toEqual(["tiny"]);
    await connection.request(backendsEdit, { id: "upstream", changes: { models: null }, force: false });
    await expect.poll(models).toEqual(before);
    connection.dispose();
  });

  it("never has its key told: not in the list, the configuration, the log or an error", async () => {
    const listed = await backends(front, ["list", "--json"]);
    for (const text of [listed.stdout, configuration(), front.log, upstream.log])
      expect(text).not.toContain(upstream.key);
  });

  it("can be checked, changed, drained, switched off and on", async () => {
    expect(await backends(front, ["check", "upstream"])).toMatchObject({ code: 0 });
    const edited = await backends(front, ["edit", "upstream", "--weight", "5", "--priority", "default"]);
    expect(edited.stdout).toContain("weight 5");
    expect(await summary("upstream")).toMatchObject({ weight: 5, priority: 10, hasKey: true });
    expect(await backends(front, ["drain", "upstream", "--deadline", "5"])).toMatchObject({
      code: 0,
      stdout: "Drained.\n",
    });
    expect((await summary("upstream"))?.health).toBe("draining");
    expect(await backends(front, ["disable", "upstream"])).toMatchObject({ code: 0 });
    expect(await summary("upstream")).toMatchObject({ health: "disabled", enabled: false });
    expect(configuration()).toContain("enabled: false");
    expect(await backends(front, ["enable", "upstream"])).toMatchObject({ code: 0 });
    await expect.poll(async () => (await summary("upstream"))?.health).toBe("healthy");
  });

  it("leads nobody in a circle", async () => {
    const added = await backends(
      upstream,
      ["add", "back", await gatewayOf(front), "--kind", "router", "--key-stdin"],
      front.key,
    );
    expect(added.code, added.stderr).toBe(0);
    // What comes back to the node that has it is not there.
    expect((await summary("back", upstream))?.models).not.toContain("tiny");
    expect((await post(front, chatBody("tiny"))).status).toBe(200);
    expect(await backends(upstream, ["remove", "back"])).toMatchObject({ code: 0 });
  });

  it("is refused when it is this node itself", async () => {
    const added = await backends(
      front,
      ["add", "me", await gatewayOf(front), "--kind", "router", "--key-stdin"],
      front.key,
    );
    expect(added.code).toBe(1);
    expect(added.stderr).toContain("this is this node itself");
    expect(configuration()).not.toContain("id: me");
  });

  it("gets no key that was given for another address", async () => {
    const other = (await gatewayOf(upstream)).replace("127.0.0.1", "localhost");
    const connection = await front.connect();
    const edit = { id: "upstream", changes: { url: other }, force: false };
    await expect(connection.request(backendsEdit, edit)).rejects.toMatchObject({ code: "backend_key_elsewhere" });
    await connection.request(backendsEdit, { ...edit, force: true });
    expect((await backends(front, ["check", "upstream"])).stderr).toContain("was given for another address");
    await connection.request(backendsEdit, { ...edit, key: upstream.key });
    expect(await backends(front, ["check", "upstream"])).toMatchObject({ code: 0 });
  });

  it("finishes what it is answering when it is removed, and gets nothing new", async () => {
    const body = chatBody("tiny", { stream: true, max_tokens: 600 });
    const { url } = (await front.status()).gateway;
    const headers = { authorization: `Bearer ${front.key}`, "content-type": "application/json" };
    const response = await fetch(`${url}/v1/chat/completions`, { method: "POST", headers, body });
    expect(await backends(front, ["remove", "upstream"])).toMatchObject({ code: 0 });
    expect(eventsOf(await response.text()).at(-1)).toBe("[DONE]");
    expect((await post(front, chatBody("tiny"))).status).toBe(404);
    expect(configuration()).not.toContain("upstream");
  });
});

describe("adding a backend", () => {
  const entry = { id: "server", kind: "openai-compatible" as const };

  it.each([
    ["a wrong key", "backend_credentials", async () => ({ url: await gatewayOf(upstream), key: "im-wrong" })],
    ["no key", "backend_credentials", async () => ({ url: await gatewayOf(upstream) })],
    ["nobody there", "backend_unreachable", async () => ({ url: "http://127.0.0.1:9" })],
    ["a metadata address", "backend_invalid", async () => ({ url: "http://169.254.169.254" })],
    ["a key with a line end", "backend_invalid", async () => ({ url: await gatewayOf(upstream), key: "a\r\nb" })],
  ])("with %s is refused as %s", async (_what, code, given) => {
    const { url, key } = { key: undefined, ...(await given()) };
    const before = configuration();
    const params = { entry: { ...entry, url }, ...(key === undefined ? {} : { key }), force: false };
    await expect((await front.connect()).request(backendsAdd, params)).rejects.toMatchObject({ code });
    expect(configuration()).toBe(before);
  });

  it("by force writes one that does not answer, which is then shown as what it is", async () => {
    const added = await backends(front, [
      "add",
      "server",
      "127.0.0.1:9",
      "--force",
      "--models",
      "a,b",
      "--max-concurrent",
      "2",
    ]);
    expect(added).toMatchObject({ code: 0 });
    expect(added.stdout).toContain("2 models");
    expect(await backends(front, ["check"])).toMatchObject({ code: 1 });
    expect(await summary("server")).toMatchObject({ health: "unhealthy", maxConcurrent: 2, models: ["a", "b"] });
    expect((await backends(front, ["add", "server", "127.0.0.1:9", "--force"])).stderr).toContain("already");
    expect(await backends(front, ["remove", "server"])).toMatchObject({ code: 0 });
  });

  it("says on the command line what is missing or wrong", async () => {
    expect(await backends(front, ["add", "server"])).toMatchObject({ code: 2 });
    expect(await backends(front, ["fly"])).toMatchObject({ code: 2 });
    expect((await backends(front, ["remove", "nobody"])).stderr).toContain("There is no backend 'nobody'");
    expect((await backends(front, ["add", "server", "127.0.0.1:9", "--weight", "many"])).stderr).toContain("--weight");
    expect((await backends(front, ["add", "server", "127.0.0.1:9", "--key-stdin"])).stderr).toContain("no key");
  });
});

it("a node with backends, one of which hangs, leaves nothing behind when it ends", async () => {
  const url = await gatewayOf(upstream);
  const silent = createServer().listen(0, "127.0.0.1");
  await once(silent, "listening");
  const { port } = silent.address() as AddressInfo;
  const node = await TestNode.create({
    configuration: `gateway: { port: 0 }
backends:
  - { id: refusing, kind: router, url: "${url}" }
  - { id: hanging, kind: openai-compatible, url: "http://127.0.0.1:${port}" }
`,
  });
  try {
    await node.attach();
    await expect.poll(async () => (await summary("refusing", node))?.health).toBe("unhealthy");
    const { pid } = await node.status();
    expect(await node.cli("stop", "--force")).toMatchObject({ code: 0 });
    expect(await isGone(pid)).toBe(true);
    expect(node.log).toMatch(/"node\.ended".*"activeResources":""/);
  } finally {
    silent.close();
    await node.dispose();
  }
});
