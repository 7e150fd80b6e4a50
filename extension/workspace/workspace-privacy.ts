import { MeshError } from "../../contract/errors/mesh-error.ts";
import { type PrivacyLabel, tightestLabel } from "../../contract/mesh/privacy-label.ts";
import { failedPolicy, parseWorkspacePolicy, type WorkspacePolicy } from "../../contract/workspace-policy.ts";

/** A folder of the workspace, on whatever file system it lies. */
export interface PolicyFolder {
  /** Where its policy stands, as people read it. */
  readonly path: string;
  /** The policy's text; null when there is none. Rejects when it cannot be read. */
  read(): Promise<string | null>;
}

export interface WorkspacePrivacyOptions {
  readonly folders: () => readonly PolicyFolder[];
  /** The person's own limit for this window; null for none. */
  readonly ownLimit: () => PrivacyLabel | null;
  /** A policy does not count. Told once, until it is another problem. */
  readonly onProblem: (error: MeshError) => void;
}

/** How far the folders of this window let prompts travel. */
export class WorkspacePrivacy {
  readonly #options: WorkspacePrivacyOptions;
  /** What was said of each file. */
  #told = new Map<string, string>();

  constructor(options: WorkspacePrivacyOptions) {
    this.#options = options;
  }

  /**
   * The tightest label of all folders and of the person's own limit; null when none says anything. Read anew each time: not every file system tells of
   * changes, and a question must not go by an old limit. Never rejects.
   */
  async read(): Promise<PrivacyLabel | null> {
    const folders = this.#options.folders();
    const policies = await Promise.all(folders.map((folder) => readPolicy(folder)));
    const problems = new Map<string, string>();
    for (const [index, policy] of policies.entries()) {
      const path = folders[index]?.path ?? "";
      if (policy !== null && policy.problem !== null) problems.set(path, policy.problem);
    }
    const before = this.#told;
    this.#told = problems;
    for (const [path, problem] of problems) {
      if (before.get(path) !== problem) {
        this.#options.onProblem(new MeshError("workspace_policy_invalid", { path, problem }));
      }
    }
    return tightestLabel(
      [...policies.map((policy) => policy?.privacy ?? null), this.#options.ownLimit()].filter(isLabel),
    );
  }
}

const isLabel = (label: PrivacyLabel | null): label is PrivacyLabel => label !== null;

async function readPolicy(folder: PolicyFolder): Promise<WorkspacePolicy | null> {
  try {
    const text = await folder.read();
    return text === null ? null : parseWorkspacePolicy(text);
  } catch (error) {
    // A file system's words may hold anything, also what is in the file.
    return failedPolicy(`it cannot be read (${(error as { code?: unknown }).code ?? "unknown reason"})`);
  }
}
