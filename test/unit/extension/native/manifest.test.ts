import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { type MeshToolName, meshTools, toolInputSchema } from "../../../../contract/mesh-tools/index.ts";
import {
  mcpProviderId,
  participantCommands,
  participantId,
  vendor,
} from "../../../../extension/native/declarations.ts";

const { contributes } = JSON.parse(readFileSync(resolve(import.meta.dirname, "../../../../package.json"), "utf8")) as {
  contributes: Record<string, Record<string, unknown>[]>;
};

describe("the manifest's part of the editor's own chat", () => {
  it("has the declared provider, without the command that the editor no longer wants", () => {
    expect(contributes.languageModelChatProviders).toEqual([{ vendor, displayName: "Inference Mesh" }]);
  });

  it("has the participant with its commands", () => {
    const [participant] = contributes.chatParticipants ?? [];
    expect(participant).toMatchObject({ id: participantId, name: "mesh" });
    const commands = participant?.commands as { name: string }[];
    expect(commands.map(({ name }) => name)).toEqual([...participantCommands]);
  });

  it("has every tool of the table, with its words and the schema of its input", () => {
    const declared = Object.entries(meshTools).map(([name, { title, description }]) => ({
      name,
      displayName: title,
      modelDescription: description,
      inputSchema: toolInputSchema(name as MeshToolName),
    }));
    const tools = contributes.languageModelTools ?? [];
    expect(
      tools.map(({ name, displayName, modelDescription, inputSchema }) => ({
        name,
        displayName,
        modelDescription,
        inputSchema,
      })),
    ).toEqual(declared);
  });

  it("has the provider of the server for the Model Context Protocol", () => {
    expect(contributes.mcpServerDefinitionProviders?.map(({ id }) => id)).toEqual([mcpProviderId]);
  });
});
