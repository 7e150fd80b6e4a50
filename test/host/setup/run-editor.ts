import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { packageVsix } from "../../package/package-vsix.ts";
import { testedTarget } from "../../package/vsix-targets.ts";
import { CodeServer, installVsix } from "../driver/code-server.ts";
import { cacheFolder, ensureEditorHost } from "./editor-host.ts";
import { findOnPath } from "./find-chromium.ts";
import { withoutNpm } from "./without-npm.ts";

/**
 * `npm run editor [-- folder]`: the extension in an editor, to try by hand. The desktop editor runs it from the
 * checkout; without one, the browser workbench runs the package. Both use this user's own node.
 */
const repository = resolve(import.meta.dirname, "../../..");
const opened = resolve(process.env.INIT_CWD ?? process.cwd(), process.argv[2] ?? ".");
const desktop = findOnPath(["code"]);

if (desktop === undefined) await runInBrowser();
else process.exitCode = runOnDesktop(desktop);

function runOnDesktop(code: string): number {
  console.log(`Opening ${opened} in ${code} with the extension of this checkout. Close the window or press Ctrl+C.`);
  const args = [`--extensionDevelopmentPath=${repository}`, "--new-window", "--wait", opened];
  return spawnSync(code, args, { stdio: "inherit", shell: process.platform === "win32" }).status ?? 1;
}

async function runInBrowser(): Promise<void> {
  console.log("There is no desktop VS Code (code) on the PATH: starting the browser workbench.");
  const host = await ensureEditorHost((line) => console.log(line));
  const { path } = await packageVsix(testedTarget);
  // Kept from one run to the next, as settings of an editor are.
  const folder = join(cacheFolder(), "editor");
  const options = {
    host,
    folder,
    extensions: join(folder, "extensions"),
    env: withoutNpm(process.env),
    asksForTrust: true,
  };
  await installVsix(options, path);
  const server = await CodeServer.start(options);
  // A terminal's Ctrl+C reaches the server too; `kill` reaches this process alone.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void server.stop());
  const folderToOpen = existsSync(opened) ? `?folder=${encodeURIComponent(opened)}` : "";
  console.log(`\n  Open      ${server.url}/${folderToOpen}\n  Password  ${server.password}\n\nCtrl+C ends it.`);
  await server.ended();
}
