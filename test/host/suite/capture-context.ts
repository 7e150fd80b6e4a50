import { createRequire } from "node:module";
import { join } from "node:path";
import type * as vscode from "vscode";
import { manifestOf } from "./this-extension.ts";

type Activate = (context: vscode.ExtensionContext) => unknown;

/**
 * Gives what the editor will hand to `activate`, so that the suite can dispose the extension as the editor does only at
 * its own end. Call it before the activation: it wraps the code that the editor is about to load.
 */
export function captureContext(extension: vscode.Extension<unknown>): () => vscode.ExtensionContext {
  const main = join(extension.extensionPath, manifestOf(extension).main);
  const require = createRequire(main);
  const { activate } = require(main) as { readonly activate: Activate };
  const loaded = require.cache[require.resolve(main)];
  if (loaded === undefined || extension.isActive) throw new Error("It is too late to see the activation.");
  let captured: vscode.ExtensionContext | undefined;
  const wrapped: Activate = (context) => {
    captured = context;
    return activate(context);
  };
  loaded.exports = { activate: wrapped };
  return () => {
    if (captured === undefined) throw new Error("The extension was not activated.");
    return captured;
  };
}
