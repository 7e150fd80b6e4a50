/**
 * The editor's `l10n.t`, as an argument: every word that a person sees goes through one. The first argument is always
 * a literal, because a test collects those for `l10n/bundle.l10n.json`.
 */
export type Translate = (message: string, values?: Record<string, string | number>) => string;
