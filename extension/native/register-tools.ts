import * as vscode from "vscode";
import { askMeshTool, type MeshToolName, meshTools } from "../../contract/mesh-tools/index.ts";
import type { Translate } from "../platform/translate.ts";
import type { NodeSupervisor } from "../sidecar/node-supervisor.ts";
import { modelError } from "./model-error.ts";

/** Lets assistants of the editor look at the mesh. They only look, so the editor asks nobody. */
export function registerTools(supervisor: NodeSupervisor, t: Translate): vscode.Disposable {
  const names = Object.keys(meshTools) as MeshToolName[];
  const tools = names.map((name) =>
    vscode.lm.registerTool(name, {
      invoke: async ({ input }) => {
        try {
          const client = await supervisor.start();
          const answer = await askMeshTool((definition, params) => client.request(definition, params), name, input);
          return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(JSON.stringify(answer))]);
        } catch (error) {
          throw modelError(error, t);
        }
      },
    }),
  );
  return vscode.Disposable.from(...tools);
}
