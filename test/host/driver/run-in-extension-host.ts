import { format } from "node:util";
import { repository } from "../setup/build-suite.ts";
import { toldPrefix } from "./told-prefix.ts";
import type { Workbench } from "./workbench.ts";

export interface SuiteResult {
  /** 0 when everything passed. */
  readonly code: number;
  /** The lines that the suite told. */
  readonly told: readonly string[];
}

/**
 * Opens a window whose extension host runs this bundle against the extension of the checkout, as the desktop editor
 * does for `@vscode/test-electron`. The workbench must have been started with `acceptsTestSuites`.
 */
export async function runInExtensionHost(workbench: Workbench, bundle: string): Promise<SuiteResult> {
  const told: string[] = [];
  const { promise: ended, resolve } = Promise.withResolvers<number>();
  // The workbench looks for these two in its page.
  await workbench.browser.exposeFunction("codeAutomationLog", (_type: string, args: readonly unknown[]) => {
    // Also everything else that the window and its extension host write on their consoles.
    const [, line] = format(...args).split(toldPrefix);
    if (line !== undefined) told.push(line);
  });
  await workbench.browser.exposeFunction("codeAutomationExit", (code: number) => resolve(code));
  const remote = (path: string): string => `vscode-remote://${new URL(workbench.server.url).host}${path}`;
  await workbench.openWindow([
    ["extensionDevelopmentPath", remote(repository)],
    ["extensionTestsPath", remote(bundle)],
  ]);
  return { code: await ended, told };
}
