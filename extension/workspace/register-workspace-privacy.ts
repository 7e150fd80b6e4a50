import * as vscode from "vscode";
import type { PrivacyLabel } from "../../contract/mesh/privacy-label.ts";
import type { ErrorPresenter } from "../platform/error-presenter.ts";
import { policyFolders, watchPolicies } from "./policy-folders.ts";
import { windowLimit } from "./window-limit.ts";
import { WorkspacePrivacy } from "./workspace-privacy.ts";

export interface PrivacyParts extends vscode.Disposable {
  /** How far a question may go from this window, read anew for each. */
  readonly workspacePrivacy: () => Promise<PrivacyLabel | null>;
}

/** The limits of this window and of its folders. */
export function registerWorkspacePrivacy(errors: ErrorPresenter): PrivacyParts {
  const privacy = new WorkspacePrivacy({
    folders: policyFolders,
    ownLimit: () => windowLimit(vscode.workspace.getConfiguration().inspect("inferenceMesh.privacy.limit")),
    onProblem: (error) => void errors.show(error, async () => undefined),
  });
  const workspacePrivacy = (): Promise<PrivacyLabel | null> => privacy.read();
  // Whoever breaks a policy hears of it then, and not at the next question.
  const watch = watchPolicies(() => void workspacePrivacy());
  return { workspacePrivacy, dispose: () => watch.dispose() };
}
