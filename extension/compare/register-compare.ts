import * as vscode from "vscode";
import { comparePanelType } from "../platform/views.ts";
import { ComparePanel, type ComparePanelOptions } from "./compare-panel.ts";
import { CompareSession, type CompareSessionOptions } from "./compare-session.ts";
import { contenderToAsk } from "./contender.ts";

export interface RegisterCompareOptions
  extends Omit<ComparePanelOptions, "session" | "memory" | "connect">,
    Pick<CompareSessionOptions, "connect" | "workspacePrivacy"> {
  /** Of all windows. */
  readonly memory: vscode.Memento;
}

/** The votes of blind comparisons: names and numbers alone. */
const tallyKey = "compare.tally";

/** Makes the comparison and its panel, which comes back with the window. Disposing it ends both. */
export function registerCompare(options: RegisterCompareOptions): ComparePanel {
  const { connect, workspacePrivacy, store, memory } = options;
  const toAsk: CompareSessionOptions["toAsk"] = (contender) => contenderToAsk(store, contender);
  const panel = new ComparePanel({
    ...options,
    session: new CompareSession({ connect, workspacePrivacy, toAsk, random: Math.random }),
    memory: {
      load: () => memory.get(tallyKey),
      save: (tally) => void memory.update(tallyKey, tally),
    },
  });
  panel.owns(vscode.window.registerWebviewPanelSerializer(comparePanelType, panel));
  return panel;
}
