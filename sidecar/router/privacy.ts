import { type PrivacyLabel, privacyLabels } from "../../contract/mesh/privacy-label.ts";

/** Who has set a limit to how far a prompt may travel. */
export type PrivacySource = "node" | "virtual model" | "alias" | "key" | "workspace" | "request";

/** The widest label that each allows; null or absent where it says nothing. */
export type PrivacyLimits = { readonly [source in PrivacySource]?: PrivacyLabel | null };

/** The limit that holds, and who has set it. */
export interface PrivacyLimit {
  readonly label: PrivacyLabel;
  readonly by: PrivacySource;
}

const naming: readonly PrivacySource[] = ["node", "virtual model", "alias", "key", "workspace", "request"];

/** 0 for this machine, rising with the way that a prompt travels. */
export const privacyDistance = (label: PrivacyLabel): number => privacyLabels.indexOf(label);

export const isWithin = (label: PrivacyLabel, limit: PrivacyLabel): boolean =>
  privacyDistance(label) <= privacyDistance(limit);

/**
 * The tightest of all limits: nobody can widen what another has set. Of equal ones the node's own is named first, since
 * that is where a person would have to change something.
 */
export function tightestLimit(limits: PrivacyLimits): PrivacyLimit {
  let tightest: PrivacyLimit = { label: "cloud", by: "node" };
  for (const by of naming) {
    const label = limits[by] ?? null;
    if (label !== null && privacyDistance(label) < privacyDistance(tightest.label)) tightest = { label, by };
  }
  return tightest;
}
