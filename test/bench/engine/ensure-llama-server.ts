import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { availableParallelism, homedir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const nodeModules = resolve(import.meta.dirname, "../../../node_modules");
const engineSource = join(nodeModules, "node-llama-cpp/llama");
const enginePackage = `linux-${process.arch}`;
const engineBinaries = join(nodeModules, "@node-llama-cpp", enginePackage, "bins", enginePackage);

/**
 * How node-llama-cpp's own prebuilt engines are configured, read in its `compileLLamaCpp`: loadable processor backends,
 * no OpenMP. None of those backends is compiled here, since node-llama-cpp's are copied in. Their libraries ask for one
 * another by names without a version.
 */
const cmakeOptions = {
  CMAKE_BUILD_TYPE: "Release",
  BUILD_SHARED_LIBS: "ON",
  CMAKE_PLATFORM_NO_VERSIONED_SONAME: "ON",
  // The result is moved when it is complete, so that its parts must find one another wherever they are.
  CMAKE_BUILD_RPATH_USE_ORIGIN: "ON",
  GGML_BACKEND_DL: "ON",
  GGML_CPU: "OFF",
  GGML_NATIVE: "OFF",
  GGML_OPENMP: "OFF",
  GGML_CCACHE: "OFF",
  LLAMA_CURL: "OFF",
  LLAMA_OPENSSL: "OFF",
  LLAMA_BUILD_TESTS: "OFF",
  LLAMA_BUILD_EXAMPLES: "OFF",
  // Would be downloaded.
  LLAMA_USE_PREBUILT_UI: "OFF",
};

/** Runs one step, given the lines that it prints. */
type RunStep = (command: string, args: readonly string[], onLine?: (line: string) => void) => Promise<void>;

/**
 * The llama-server of exactly the llama.cpp release that the engine has, compiled once from the source that
 * node-llama-cpp ships: for some minutes, into the user's cache. It computes with the very machine code of
 * node-llama-cpp's package, so that compilers and processor flags make no difference between the two.
 *
 * A build that was interrupted goes on where it stopped. @returns the program's path
 */
export async function ensureLlamaServer(signal: AbortSignal): Promise<string> {
  if (process.platform !== "linux") throw new Error("This bench reads /proc: it runs on Linux only.");
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "inference-mesh-dev");
  const folder = join(cache, `llama-server-${engineRelease()}`);
  const program = join(folder, "llama-server");
  if (existsSync(program)) return program;

  const building = `${folder}.building`;
  mkdirSync(building, { recursive: true });
  const run: RunStep = (command, args, onLine) =>
    runStep(command, args, { signal, onLine: onLine ?? (() => undefined) });
  console.log(`Building llama-server ${engineRelease()} once, into ${folder}: this takes some minutes.`);
  const source = await unpackSource(building, run);
  const built = await compile(source, join(building, "build"), run);
  for (const file of kernels()) copyFileSync(join(engineBinaries, file), join(built, file));
  // Under its name only now: a folder that is there is complete.
  renameSync(built, folder);
  rmSync(building, { recursive: true, force: true });
  return program;
}

/** The llama.cpp release inside node-llama-cpp, such as `v0.4.0`. */
export function engineRelease(): string {
  const info = JSON.parse(readFileSync(join(engineSource, "llama.cpp.info.json"), "utf8")) as { tag: string };
  return info.tag;
}

async function unpackSource(building: string, run: RunStep): Promise<string> {
  const source = join(building, "source");
  if (existsSync(source)) return source;
  const partial = `${source}.partial`;
  rmSync(partial, { recursive: true, force: true });
  await run("git", [
    "clone",
    "--quiet",
    "--config",
    "advice.detachedHead=false",
    join(engineSource, "gitRelease.bundle"),
    partial,
  ]);
  renameSync(partial, source);
  return source;
}

async function compile(source: string, build: string, run: RunStep): Promise<string> {
  const options = Object.entries(cmakeOptions).map(([name, value]) => `-D${name}=${value}`);
  await run("cmake", ["-S", source, "-B", build, ...options]);
  let shownPercent = 0;
  await run("cmake", ["--build", build, "--target", "llama-server", `-j${availableParallelism()}`], (line) => {
    const percent = percentOf(line);
    if (percent === undefined || percent < shownPercent + 5) return;
    shownPercent = percent;
    console.log(`  ${percent}% compiled`);
  });
  return join(build, "bin");
}

/** Make tells `[ 12%]`, Ninja `[18/313]`. */
function percentOf(line: string): number | undefined {
  const [, done, all] = /^\[\s*(\d+)(?:%|\/(\d+))\]/.exec(line) ?? [];
  if (done === undefined) return undefined;
  return all === undefined ? Number(done) : Math.floor((Number(done) * 100) / Number(all));
}

/** One library per kind of processor, from which the fastest that runs is loaded, there and here by the same rule. */
function kernels(): string[] {
  const files = readdirSync(engineBinaries).filter((file) => /^libggml-cpu.*\.so$/.test(file));
  if (files.length === 0) throw new Error(`${engineBinaries} has no processor backends.`);
  return files;
}

interface StepOptions {
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

async function runStep(command: string, args: readonly string[], { signal, onLine }: StepOptions): Promise<void> {
  // A group of its own, so that an interruption reaches the compilers as well.
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], detached: true });
  const stop = (): void => endGroup(child);
  signal.addEventListener("abort", stop);
  const lastLines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      lastLines.push(line);
      if (lastLines.length > 40) lastLines.shift();
      onLine(line);
    });
  }
  const [code] = (await once(child, "close")) as [number | null];
  signal.removeEventListener("abort", stop);
  signal.throwIfAborted();
  if (code !== 0) throw new Error(`${command} ended with ${code}:\n${lastLines.join("\n")}`);
}

function endGroup(child: ChildProcess): void {
  if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGTERM");
}
