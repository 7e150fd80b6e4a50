import * as vscode from "vscode";
import type { PrivacyLabel } from "../../contract/mesh/privacy-label.ts";
import { routesExplain } from "../../contract/rpc/routes.ts";
import type { CommandName } from "../commands/declarations.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";
import type { Translate } from "../platform/translate.ts";
import type { NodeSupervisor } from "../sidecar/node-supervisor.ts";
import { participantId } from "./declarations.ts";
import { explainAnswer, modelsAnswer, statusAnswer } from "./mesh-answers.ts";
import { modelError } from "./model-error.ts";

export interface ParticipantServices {
  readonly supervisor: NodeSupervisor;
  readonly store: MeshStore;
  readonly t: Translate;
  /** How far the workspace lets a question travel; null when it says nothing. */
  readonly workspacePrivacy: () => Promise<PrivacyLabel | null>;
}

/** `@mesh` in the editor's own chat. It answers from what the node says, and asks no model. */
export function createMeshParticipant({
  supervisor,
  store,
  t,
  workspacePrivacy,
}: ParticipantServices): vscode.ChatParticipant {
  const answer = async ({ command, prompt }: vscode.ChatRequest): Promise<string> => {
    if (command === "models") return modelsAnswer(store, t);
    if (command !== "explain") return statusAnswer(store, t);
    const [client, limit] = await Promise.all([supervisor.start(), workspacePrivacy()]);
    const model = prompt.trim().split(/\s+/)[0] || "auto";
    const path = "/v1/chat/completions" as const;
    const wishes = limit === null ? {} : { workspacePrivacy: limit };
    return explainAnswer(await client.request(routesExplain, { model, path, promptTokens: 100, ...wishes }), t);
  };
  const participant = vscode.chat.createChatParticipant(participantId, async (request, _context, stream) => {
    try {
      stream.markdown(await answer(request));
    } catch (error) {
      return { errorDetails: { message: modelError(error, t).message } };
    }
    const isRunning = store.nodeState.kind === "ready";
    const buttons: [CommandName, string][] = [
      isRunning ? ["inferenceMesh.openTopology", t("Open Topology")] : ["inferenceMesh.startNode", t("Start Node")],
      ["inferenceMesh.showLog", t("Show Log")],
    ];
    for (const [command, title] of buttons) stream.button({ command, title });
    return {};
  });
  participant.iconPath = new vscode.ThemeIcon("type-hierarchy");
  return participant;
}
