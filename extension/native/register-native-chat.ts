import * as vscode from "vscode";
import type { Log } from "../platform/log.ts";
import { onSettingsChange, readSetting } from "../settings/settings.ts";
import { MeshChatProvider } from "./chat-provider.ts";
import { vendor } from "./declarations.ts";
import { createMeshParticipant, type ParticipantServices } from "./mesh-participant.ts";
import type { OfferedModel } from "./offered-models.ts";
import { registerMcpServer } from "./register-mcp-server.ts";
import { registerTools } from "./register-tools.ts";

export interface NativeChatServices extends ParticipantServices {
  readonly memory: vscode.Memento;
  readonly program: string;
  readonly version: string;
  readonly log: Log;
}

/** Where the list of models is kept, for all windows: it is the machine's. */
const modelsKey = "editorChat.models";

/** All that the mesh is to the editor's own chat: models, `@mesh`, tools, and a server of the Model Context Protocol. */
export function registerNativeChat(services: NativeChatServices): vscode.Disposable {
  const { supervisor, store, t, memory, workspacePrivacy, program, version, log } = services;
  const provider = new MeshChatProvider({
    supervisor,
    store,
    t,
    workspacePrivacy,
    shows: () => readSetting("inferenceMesh.nativeChat.models"),
    memory: {
      load: () => memory.get(modelsKey),
      save: (models: readonly OfferedModel[]) => void memory.update(modelsKey, models),
    },
  });
  const registered = vscode.Disposable.from(
    provider,
    onSettingsChange("inferenceMesh.nativeChat", () => provider.look()),
    vscode.lm.registerLanguageModelChatProvider(vendor, provider),
    createMeshParticipant({ supervisor, store, t, workspacePrivacy }),
    registerTools({ supervisor, t, workspacePrivacy }),
    registerMcpServer({ program, label: t("Inference Mesh"), version }),
  );
  // A fresh profile refuses even `@mesh` until it has looked at some model.
  vscode.lm.selectChatModels({ vendor }).then(undefined, (error: unknown) => log.warn(String(error)));
  return registered;
}
