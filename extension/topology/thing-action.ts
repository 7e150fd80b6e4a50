import type { MeshViewAction, ThingAction } from "../../contract/webview/mesh-actions.ts";
import type { CommandName } from "../commands/declarations.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";
import { placesOf } from "./thing-details.ts";

/** What a command is told of the thing it is about; rows of the tree say the same. */
export interface ThingArgument {
  readonly backendId: string | undefined;
  readonly modelId: string | undefined;
}

/** The page names an action, and nothing else can be run from it. */
export const thingCommands: Readonly<Partial<Record<ThingAction, CommandName>>> = {
  checkNow: "inferenceMesh.checkThisServer",
  enable: "inferenceMesh.enableThisServer",
  disable: "inferenceMesh.disableThisServer",
  drain: "inferenceMesh.drainThisServer",
  edit: "inferenceMesh.editServer",
  remove: "inferenceMesh.removeThisServer",
  copyAddress: "inferenceMesh.copyThisAddress",
  chat: "inferenceMesh.chatWithThisModel",
  compare: "inferenceMesh.compareModels",
  load: "inferenceMesh.loadThisModel",
  unload: "inferenceMesh.unloadThisModel",
};

export const viewCommands: Readonly<Partial<Record<MeshViewAction, CommandName>>> = {
  addBackend: "inferenceMesh.addServer",
  checkAll: "inferenceMesh.checkAllServers",
  startNode: "inferenceMesh.startNode",
  showLog: "inferenceMesh.showLog",
  openConfiguration: "inferenceMesh.openConfiguration",
};

/** What a thing of the view is to commands; undefined when it has gone. */
export function thingArgument(store: MeshStore, id: string): ThingArgument | undefined {
  const thing = store.topology.get(id);
  if (thing !== undefined) return { backendId: thing.backendId ?? undefined, modelId: thing.modelId ?? undefined };
  const [place] = placesOf(store, id);
  // A model in several places is asked for by its name: where, the router decides.
  return place === undefined ? undefined : { backendId: undefined, modelId: place.modelId ?? undefined };
}
