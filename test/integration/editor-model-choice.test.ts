import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { protocolVersion } from "../../contract/protocol-version.ts";
import { answerRoute } from "../../extension/chat/answer-route.ts";
import type { AnswerRoute } from "../../extension/chat/conversation.ts";
import type { ModelChoice } from "../../extension/chat/model-choice.ts";
import { askableModels } from "../../extension/mesh/askable-models.ts";
import { choiceToAsk } from "../../extension/mesh/choice-to-ask.ts";
import { MeshFeed } from "../../extension/mesh/mesh-feed.ts";
import { MeshStore } from "../../extension/mesh/mesh-store.ts";
import { systemClock } from "../../extension/platform/clock.ts";
import { askNode } from "../../extension/sidecar/ask-node.ts";
import { connectToNode, type NodeConnection } from "../../extension/sidecar/node-connection.ts";
import { reachNode } from "../../sidecar/start-node.ts";
import { FaultServerProcess } from "../support/fault-server/fault-server-process.ts";
import { type FaultMode, markedPrompt } from "../support/fault-server/protocol.ts";
import { RecordingLog } from "../support/recording-log.ts";
import { startRoutedNode } from "../support/routed-node.ts";
import type { TestNode } from "../support/test-node.ts";
import { english } from "../support/translate.ts";
import { untilPlaces } from "../support/until-places.ts";

let servers: FaultServerProcess[];
let node: TestNode;
let connection: NodeConnection;
let feed: MeshFeed;
const store = new MeshStore();

beforeAll(async () => {
  servers = await Promise.all(["a", "b"].map((id) => FaultServerProcess.start(id, [["shared", `${id}-7b`]])));
  const backends = servers.map((server, index) => ({
    id: ["a", "b"][index] ?? "",
    url: server.url(0),
    priority: index + 1,
  }));
  node = await startRoutedNode({ backends }, ["shared", "a-7b", "b-7b"]);
  const where = { ...reachNode(node.folders), pid: node.pid, version: "1.0.0", protocol: protocolVersion };
  connection = await connectToNode(where, "1.0.0", AbortSignal.timeout(10_000));
  store.setNodeState({ kind: "ready", node: connection.node });
  feed = new MeshFeed(connection, { store, clock: systemClock, log: new RecordingLog() });
  await feed.refresh();
  await untilPlaces(store, "shared", ["a", "b"]);
});
afterAll(async () => {
  feed.dispose();
  connection.dispose();
  await node.dispose();
  for (const server of servers) await server.kill();
});

interface Question extends ModelChoice {
  readonly modes?: Readonly<Record<string, FaultMode>>;
  readonly notBackends?: string[];
}
let count = 0;

/** Asks as the chat does. @returns where the answer came from */
async function ask({ model, modes = {}, ...wishes }: Question): Promise<AnswerRoute> {
  let route: AnswerRoute | undefined;
  const content = markedPrompt({ id: `q${++count}`, modes });
  const asked = askNode(connection, {
    request: { model, messages: [{ role: "user", content }] },
    wishes,
    onRoute: (tag) => {
      route = tag;
    },
    onPiece: () => undefined,
    signal: AbortSignal.timeout(30_000),
  });
  // An answer that breaks off, or is refused, has a route as well.
  await asked.catch(() => undefined);
  if (route === undefined) throw new Error("The node has not told where the answer came from.");
  return route;
}
const why = (...routes: AnswerRoute[]) => answerRoute(routes, connection, { store, t: english });

describe("a choice of the chat at a real node", () => {
  it("can be any model of its servers, at each of its places or wherever it is", async () => {
    const models = askableModels(store).filter(({ model }) => model === "shared");
    expect(models.map(({ kind }) => kind)).toEqual(["routed", "pinned", "pinned"]);
    const answered = await Promise.all(models.map(({ choice }) => ask(choice)));
    expect(answered.map(({ backend }) => backend)).toEqual(["a", "a", "b"]);
  });

  it("can stand for whatever does best, as the router understands it", async () => {
    for (const fromSettings of ["auto", "auto#fastest", "auto#largest"]) {
      const choice = choiceToAsk(store, { chosen: null, fromSettings });
      expect(choice).not.toBeNull();
      const { backend } = await ask(choice ?? { model: "" });
      expect(backend, fromSettings).toMatch(/^[ab]$/);
    }
  });
});

describe("why an answer came from there, at a real node", () => {
  it("names the place, and those that were not asked", async () => {
    const words = await why(await ask({ model: "shared", onlyBackends: ["b"] }));
    expect(words?.summary).toBe("shared at b has answered. It was the only place that could.");
    expect(words?.attempts).toMatchObject([{ place: "b / shared", hasAnswered: true }]);
    const rejected = words?.rejected.find(({ place }) => place === "a / shared");
    expect(rejected?.reason).toMatch(/^This question was to go elsewhere: .*b$/);
    expect(words?.facts.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["Node", "Backend", "Model", "Strategy", "Time", "First byte", "Request"]),
    );
  });

  it("names a place that had failed before", async () => {
    const words = await why(await ask({ model: "shared", modes: { a: "status-500" } }));
    expect(words?.summary).toMatch(/^shared at b has answered\. It was asked after another place had failed\.$/);
    expect(words?.attempts[0]?.outcome).toMatch(/^It failed, after /);
  });

  it("of an answer that broke off and went on elsewhere has both parts", async () => {
    const broken = await ask({ model: "shared", modes: { a: "reset-mid" }, onlyBackends: ["a"] });
    const rest = await ask({ model: "shared", notBackends: ["a"] });
    const words = await why(broken, rest);
    expect(words?.summary).toMatch(/^Part 1: shared at a .*It broke off before its end\. Part 2: shared at b has/);
  });

  it("says that nothing has answered, and why", async () => {
    const words = await why(await ask({ model: "b-7b", modes: { b: "status-500" } }));
    expect(words?.summary).toBe("No place has answered: It failed.");
  });

  it("is nothing for a request that the node does not remember", async () => {
    expect(await why({ requestId: "forgotten", backend: "a", model: "shared" })).toBeNull();
  });
});
