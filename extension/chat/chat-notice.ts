import type { ErrorButton } from "../../contract/errors/catalogue.ts";
import type { MeshError } from "../../contract/errors/mesh-error.ts";
import type { ChatAction, Notice } from "../../contract/webview/chat-notice.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";
import { modelPlaces } from "../mesh/model-places.ts";
import { buttonLabel } from "../platform/button-label.ts";
import { errorWords } from "../platform/error-words.ts";
import type { Translate } from "../platform/translate.ts";

/** The buttons of errors that lead somewhere from the chat view; `retry` is the view's own. */
const actions: Partial<Record<ErrorButton, ChatAction>> = {
  showLog: "showLog",
  restartNode: "startNode",
  showModels: "loadModel",
  openSettings: "openConfiguration",
  reloadWindow: "reloadWindow",
  manageTrust: "manageTrust",
};

/** Why nothing can be asked now, and what to do about it; null when all is well. */
export function chatNotice(store: MeshStore, t: Translate): Notice | null {
  const state = store.nodeState;
  const plain = { isError: false, isBusy: false };
  const startButton = { label: t("Start Node"), action: "startNode" as const };
  switch (state.kind) {
    case "notStarted":
      return {
        ...plain,
        message: t("The node is not started."),
        nextStep: t("Start it to chat."),
        button: startButton,
      };
    case "stopped":
      return { ...plain, message: t("The node is stopped."), nextStep: t("Start it to chat."), button: startButton };
    case "restricted": {
      const button = { label: t("Manage Trust"), action: "manageTrust" as const };
      const message = t("You have not trusted this folder.");
      return { ...plain, message, nextStep: t("The node is not started for it."), button };
    }
    case "starting": {
      const message = state.isAgain ? t("The node is being started again…") : t("The node is starting…");
      return { ...plain, isBusy: true, message, nextStep: "", button: null };
    }
    case "crashed":
      return { ...errorNotice(state.error, t), button: startButton };
    case "failed":
      return errorNotice(state.error, t);
    case "ready": {
      if (store.models === undefined) {
        return { ...plain, isBusy: true, message: t("Looking for models…"), nextStep: "", button: null };
      }
      if (modelPlaces(store).length > 0) return null;
      const button = { label: t("Download Model…"), action: "downloadModel" as const };
      const nextStep = t("Download one, or add a model file or a server in the Mesh view.");
      return { ...plain, message: t("There is no model that can chat."), nextStep, button };
    }
  }
}

/** An error in the view: what happened, what to do, and where its button leads. */
export function errorNotice(error: MeshError, t: Translate): Notice {
  const { message, nextStep, button } = errorWords(error, t);
  const action = button === undefined ? undefined : actions[button];
  return {
    message,
    nextStep,
    isError: true,
    isBusy: false,
    button: button === undefined || action === undefined ? null : { label: buttonLabel(button, t), action },
  };
}
