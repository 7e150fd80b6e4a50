import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ServerKind } from "../../contract/mesh/backend-entry.ts";
import { png } from "../support/client-scene.ts";
import { ask, askAndInterrupt, type Door, refusalOf } from "../support/dialects/ask-gateway.ts";
import { type DialectClient, type Heard, lookParameters } from "../support/dialects/dialect-client.ts";
import { DialectScene, placeSchema, realKinds } from "../support/dialects/dialect-scene.ts";
import { dialectClients } from "../support/dialects/index.ts";
import { matchesSchema } from "../support/matches-schema.ts";
import { isIdle } from "../support/routed-node.ts";
import { wires } from "../support/wires/index.ts";
import { calledWith, counted, spoken, thought } from "../support/wires/wire.ts";

// Every dialect before every kind of backend, through a real gateway. docs/TESTED.md shows the same as a table.
let scene: DialectScene;
let door: Door;
beforeAll(async () => {
  scene = await DialectScene.start();
  ({ door } = scene);
});
afterAll(() => scene.dispose());

const text = spoken.join("");
const kinds = Object.keys(wires) as ServerKind[];

describe.each(dialectClients)("$name", (client: DialectClient) => {
  describe.each(kinds)("before a stand-in for %s", (kind) => {
    const at = () => scene.standIn(kind);
    const said = { text, thoughts: thought, usage: counted, isWhole: true, error: null };
    const calls = calledWith.map((each) => ({ name: "look", arguments: each }));

    it.each([false, true])("reads words, thoughts and counts (stream: %s)", async (stream) => {
      const { model } = at().plays("words");
      const heard = await ask(door, client, { model, stream, thinks: true });
      expect(heard).toMatchObject({ ...said, calls: [], end: client.ends.stop });
      if (stream) expect(heard.pieces).toBe(spoken.length);
      expect(at().sent).toMatchObject({ thinks: true, images: [], tools: [] });
    });

    it.each([false, true])("reads parallel calls (stream: %s)", async (stream) => {
      const { model } = at().plays("calls");
      const heard = await ask(door, client, { model, stream, tools: "offered" });
      expect(heard).toMatchObject({ ...said, calls, end: client.ends.calls });
      expect(at().sent.tools).toEqual(["look"]);
    });

    it("sends calls and their results back", async () => {
      const { model } = at().plays("calls");
      const after = await ask(door, client, { model, tools: "offered" });
      at().plays("words");
      const next = await ask(door, client, { model, tools: "offered", after, result: "seen" });
      expect(next).toMatchObject(said);
      expect(at().sent).toMatchObject({ calls: calledWith, results: ["seen", "seen"] });
    });

    it("sends schemas, images and stop texts, or says by name that it has no such field", async () => {
      const { model } = at().plays("words");
      await ask(door, client, { model, schema: placeSchema });
      expect(at().sent.schema).toMatchObject({ type: "object", required: placeSchema.required });
      await ask(door, client, { model, image: png });
      expect(at().sent.images).toEqual([png]);
      const stop = { model, stop: "never" };
      if (client.lacks.includes("stop")) {
        expect(await refusalOf(door, client, stop)).toMatchObject({
          status: 400,
          text: expect.stringContaining("'stop'"),
        });
      } else {
        await ask(door, client, stop);
        expect(at().sent.stops).toEqual(["never"]);
      }
    });

    it("never takes half an answer for a whole one", async () => {
      const { model } = at().plays("waiting");
      const heard = await askAndInterrupt(door, client, { model }, () => at().cut());
      expect(heard).toMatchObject({ text: spoken[0], isWhole: false, error: expect.any(String) });
    });

    it("has the server stop when it leaves", async () => {
      const { model } = at().plays("waiting");
      const heard = await askAndInterrupt(door, client, { model }, (leave) => leave());
      expect(heard).toMatchObject({ text: spoken[0], isWhole: false, error: null });
      await expect.poll(() => at().open, { timeout: 10_000 }).toBe(0);
    });
  });

  describe.each(realKinds)("before a real engine by way of %s", (kind) => {
    const model = `at-${kind}`;

    it("gets the same text whole and streamed, with the same counts", async () => {
      const whole = await ask(door, client, { model, maxTokens: 24 });
      const streamed = await ask(door, client, { model, maxTokens: 24, stream: true });
      expect(whole).toMatchObject({ usage: { written: 24 }, end: client.ends.length });
      const { text: answered, usage, end } = whole;
      expect(streamed).toMatchObject({ text: answered, usage, end, isWhole: true, error: null });
      expect(streamed.pieces).toBeGreaterThan(1);
    });

    it("is held to a schema", async () => {
      const { text: answered } = await ask(door, client, { model, schema: placeSchema, maxTokens: 200 });
      expect(matchesSchema(JSON.parse(answered), placeSchema)).toBe(true);
    });

    it("demands a call and goes on with its result, or says by name that it cannot", async () => {
      if (client.lacks.includes("demanded")) return await goesOn();
      const demanded = { model, tools: "demanded", maxTokens: 300 } as const;
      if (kind === "ollama") {
        const refused = await refusalOf(door, client, demanded);
        expect(refused).toMatchObject({ status: 400, text: expect.stringContaining("tool_choice") });
        return await goesOn();
      }
      for (const stream of [true, false]) {
        const heard = await ask(door, client, { ...demanded, stream });
        expect(heard.calls.length).toBeGreaterThan(0);
        for (const call of heard.calls) {
          expect(call.name).toBe("look");
          expect(matchesSchema(call.arguments, lookParameters)).toBe(true);
        }
        if (!stream) await goesOn(heard);
      }
    });

    /** After a call that the model made, or one that it never made. */
    async function goesOn(after: Heard = scene.inventedCall(client)): Promise<void> {
      const next = await ask(door, client, { model, tools: "offered", after, result: "seen", maxTokens: 4 });
      expect(next).toMatchObject({ usage: { written: 4 }, isWhole: true });
    }

    it("is refused an image by name, since no model here reads any", async () => {
      const refused = await refusalOf(door, client, { model, image: png });
      expect(refused).toMatchObject({ status: 400, text: expect.stringMatching(/messages|image/) });
    });

    it.skipIf(client.lacks.includes("stop"))("stops at a text", async () => {
      const { text: whole } = await ask(door, client, { model, maxTokens: 60 });
      const stop = [...whole][12] ?? "";
      const stopped = await ask(door, client, { model, maxTokens: 60, stop });
      expect(stopped.text).toBe(whole.slice(0, whole.indexOf(stop)));
      expect(stopped.isWhole).toBe(true);
    });

    it("stops the engine when it leaves", async () => {
      const heard = await askAndInterrupt(door, client, { model, maxTokens: 1500 }, (leave) => leave());
      expect(heard).toMatchObject({ isWhole: false, error: null });
      for (const node of [scene.node, scene.upstream]) expect(await isIdle(node)).toBe(true);
    });
  });
});

it("an engine that is killed amid its answers ends all of them with an error, in each dialect", async () => {
  const heard = dialectClients.map((client) => {
    const started = Promise.withResolvers<void>();
    const answer = askAndInterrupt(door, client, { model: "slow", maxTokens: 3000 }, () => started.resolve());
    return { started: started.promise, answer };
  });
  await Promise.all(heard.map(({ started }) => started));
  for (const pid of scene.node.enginePids(scene.node.pid)) process.kill(pid, "SIGKILL");
  for (const { answer } of heard) {
    expect(await answer).toMatchObject({ isWhole: false, error: expect.any(String) });
  }
});
