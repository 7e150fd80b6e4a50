import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { downloadAndUnzipVSCode, runTests } from "@vscode/test-electron";
import { TestNode } from "../../support/test-node.ts";
import { quietSettings } from "../driver/quiet-settings.ts";
import { buildSuite, repository } from "./build-suite.ts";
import { withoutNpm } from "./without-npm.ts";

/**
 * `npm run test:desktop`: the extension-host suite in desktop VS Code, downloaded once into `.vscode-test`. Needs the
 * editor's download host and, on Linux, a display. VSCODE_VERSION names another version than the newest stable one.
 */
const version = process.env.VSCODE_VERSION ?? "stable";
const program = await downloaded();
process.exitCode = program === undefined ? 1 : await runOn(program);

async function downloaded(): Promise<string | undefined> {
  try {
    return await downloadAndUnzipVSCode({ version, cachePath: join(repository, ".vscode-test") });
  } catch (error) {
    console.error(`
Desktop VS Code (${version}) cannot be downloaded: ${reasonOf(error)}
This needs https://update.code.visualstudio.com. Where it cannot be reached, the same suite runs in the browser
workbench: npm run test:editor -- extension-host`);
    return undefined;
  }
}

async function runOn(vscodeExecutablePath: string): Promise<number> {
  const node = await TestNode.create();
  const folder = await mkdtemp(join(tmpdir(), "mesh-desktop-"));
  const userData = join(folder, "data");
  try {
    await writeSettings(userData);
    return await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: repository,
      extensionTestsPath: await buildSuite("run-suite"),
      extensionTestsEnv: withoutNpm(node.env),
      launchArgs: [folder, "--disable-extensions", "--disable-workspace-trust", `--user-data-dir=${userData}`],
    });
  } catch (error) {
    console.error(`The suite did not pass in desktop VS Code: ${reasonOf(error)}${displayAdvice()}`);
    return 1;
  } finally {
    await node.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeSettings(userData: string): Promise<void> {
  await mkdir(join(userData, "User"), { recursive: true });
  await writeFile(join(userData, "User/settings.json"), JSON.stringify(quietSettings));
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : "";
  return `${error instanceof Error ? error.message : String(error)}${cause}`;
}

function displayAdvice(): string {
  const isMissing = process.platform === "linux" && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;
  return isMissing ? "\nThere is no display: try xvfb-run -a npm run test:desktop" : "";
}
