import { type PrivacyLabel, privacyLabelSchema, tightestLabel } from "../../contract/mesh/privacy-label.ts";

/** What each level of the settings says, as the editor's `inspect` has it. */
export interface WrittenLimits {
  readonly globalValue?: unknown;
  readonly workspaceValue?: unknown;
  readonly workspaceFolderValue?: unknown;
}

/**
 * The person's limit for a window; null for none. The tightest of all levels, where other settings go by the nearest: a folder that was
 * only opened must not relax what the person has set for all.
 */
export function windowLimit(written: WrittenLimits | undefined): PrivacyLabel | null {
  const levels = [written?.globalValue, written?.workspaceValue, written?.workspaceFolderValue];
  return tightestLabel(levels.flatMap((level) => privacyLabelSchema.safeParse(level).data ?? []));
}
