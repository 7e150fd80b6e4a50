import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ServerKind } from "../../contract/mesh/backend-entry.ts";
import { call } from "../support/chat-request.ts";
import { ask, type Door } from "../support/dialects/ask-gateway.ts";
import { placeSchema } from "../support/dialects/dialect-scene.ts";
import { dialectClients } from "../support/dialects/index.ts";
import { matchesSchema } from "../support/matches-schema.ts";
import { finish, TestNode } from "../support/test-node.ts";

// Costs money, and leaves this machine: `npm run test:live`, for each cloud whose key is in the environment.
// Newer models of OpenAI's take no temperature but their own, and every question here says one.
const clouds: readonly { kind: ServerKind; variable: string; modelVariable: string; preferred: RegExp }[] = [
  {
    kind: "openai",
    variable: "OPENAI_API_KEY",
    modelVariable: "OPENAI_MODEL",
    preferred: /^gpt-4(\.1|o)-(nano|mini)$/,
  },
  { kind: "anthropic", variable: "ANTHROPIC_API_KEY", modelVariable: "ANTHROPIC_MODEL", preferred: /haiku/ },
  { kind: "gemini", variable: "GEMINI_API_KEY", modelVariable: "GEMINI_MODEL", preferred: /flash-lite/ },
];

for (const { kind, variable, modelVariable, preferred } of clouds) {
  const key = process.env[variable] || undefined;
  const title = key === undefined ? `${kind} (skipped: ${variable} is not set)` : kind;
  describe.skipIf(key === undefined)(title, () => {
    let node: TestNode;
    let door: Door;
    let model: string;

    beforeAll(async () => {
      node = await TestNode.create();
      await node.attach();
      const adding = node.spawnCli(["backends", "add", kind, "--kind", kind, "--key-stdin"]);
      adding.stdin?.end(`${key}\n`);
      const added = await finish(adding);
      expect(added.code, added.stderr).toBe(0);
      door = { url: (await node.status()).gateway.url, key: node.key };
      const { json } = await call(node, "/v1/models");
      const names: string[] = json.data.map(({ id }: { id: string }) => id);
      model = process.env[modelVariable] ?? names.find((name) => preferred.test(name)) ?? "";
      expect(names, `name a model with ${modelVariable}`).toContain(model);
    });
    afterAll(() => node.dispose());

    describe.each(dialectClients)("asked in the dialect $name", (client) => {
      it("answers whole and in a stream, with counts", async () => {
        for (const stream of [false, true]) {
          const heard = await ask(door, client, { model, maxTokens: 2000, stream });
          expect(heard).toMatchObject({ isWhole: true, error: null });
          expect(heard.text).not.toBe("");
          expect(heard.usage?.written).toBeGreaterThan(0);
        }
      });

      it("keeps to a schema", async () => {
        // Not every cloud takes lengths of texts.
        const { city, country } = placeSchema.properties;
        const schema = { ...placeSchema, properties: { city: { type: city.type }, country } };
        const { text } = await ask(door, client, { model, maxTokens: 2000, schema });
        expect(matchesSchema(JSON.parse(text), schema)).toBe(true);
      });

      it.skipIf(client.lacks.includes("demanded"))("calls a function, and goes on with its result", async () => {
        const demanded = { model, maxTokens: 2000, tools: "demanded" } as const;
        const after = await ask(door, client, demanded);
        expect(after.calls[0]).toMatchObject({ name: "look" });
        const next = await ask(door, client, { model, maxTokens: 2000, tools: "offered", after, result: "a tree" });
        expect(next).toMatchObject({ isWhole: true, error: null });
      });
    });

    it("has its key told nowhere", () => {
      expect(node.log).not.toContain(key);
    });
  });
}
