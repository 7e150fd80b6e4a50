import * as vscode from "vscode";
import { type AskNode, askMeshTool, type MeshToolName, meshTools } from "../../contract/mesh-tools/index.ts";
import type { ParticipantServices } from "./mesh-participant.ts";
import { modelError } from "./model-error.ts";

type MeshToolServices = Pick<ParticipantServices, "supervisor" | "t" | "workspacePrivacy">;

/** Lets assistants of the editor look at the mesh. They only look, so the editor asks nobody. */
export function registerTools({ supervisor, t, workspacePrivacy }: MeshToolServices): vscode.Disposable {
  const names = Object.keys(meshTools) as MeshToolName[];
  const tools = names.map((name) =>
    vscode.lm.registerTool(name, {
      invoke: async ({ input }) => {
        try {
          const [client, privacy] = await Promise.all([supervisor.start(), workspacePrivacy()]);
          const ask: AskNode = (definition, params) => client.request(definition, params);
          const answer = await askMeshTool(ask, name, input, privacy ?? undefined);
          return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(JSON.stringify(answer))]);
        } catch (error) {
          throw modelError(error, t);
        }
      },
    }),
  );
  return vscode.Disposable.from(...tools);
}
