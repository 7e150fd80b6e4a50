import { plainText } from "../platform/plain-text.ts";
import type { Translate } from "../platform/translate.ts";
import type { SettingValue } from "../settings/declarations.ts";
import type { MeshStore } from "./mesh-store.ts";

export interface StatusWords {
  /** With one product icon in front, as the status bar draws it. */
  readonly text: string;
  /** The same for screen readers, without the icon. */
  readonly spoken: string;
  readonly isError: boolean;
  /** What the tooltip begins with, as plain text. */
  readonly headline: string;
}

/** What the status bar shows beside its icon while all is well. What is wrong is always said. */
export type StatusBarContent = SettingValue<"inferenceMesh.statusBar.shows">;

/** What the status bar says: the node's state, the loaded model, and how many nodes there are. */
export function statusWords(store: MeshStore, t: Translate, shows: StatusBarContent = "model"): StatusWords {
  const say = (icon: string, short: string, headline: string, isError = false): StatusWords => ({
    text: `$(${icon}) ${short}`.trimEnd(),
    spoken: t("Inference Mesh: {0}", { 0: headline }),
    isError,
    headline,
  });
  const state = store.nodeState;
  switch (state.kind) {
    case "notStarted":
      return say("vm-outline", "Mesh", t("The node is not started."));
    case "restricted":
      return say("workspace-untrusted", "Mesh", t("The node is not started in Restricted Mode."));
    case "starting":
      return state.isAgain
        ? say("loading~spin", "Mesh", t("The node is being started again."))
        : say("loading~spin", "Mesh", t("The node is starting."));
    case "stopped":
      return say("vm-outline", "Mesh", t("The node is stopped."));
    case "crashed":
    case "failed":
      return say("error", "Mesh", plainText(state.error.message, 300), true);
    case "ready":
      return ready(store, t, { say, shows });
  }
}

function ready(
  store: MeshStore,
  t: Translate,
  {
    say,
    shows,
  }: { readonly say: (icon: string, short: string, headline: string) => StatusWords; readonly shows: StatusBarContent },
): StatusWords {
  const loaded = (store.models ?? []).filter((model) => model.state === "loaded");
  const [first] = loaded;
  const name = first === undefined ? t("no model loaded") : plainText(first.displayName, 24);
  const others = loaded.length > 1 ? ` +${loaded.length - 1}` : "";
  const nodes = store.topology.ofKind("node");
  const healthy = nodes.filter((node) => node.health === "healthy" || node.health === "degraded").length;
  const count = nodes.length > 1 ? ` · ${healthy}/${nodes.length}` : "";
  const short = { model: `${name}${others}${count}`, nodes: `${healthy}/${nodes.length}`, icon: "" }[shows];
  return say("vm-active", short, t("The node is ready: {0}.", { 0: `${name}${others}` }));
}
