import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { PrivacyLabel } from "../../contract/mesh/privacy-label.ts";
import { chatChunk, chatRoute, chatStream } from "../../contract/rpc/chat.ts";
import { nodeStop } from "../../contract/rpc/node.ts";
import { routesExplain } from "../../contract/rpc/routes.ts";
import { topologyPatch, topologySubscribe } from "../../contract/rpc/topology.ts";
import { call, chatBody, eventsOf, post } from "../support/chat-request.ts";
import { listOf, StandInServer, status } from "../support/stand-in-server.ts";
import { cliProgram, type Finished, finish, isGone, TestNode } from "../support/test-node.ts";

const chatPath = "POST /v1/chat/completions";
let node: TestNode;
/** The one on this machine has m1; the one on the network has m1 too, and m2, and would be asked first. */
let near: StandInServer;
let far: StandInServer;

const piece = (model: string, delta: object, reason: string | null = null): string =>
  `data: ${JSON.stringify({ model, choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`;
const finishAnswer = (response: ServerResponse, model: string): void =>
  void response.end(`${piece(model, {}, "stop")}data: [DONE]\n\n`);
const beginAnswer = (response: ServerResponse, model: string): void => {
  response.writeHead(200, { "content-type": "text/event-stream" }).write(piece(model, { content: `from ${model}` }));
};
function answering(server: StandInServer): void {
  server.replies.set(chatPath, (response, { body }) => {
    const { model } = JSON.parse(body) as { model: string };
    beginAnswer(response, model);
    finishAnswer(response, model);
  });
}
const asked = (server: StandInServer): string[] =>
  server.received.filter(({ path }) => path.endsWith("/completions")).map(({ body }) => JSON.parse(body).model);

beforeAll(async () => {
  near = await StandInServer.start({ "GET /v1/models": listOf({ id: "m1" }) });
  far = await StandInServer.start({ "GET /v1/models": listOf({ id: "m1" }, { id: "m2" }) });
  node = await TestNode.create({
    configuration: `# my node
node: { lingerSeconds: 0.3 }
gateway: { port: 0 }
backends:
  - { id: near, kind: openai-compatible, url: "${near.url}", priority: 20 }
  - { id: far, kind: openai-compatible, url: "${far.url}", priority: 5, privacy: lan }
routing:
  strategy: local-first # by priority
`,
  });
  await node.attach();
});
afterAll(async () => {
  await node.dispose();
  await Promise.all([near.dispose(), far.dispose()]);
});
beforeEach(() => {
  for (const server of [near, far]) {
    answering(server);
    server.received.length = 0;
  }
});

const configuration = (): string => readFileSync(join(node.folders.config, "config.yaml"), "utf8");
const askedModel = async (name: string): Promise<string | undefined> => {
  const answer = await post(node, chatBody(name, { stream: true }));
  return /model="([^"]+)"/.exec(answer.headers.get("x-mesh-route") ?? "")?.[1];
};

describe("an alias that is made while the node runs (servers are stand-ins)", () => {
  it("is told to every window at once, with what it stands for, and that it has gone", async () => {
    const client = await node.connect();
    const told = new Promise<unknown>((resolve) => {
      client.on(topologyPatch, ({ putNodes }) => {
        const aliases = putNodes.flatMap((each) => each.aliases ?? []);
        if (aliases.length > 0) resolve(aliases);
      });
    });
    const { nodes } = await client.request(topologySubscribe, {});
    expect(nodes[0]?.aliases).toEqual([]);
    await node.cli("aliases", "set", "shown", "blue=m1", "green=m2=0", "--preview", "green", "--fallback", "m2");
    const m2 = { model: "m2", backends: null };
    expect(await told).toEqual([
      { name: "shown", privacy: null, targets: [{ model: "m1", backends: null }, m2] },
      { name: "shown@preview", privacy: null, targets: [m2] },
    ]);
    await node.cli("aliases", "remove", "shown");
    const after = async () => (await client.request(topologySubscribe, {})).nodes[0]?.aliases;
    await expect.poll(after).toEqual([]);
    client.dispose();
  });

  it("answers at once, is listed everywhere, and leaves the rest of the file alone", async () => {
    const made = await node.cli("aliases", "set", "fast", "blue=m1", "green=m2=0", "--preview", "green");
    expect(made).toMatchObject({ code: 0, stdout: "fast  alias  blue: m1 = 100, green: m2 = 0, preview green\n" });
    expect(configuration()).toMatch(/^# my node\n/);
    expect(configuration()).toContain("local-first # by priority");
    expect(await askedModel("fast")).toBe("m1");
    expect(await askedModel("fast@preview")).toBe("m2");
    const { data } = (await call(node, "/v1/models")).json as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).toContain("fast");
    expect((await node.cli("models")).stdout).toContain("fast  alias  blue: m1 = 100");
    expect(JSON.parse((await node.cli("aliases", "--json")).stdout)).toMatchObject([
      { name: "fast", alias: { preview: "green" }, previousWeights: null },
    ]);
  });

  it("is switched for the next request, while an open answer goes on to its end", async () => {
    const open = Promise.withResolvers<ServerResponse>();
    far.replies.set(chatPath, (response) => {
      beginAnswer(response, "m1");
      open.resolve(response);
    });
    const answer = post(node, chatBody("fast", { stream: true }));
    const held = await open.promise;
    answering(far);
    expect((await node.cli("aliases", "switch", "fast", "green")).stdout).toContain("before: blue=100 green=0");
    expect(await askedModel("fast")).toBe("m2");
    finishAnswer(held, "m1");
    const { text } = await answer;
    expect(text).toContain("from m1");
    expect(eventsOf(text).at(-1)).toBe("[DONE]");
  });

  it("is switched back after a restart of the node", async () => {
    const { pid } = await node.status();
    await (await node.connect()).request(nodeStop, { force: true });
    expect(await isGone(pid)).toBe(true);
    await node.attach();
    expect(await askedModel("fast")).toBe("m2");
    expect((await node.cli("aliases", "back", "fast")).stdout).toContain("blue: m1 = 100, green: m2 = 0");
    expect(await askedModel("fast")).toBe("m1");
  });

  it("divides requests by weights, and refuses what cannot be with the reason", async () => {
    expect((await node.cli("aliases", "weights", "fast", "blue=0", "green=5")).code).toBe(0);
    expect(await askedModel("fast")).toBe("m2");
    const before = configuration();
    const refused = await node.cli("aliases", "weights", "fast", "red=5");
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("no revision 'red'") });
    const broken = await node.cli("aliases", "set", "fast", "m1", "--preview", "red");
    expect(broken).toMatchObject({ code: 1, stderr: expect.stringContaining("preview names no revision") });
    expect(configuration()).toBe(before);
  });

  it("is removed", async () => {
    expect((await node.cli("aliases", "remove", "fast")).code).toBe(0);
    expect((await post(node, chatBody("fast"))).json.error.code).toBe("unknown_model");
    expect(configuration()).not.toContain("fast");
  });
});

describe("strategy and privacy of all requests (servers are stand-ins)", () => {
  it("are set while the node runs", async () => {
    expect((await node.cli("routes", "privacy", "local")).stdout).toBe(
      "strategy local-first, no further than 'local'\n",
    );
    expect((await post(node, chatBody("m2"))).json.error.code).toBe("privacy_forbids");
    expect((await node.cli("routes", "strategy", "least-load")).code).toBe(0);
    expect((await node.cli("routes", "privacy", "cloud")).stdout).toContain("least-load, no further than 'cloud'");
    expect(await askedModel("m2")).toBe("m2");
    expect(configuration()).toContain("strategy: least-load # by priority");
    await node.cli("routes", "strategy", "local-first");
  });
});

describe("a question from a workspace (servers are stand-ins)", () => {
  async function ask(model: string, workspacePrivacy?: PrivacyLabel) {
    const connection = await node.connect();
    let text = "";
    connection.on(chatChunk, (chunk) => {
      text += chunk.text;
    });
    const request = { model, messages: [{ role: "user" as const, content: "hello" }] };
    const limit = workspacePrivacy === undefined ? {} : { workspacePrivacy };
    try {
      await connection.request(chatStream, { streamId: "s", credit: 1000, request, ...limit });
      return text;
    } finally {
      connection.dispose();
    }
  }

  it("goes no further than the workspace allows, whatever would be asked first", async () => {
    expect(await ask("m1")).toBe("from m1");
    expect([asked(near), asked(far)]).toEqual([[], ["m1"]]);
    expect(await ask("m1", "local")).toBe("from m1");
    expect([asked(near), asked(far)]).toEqual([["m1"], ["m1"]]);
  });

  it("is refused in understandable words when nobody that near has the model", async () => {
    const error: unknown = await ask("m2", "mine").catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: "privacy_forbids", params: { allowed: "mine", needed: "lan" } });
    expect((error as MeshError).message).toContain("may go no further than 'mine'");
    expect(asked(far)).toEqual([]);
  });

  it("fails rather than fail over to a place that is further away", async () => {
    near.replies.set(chatPath, status(500));
    await expect(ask("m1", "local")).rejects.toBeInstanceOf(MeshError);
    expect(asked(near).length).toBeGreaterThan(0);
    expect(asked(far)).toEqual([]);
  });

  it("is explained with the limit", async () => {
    const question = { model: "m1", path: "/v1/chat/completions" as const, promptTokens: 10 };
    const connection = await node.connect();
    const { explanation } = await connection.request(routesExplain, { ...question, workspacePrivacy: "local" });
    expect(explanation.privacy).toBe("local");
    expect(explanation.rejected).toMatchObject([
      { backend: "far", rejection: "privacy", detail: "it is 'lan', and the workspace allows 'local' at most" },
    ]);
  });
});

describe("a question of the editor that names backends (servers are stand-ins)", () => {
  async function ask(wishes: { readonly onlyBackends?: string[]; readonly notBackends?: string[] }) {
    const connection = await node.connect();
    const routes: unknown[] = [];
    connection.on(chatRoute, (route) => routes.push(route));
    const request = { model: "m1", messages: [{ role: "user" as const, content: "hello" }] };
    try {
      await connection.request(chatStream, { streamId: "s", credit: 1000, request, ...wishes });
      return { routes, error: null };
    } catch (error) {
      return { routes, error };
    } finally {
      connection.dispose();
    }
  }

  it("is answered by the one that it keeps to, and told of where it went before the answer", async () => {
    const { routes } = await ask({ onlyBackends: ["near"] });
    expect([asked(near), asked(far)]).toEqual([["m1"], []]);
    const route = { streamId: "s", requestId: expect.any(String), backend: "near", model: "m1", attempts: 1 };
    expect(routes).toEqual([expect.objectContaining(route)]);
  });

  it("goes elsewhere than to the one that it keeps away from", async () => {
    expect((await ask({ notBackends: ["far"] })).error).toBeNull();
    expect([asked(near), asked(far)]).toEqual([["m1"], []]);
  });

  it("is told which request has failed when nobody answers", async () => {
    const { routes, error } = await ask({ onlyBackends: ["nobody"] });
    expect(error).toMatchObject({ code: "no_place" });
    expect(routes).toEqual([expect.objectContaining({ requestId: expect.any(String), backend: null, attempts: 0 })]);
    expect([asked(near), asked(far)]).toEqual([[], []]);
  });
});

describe("a chat in the terminal (servers are stand-ins)", () => {
  /** Runs in a folder below one with this policy. */
  async function chat(policy: string | null, ...words: string[]): Promise<Finished> {
    const folder = join(node.home, "project");
    mkdirSync(join(folder, "deep"), { recursive: true });
    rmSync(join(folder, ".inference-mesh.json"), { force: true });
    if (policy !== null) writeFileSync(join(folder, ".inference-mesh.json"), policy);
    const child = spawn(process.execPath, [cliProgram, "chat", ...words], {
      cwd: join(folder, "deep"),
      env: node.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    return await finish(child);
  }

  it("goes by the policy of the folder that it is in", async () => {
    expect(await chat(null, "-m", "m2", "hello")).toMatchObject({ code: 0, stdout: "from m2\n" });
    const refused = await chat('{"privacy":"local"}', "-m", "m2", "hello");
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("no further than 'local'") });
    expect(await chat('{"privacy":"lan"}', "-m", "m2", "hello")).toMatchObject({ code: 0, stderr: "" });
  });

  it("stays on this machine while the policy is not valid, and says so", async () => {
    const { stderr, code } = await chat('{"privacy":"cloud","x":1}', "-m", "m2", "hello");
    expect(code).toBe(1);
    expect(stderr).toMatch(/\.inference-mesh\.json does not count: it has unknown keys: x\.\nCorrect it; until then/);
    expect(asked(far)).toEqual([]);
  });

  it("cannot be widened by a wish", async () => {
    const { code } = await chat('{"privacy":"local"}', "-m", "m2", "--privacy", "cloud", "hello");
    expect(code).toBe(1);
    expect(asked(far)).toEqual([]);
  });

  it("asks any real model for 'auto', and no further than the workspace allows", async () => {
    expect((await chat(null, "--model", "auto", "hello")).stdout).toMatch(/^from m[12]\n$/);
    const before = asked(far);
    expect((await chat('{"privacy":"local"}', "--model", "auto", "hello")).stdout).toBe("from m1\n");
    expect(asked(near)).toEqual(["m1"]);
    expect(asked(far)).toEqual(before);
  });
});
