import * as vscode from "vscode";
import type { CommandName } from "../commands/declarations.ts";
import type { TreeRow } from "./drawn-rows.ts";
import { droppedPaths } from "./dropped-paths.ts";

const uriList = "text/uri-list";
const command: CommandName = "inferenceMesh.addModelFile";

/** A model file that is dropped onto the tree is added. Whether it is one, the node says. */
export const modelDrop: vscode.TreeDragAndDropController<TreeRow> = {
  dropMimeTypes: [uriList],
  dragMimeTypes: [],
  handleDrop: async (_target, dropped) => {
    const paths = droppedPaths((await dropped.get(uriList)?.asString()) ?? "");
    if (paths.length > 0) await vscode.commands.executeCommand(command, paths);
  },
};
