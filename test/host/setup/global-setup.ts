import type { TestProject } from "vitest/node";
import { whyNoEditorHost } from "./editor-host.ts";
import type { EditorAvailability } from "./editor-setup.ts";
import { chromiumAdvice, findChromium } from "./find-chromium.ts";
import { installEditor } from "./install-editor.ts";

declare module "vitest" {
  interface ProvidedContext {
    editor: EditorAvailability;
  }
}

/** Installs the package once, for all editor tests of this run, or says loudly why they are skipped. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const chromium = findChromium();
  if (chromium === undefined) return skip(project, `there is no Chromium. ${chromiumAdvice}`);
  const noHost = whyNoEditorHost();
  if (noHost !== undefined) return skip(project, `${noHost}.`);
  const installed = await installEditor(chromium);
  project.provide("editor", { setup: installed.setup });
  return async () => await installed[Symbol.asyncDispose]();
}

/** A person's machine may lack a browser; a machine that judges changes may not. */
function skip(project: TestProject, reason: string): () => Promise<void> {
  if (process.env.CI === "true" || process.env.MESH_REQUIRE_EDITOR === "1") {
    throw new Error(`The editor tests must run here, and cannot: ${reason}`);
  }
  const line = "=".repeat(100);
  console.warn(`\n${line}\nTHE EDITOR TESTS ARE SKIPPED: ${reason}\n${line}\n`);
  project.provide("editor", { missing: reason });
  return async () => undefined;
}
