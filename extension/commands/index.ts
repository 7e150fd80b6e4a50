import * as vscode from "vscode";
import type { ErrorPresenter } from "../platform/error-presenter.ts";
import { acceptChange } from "./accept-change.ts";
import { acceptEdit } from "./accept-edit.ts";
import { addFileToChat } from "./add-file-to-chat.ts";
import { addFolderToChat } from "./add-folder-to-chat.ts";
import { addModelFile } from "./add-model-file.ts";
import { addProblemsToChat } from "./add-problems-to-chat.ts";
import { addSelectionToChat } from "./add-selection-to-chat.ts";
import { addServer } from "./add-server.ts";
import { addTerminalSelectionToChat } from "./add-terminal-selection-to-chat.ts";
import { addToChat } from "./add-to-chat.ts";
import { addToVsCodeChat } from "./add-to-vs-code-chat.ts";
import { chatWithThisModel } from "./chat-with-this-model.ts";
import { checkAllServers } from "./check-all-servers.ts";
import { checkThisServer } from "./check-this-server.ts";
import { chooseChatModel } from "./choose-chat-model.ts";
import { collectDiagnostics } from "./collect-diagnostics.ts";
import type { Command, CommandServices } from "./command.ts";
import { compareModels } from "./compare-models.ts";
import { copyGatewayAddress } from "./copy-gateway-address.ts";
import { copyKey } from "./copy-key.ts";
import { copyThisAddress } from "./copy-this-address.ts";
import type { CommandName } from "./declarations.ts";
import { deleteAllConversations } from "./delete-all-conversations.ts";
import { deleteConversation } from "./delete-conversation.ts";
import { deleteModel } from "./delete-model.ts";
import { disableThisServer } from "./disable-this-server.ts";
import { downloadModel } from "./download-model.ts";
import { drainThisServer } from "./drain-this-server.ts";
import { editServer } from "./edit-server.ts";
import { enableThisServer } from "./enable-this-server.ts";
import { exportConversation } from "./export-conversation.ts";
import { forgetModelFile } from "./forget-model-file.ts";
import { importServers } from "./import-servers.ts";
import { inlineChat } from "./inline-chat.ts";
import { loadModel } from "./load-model.ts";
import { loadThisModel } from "./load-this-model.ts";
import { newChat } from "./new-chat.ts";
import { openChat } from "./open-chat.ts";
import { openConfiguration } from "./open-configuration.ts";
import { openTopology } from "./open-topology.ts";
import { openWalkthrough } from "./open-walkthrough.ts";
import { refreshMesh } from "./refresh-mesh.ts";
import { rejectChange } from "./reject-change.ts";
import { rejectEdit } from "./reject-edit.ts";
import { removeAnswer } from "./remove-answer.ts";
import { removeThisServer } from "./remove-this-server.ts";
import { renameConversation } from "./rename-conversation.ts";
import { renameServer } from "./rename-server.ts";
import { reportIssue } from "./report-issue.ts";
import { restartNode } from "./restart-node.ts";
import { restoreConfiguration } from "./restore-configuration.ts";
import { retryEdit } from "./retry-edit.ts";
import { setLabelAndWeight } from "./set-label-and-weight.ts";
import { showAccelerators } from "./show-accelerators.ts";
import { showAsTable } from "./show-as-table.ts";
import { showCompareTally } from "./show-compare-tally.ts";
import { showConversations } from "./show-conversations.ts";
import { showEditDiff } from "./show-edit-diff.ts";
import { showInTopology } from "./show-in-topology.ts";
import { showLog } from "./show-log.ts";
import { showMenu } from "./show-menu.ts";
import { startNode } from "./start-node.ts";
import { stopEdit } from "./stop-edit.ts";
import { stopNode } from "./stop-node.ts";
import { toggleGhostText } from "./toggle-ghost-text.ts";
import { triggerGhostText } from "./trigger-ghost-text.ts";
import { unloadModel } from "./unload-model.ts";
import { unloadThisModel } from "./unload-this-model.ts";
import { useWith } from "./use-with.ts";

/** What each declared command does; the compiler demands all of them. */
const commands: Record<CommandName, Command> = {
  "inferenceMesh.startNode": startNode,
  "inferenceMesh.stopNode": stopNode,
  "inferenceMesh.restartNode": restartNode,
  "inferenceMesh.refreshMesh": refreshMesh,
  "inferenceMesh.loadModel": loadModel,
  "inferenceMesh.addModelFile": addModelFile,
  "inferenceMesh.downloadModel": downloadModel,
  "inferenceMesh.deleteModel": deleteModel,
  "inferenceMesh.forgetModelFile": forgetModelFile,
  "inferenceMesh.unloadModel": unloadModel,
  "inferenceMesh.loadThisModel": loadThisModel,
  "inferenceMesh.unloadThisModel": unloadThisModel,
  "inferenceMesh.chatWithThisModel": chatWithThisModel,
  "inferenceMesh.compareModels": compareModels,
  "inferenceMesh.showCompareTally": showCompareTally,
  "inferenceMesh.openTopology": openTopology,
  "inferenceMesh.showAsTable": showAsTable,
  "inferenceMesh.showInTopology": showInTopology,
  "inferenceMesh.addServer": addServer,
  "inferenceMesh.importServers": importServers,
  "inferenceMesh.checkAllServers": checkAllServers,
  "inferenceMesh.checkThisServer": checkThisServer,
  "inferenceMesh.enableThisServer": enableThisServer,
  "inferenceMesh.disableThisServer": disableThisServer,
  "inferenceMesh.drainThisServer": drainThisServer,
  "inferenceMesh.editServer": editServer,
  "inferenceMesh.renameServer": renameServer,
  "inferenceMesh.setLabelAndWeight": setLabelAndWeight,
  "inferenceMesh.removeThisServer": removeThisServer,
  "inferenceMesh.copyThisAddress": copyThisAddress,
  "inferenceMesh.openChat": openChat,
  "inferenceMesh.addToChat": addToChat,
  "inferenceMesh.addFileToChat": addFileToChat,
  "inferenceMesh.addFolderToChat": addFolderToChat,
  "inferenceMesh.addSelectionToChat": addSelectionToChat,
  "inferenceMesh.addProblemsToChat": addProblemsToChat,
  "inferenceMesh.addTerminalSelectionToChat": addTerminalSelectionToChat,
  "inferenceMesh.newChat": newChat,
  "inferenceMesh.chooseChatModel": chooseChatModel,
  "inferenceMesh.showConversations": showConversations,
  "inferenceMesh.renameConversation": renameConversation,
  "inferenceMesh.exportConversation": exportConversation,
  "inferenceMesh.deleteConversation": deleteConversation,
  "inferenceMesh.deleteAllConversations": deleteAllConversations,
  "inferenceMesh.addToVsCodeChat": addToVsCodeChat,
  "inferenceMesh.useWith": useWith,
  "inferenceMesh.copyGatewayAddress": copyGatewayAddress,
  "inferenceMesh.copyKey": copyKey,
  "inferenceMesh.openConfiguration": openConfiguration,
  "inferenceMesh.restoreConfiguration": restoreConfiguration,
  "inferenceMesh.showAccelerators": showAccelerators,
  "inferenceMesh.showMenu": showMenu,
  "inferenceMesh.showLog": showLog,
  "inferenceMesh.collectDiagnostics": collectDiagnostics,
  "inferenceMesh.reportIssue": reportIssue,
  "inferenceMesh.openWalkthrough": openWalkthrough,
  "inferenceMesh.inlineChat": inlineChat,
  "inferenceMesh.toggleGhostText": toggleGhostText,
  "inferenceMesh.triggerGhostText": triggerGhostText,
  "inferenceMesh.acceptEdit": acceptEdit,
  "inferenceMesh.rejectEdit": rejectEdit,
  "inferenceMesh.retryEdit": retryEdit,
  "inferenceMesh.showEditDiff": showEditDiff,
  "inferenceMesh.stopEdit": stopEdit,
  "inferenceMesh.acceptChange": acceptChange,
  "inferenceMesh.rejectChange": rejectChange,
  "inferenceMesh.removeAnswer": removeAnswer,
};

/** Registers all commands. An error of one is shown to the person who called it, with a way to try again. */
export function registerCommands(services: CommandServices, errors: ErrorPresenter): vscode.Disposable {
  const registrations = Object.entries(commands).map(([name, command]) => {
    const run = async (argument: unknown, selected: unknown): Promise<void> => {
      try {
        await command(services, argument, selected);
      } catch (error) {
        // Not awaited: a command has ended when its work has, not when its message is closed.
        void errors.show(error, () => run(argument, selected));
      }
    };
    return vscode.commands.registerCommand(name, run);
  });
  return vscode.Disposable.from(...registrations);
}
