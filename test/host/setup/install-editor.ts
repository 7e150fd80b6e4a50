import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vsixPath } from "../../package/package-vsix.ts";
import { testedTarget } from "../../package/vsix-targets.ts";
import { installVsix } from "../driver/code-server.ts";
import { repository } from "./build-suite.ts";
import { ensureEditorHost } from "./editor-host.ts";
import type { EditorSetup } from "./editor-setup.ts";
import { withoutNpm } from "./without-npm.ts";

const mainBundle = join(repository, "dist/extension/main.cjs");

export interface InstalledEditor extends AsyncDisposable {
  readonly setup: EditorSetup;
}

/**
 * The workbench with the package of the repository installed in it, in folders of its own.
 *
 * @param chromium the browser's program
 * @throws when there is no package, or one that is older than what is built
 */
export async function installEditor(chromium: string): Promise<InstalledEditor> {
  const host = await ensureEditorHost((line) => console.log(line));
  const vsix = await currentVsix();
  const folder = await mkdtemp(join(tmpdir(), "mesh-installed-"));
  const extensions = join(folder, "extensions");
  await installVsix({ host, folder, extensions, env: { ...withoutNpm(process.env), HOME: folder } }, vsix);
  return {
    setup: { host, chromium, extensions, vsix },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
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
