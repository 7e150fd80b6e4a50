import * as vscode from "vscode";
import type { CommandName } from "../commands/declarations.ts";
import { droppedPaths } from "./dropped-paths.ts";
import type { TreeEntry } from "./tree-entries.ts";

const uriList = "text/uri-list";
const command: CommandName = "inferenceMesh.addModelFile";

/** A model file that is dropped onto the tree is added. Whether it is one, the node says. */
export const modelDrop: vscode.TreeDragAndDropController<TreeEntry> = {
  dropMimeTypes: [uriList],
  dragMimeTypes: [],
  handleDrop: async (_target, dropped) => {
    const paths = droppedPaths((await dropped.get(uriList)?.asString()) ?? "");
    if (paths.length > 0) await vscode.commands.executeCommand(command, paths);
  },
};
