import type { Alias, ShownAlias } from "../../contract/mesh/alias.ts";

/** One model that a name stands for, and where it may be asked. */
export interface Target {
  /** A model's name, `<name>@sha256:<hex>` or `sha256:<hex>`. */
  readonly model: string;
  readonly revision: string | null;
  /** Only these backends; null for all. */
  readonly backends: readonly string[] | null;
  readonly isFallback: boolean;
}

/** What a name stands for. */
export type ResolvedName =
  | {
      readonly kind: "alias";
      readonly name: string;
      readonly alias: Alias;
      /** In the order in which they are asked. */
      readonly targets: readonly Target[];
      /** Revisions that get no requests unless they are asked for by name. */
      readonly unweighted: readonly Target[];
    }
  /** An alias without this revision. */
  | { readonly kind: "unknown-revision"; readonly name: string; readonly alias: Alias }
  /** Any model that can chat. */
  | { readonly kind: "virtual"; readonly name: string }
  | { readonly kind: "plain"; readonly name: string };

/** Stands for any model that can chat. */
export const virtualModel = "auto";

/**
 * Reads a name: an alias, one revision of an alias (`fast@green`, `fast@preview`), a virtual model, or a model. An alias
 * comes before models of its name, since a person has written it down. Who asks for one revision gets no other.
 */
export function resolveName(
  asked: string,
  aliases: { readonly [name: string]: Alias },
  random: () => number,
): ResolvedName {
  const alias = own(aliases, asked);
  if (alias !== undefined) return resolveAlias(asked, alias, random);
  const at = asked.lastIndexOf("@");
  const name = asked.slice(0, at);
  const revised = at > 0 ? own(aliases, name) : undefined;
  if (revised !== undefined) return resolveRevision(name, revised, asked.slice(at + 1));
  return asked === virtualModel ? { kind: "virtual", name: asked } : { kind: "plain", name: asked };
}

/** Every name under which an alias can be asked. */
export function aliasNames(aliases: { readonly [name: string]: Alias }): string[] {
  return Object.entries(aliases).flatMap(([name, alias]) =>
    alias.preview === undefined ? [name] : [name, `${name}@preview`],
  );
}

/** Every such name, with what it may stand for: the views know the places of each model. */
export function shownAliases(aliases: { readonly [name: string]: Alias }): ShownAlias[] {
  return aliasNames(aliases).map((name) => {
    const resolved = resolveName(name, aliases, () => 0);
    const targets = resolved.kind === "alias" ? resolved.targets : [];
    return {
      name,
      privacy: (resolved.kind === "alias" ? resolved.alias.privacy : undefined) ?? null,
      targets: targets.map(({ model, backends }) => ({ model, backends: backends === null ? null : [...backends] })),
    };
  });
}

export const revisionNames = (name: string, alias: Alias): string[] =>
  Object.keys(alias.revisions).map((revision) => `${name}@${revision}`);

function resolveAlias(name: string, alias: Alias, random: () => number): ResolvedName {
  const targets = Object.keys(alias.revisions).map((revision) => toTarget(alias, revision));
  const weightOf = ({ revision }: Target): number => alias.revisions[revision ?? ""]?.weight ?? 0;
  const weighted = targets.filter((target) => weightOf(target) > 0).sort((a, b) => weightOf(b) - weightOf(a));
  const first = drawByWeight(weighted, weightOf, random);
  const fallbacks = alias.fallbacks.map((model) => ({ model, revision: null, backends: null, isFallback: true }));
  return {
    kind: "alias",
    name,
    alias,
    targets: [...(first === undefined ? [] : [first]), ...weighted.filter((each) => each !== first), ...fallbacks],
    unweighted: targets.filter((target) => weightOf(target) === 0),
  };
}

function resolveRevision(name: string, alias: Alias, asked: string): ResolvedName {
  const revision = asked === "preview" ? (alias.preview ?? asked) : asked;
  if (own(alias.revisions, revision) === undefined) return { kind: "unknown-revision", name, alias };
  return { kind: "alias", name, alias, targets: [toTarget(alias, revision)], unweighted: [] };
}

function toTarget(alias: Alias, revision: string): Target {
  const { model, backends } = alias.revisions[revision] ?? { model: "" };
  return { model, revision, backends: backends ?? null, isFallback: false };
}

function drawByWeight<T>(all: readonly T[], weightOf: (each: T) => number, random: () => number): T | undefined {
  if (all.length < 2) return all[0];
  let left = random() * all.reduce((sum, each) => sum + weightOf(each), 0);
  for (const each of all) {
    left -= weightOf(each);
    if (left < 0) return each;
  }
  return all.at(-1);
}

/** Names come from clients: `constructor` is none of ours. */
const own = <T>(record: { readonly [name: string]: T }, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;
