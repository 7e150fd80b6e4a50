import type { EditorHost } from "./editor-host.ts";

/** What the editor tests share: made once per run by `global-setup.ts`. */
export interface EditorSetup {
  readonly host: EditorHost;
  /** The browser's program. */
  readonly chromium: string;
  /** Where the package is installed. */
  readonly extensions: string;
  readonly vsix: string;
}

/** Either what is needed, or why the editor tests cannot run here. */
export type EditorAvailability = { readonly setup: EditorSetup } | { readonly missing: string };
