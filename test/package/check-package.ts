import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";

/**
 * Packs the product and uses it as a headless machine would: `npm i -g` of the tarball, then the command. Needs the npm
 * registry, so it is not part of `npm test`.
 */
const root = resolve(import.meta.dirname, "../..");
const work = mkdtempSync(join(tmpdir(), "mesh-package-"));
// What npm sets for its scripts (this one may be one) would change what the inner npm does.
const clean = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
const systemPath = (process.env.PATH ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"));
const env = { ...Object.fromEntries(clean), PATH: systemPath.join(delimiter), INFERENCE_MESH_HOME: join(work, "home") };

function check(isTrue: boolean, what: string): void {
  console.log(`${isTrue ? "ok  " : "FAIL"} ${what}`);
  if (!isTrue) process.exitCode = 1;
}

function folderBytes(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

try {
  execFileSync("npm", ["pack", "--pack-destination", work], {
    cwd: root,
    env: Object.fromEntries(clean),
    stdio: "inherit",
  });
  const tarball = readdirSync(work).find((name) => name.endsWith(".tgz")) ?? "";
  check(
    statSync(join(work, tarball)).size < 80e6,
    `the tarball has less than 80 MB (${statSync(join(work, tarball)).size} bytes)`,
  );

  const [prefix, cache] = [join(work, "prefix"), join(work, "cache")];
  execFileSync("npm", ["i", "-g", "--prefix", prefix, "--cache", cache, join(work, tarball)], {
    env,
    stdio: "inherit",
  });
  // Installing copies the tarball into the cache too.
  check(folderBytes(cache) < 180e6, `installing it takes less than 180 MB (${folderBytes(cache)} bytes)`);

  const command = join(prefix, "bin/inference-mesh");
  const run = (...args: string[]) => spawnSync(command, args, { env, encoding: "utf8" });
  const nodeVersion = spawnSync("node", ["--version"], { env, encoding: "utf8" }).stdout.trim();
  check(/^\d+\.\d+\.\d+/.test(run("--version").stdout), `the command runs where the system has Node ${nodeVersion}`);
  const doctor = run("doctor");
  check(
    doctor.status === 0,
    `doctor finds nothing wrong${doctor.status === 0 ? "" : `\n${doctor.stdout}${doctor.stderr}`}`,
  );
  const isHere = (name: string) => existsSync(join(prefix, "lib/node_modules/inference-mesh/node_modules", name));
  check(isHere("@napi-rs/keyring"), "the keyring's library came with it");
  const start = run("start", "--once");
  check(start.status === 0 && start.stdout.includes("is ready"), `it answers\n${start.stdout}${start.stderr}`);
  const chat = run("chat", "hello");
  check(chat.status === 0 && chat.stdout.length > 20, "it chats");
  const stop = run("stop");
  check(stop.status === 0 || stop.stderr.includes("No node is running"), "it stops");
  const compilers = readdirSync(prefix, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith("CMakeCache.txt"),
  );
  check(compilers.length === 0, "nothing was compiled");
} finally {
  rmSync(work, { recursive: true, force: true });
}
