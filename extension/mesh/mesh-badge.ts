import type { Translate } from "../platform/translate.ts";
import type { MeshStore } from "./mesh-store.ts";

/** How many servers do not answer, on the view's icon; nothing while all do. */
export function meshBadge(
  store: MeshStore,
  t: Translate,
): { readonly value: number; readonly tooltip: string } | undefined {
  const value = store.topology.ofKind("backend").filter(({ health }) => health === "unhealthy").length;
  if (value === 0) return undefined;
  return { value, tooltip: value === 1 ? t("1 server does not answer") : t("{0} servers do not answer", { 0: value }) };
}
