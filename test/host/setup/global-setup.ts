import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { TestProject } from "vitest/node";
import { vsixPath } from "../../package/package-vsix.ts";
import { testedTarget } from "../../package/vsix-targets.ts";
import { installVsix } from "../driver/code-server.ts";
import { ensureEditorHost, whyNoEditorHost } from "./editor-host.ts";
import type { EditorAvailability } from "./editor-setup.ts";
import { chromiumAdvice, findChromium } from "./find-chromium.ts";
import { withoutNpm } from "./without-npm.ts";

declare module "vitest" {
  interface ProvidedContext {
    editor: EditorAvailability;
  }
}

const mainBundle = resolve(import.meta.dirname, "../../../dist/extension/main.cjs");

/** Installs the package once, for all editor tests of this run, or says loudly why they are skipped. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const chromium = findChromium();
  if (chromium === undefined) return skip(project, `there is no Chromium. ${chromiumAdvice}`);
  const noHost = whyNoEditorHost();
  if (noHost !== undefined) return skip(project, `${noHost}.`);
  const host = await ensureEditorHost((line) => console.log(line));
  const vsix = await currentVsix();
  const folder = await mkdtemp(join(tmpdir(), "mesh-installed-"));
  const extensions = join(folder, "extensions");
  await installVsix({ host, folder, extensions, env: { ...withoutNpm(process.env), HOME: folder } }, vsix);
  project.provide("editor", { setup: { host, chromium, extensions, vsix } });
  return () => rm(folder, { recursive: true, force: true });
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

/** The package in the repository, which must hold what was built last. */
async function currentVsix(): Promise<string> {
  const path = vsixPath(testedTarget);
  const advice = "Run npm run package first, or npm run test:editor, which does both.";
  const [packaged, built] = await Promise.all([modifiedAt(path), modifiedAt(mainBundle)]);
  if (packaged === undefined) throw new Error(`There is no ${path}. ${advice}`);
  if (built !== undefined && built > packaged) throw new Error(`${path} is older than what is built. ${advice}`);
  return path;
}

async function modifiedAt(path: string): Promise<number | undefined> {
  return await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
}
