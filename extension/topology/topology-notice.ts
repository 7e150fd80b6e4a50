import type { MeshNotice } from "../../contract/webview/mesh.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";
import { errorWords } from "../platform/error-words.ts";
import type { Translate } from "../platform/translate.ts";

/** Why there is no mesh to see, and what to do about it; null when there is one. */
export function topologyNotice(store: MeshStore, t: Translate): MeshNotice | null {
  const state = store.nodeState;
  const plain = { isError: false, isBusy: false };
  const start = { label: t("Start Node"), action: "startNode" as const };
  switch (state.kind) {
    case "notStarted":
      return {
        ...plain,
        message: t("The node is not started."),
        nextStep: t("Start it to see the mesh."),
        button: start,
      };
    case "stopped":
      return { ...plain, message: t("The node is stopped."), nextStep: t("Start it to see the mesh."), button: start };
    case "restricted":
      return {
        ...plain,
        message: t("You have not trusted this folder."),
        nextStep: t("The node is not started for it."),
        button: null,
      };
    case "starting": {
      const message = state.isAgain ? t("The node is being started again…") : t("The node is starting…");
      return { ...plain, isBusy: true, message, nextStep: "", button: null };
    }
    case "crashed":
    case "failed": {
      const { message, nextStep, button } = errorWords(state.error, t);
      const opensSettings = button === "openSettings";
      const label = opensSettings ? t("Open Node Configuration") : t("Start Node");
      const action = opensSettings ? ("openConfiguration" as const) : ("startNode" as const);
      return { message, nextStep, isError: true, isBusy: false, button: { label, action } };
    }
    case "ready":
      if (store.topology.ofKind("node").length > 0) return null;
      return { ...plain, isBusy: true, message: t("Reading the mesh…"), nextStep: "", button: null };
  }
}
