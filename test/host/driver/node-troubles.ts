import { chmod, mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import type { TestNode } from "../../support/test-node.ts";

/** Something that keeps a node from working, until it is mended. */
export interface Trouble {
  mend(): Promise<void>;
}

/** Puts another content into a file, or a file where there was none. */
export async function fileSays(path: string, content: string): Promise<Trouble> {
  const before = await readFile(path).catch(() => undefined);
  await writeFile(path, content);
  return { mend: () => (before === undefined ? rm(path) : writeFile(path, before)) };
}

/** Puts a file where a folder is expected: nobody, not even root, can write below it. */
export async function fileInsteadOf(folder: string): Promise<Trouble> {
  await rename(folder, `${folder}.away`);
  await writeFile(folder, "");
  return {
    mend: async () => {
      await rm(folder);
      await rename(`${folder}.away`, folder);
    },
  };
}

/** Puts a link where the runtime folder is expected: it could lead to another user's folder. */
export async function linkInsteadOf(folder: string): Promise<Trouble> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(`${folder}.elsewhere`, { recursive: true });
  await symlink(`${folder}.elsewhere`, folder);
  return { mend: () => rm(folder) };
}

/** Puts the home on a file system that takes no files, whoever writes: the kernel's own. */
export async function readOnlyHome(node: TestNode): Promise<Trouble> {
  await rename(node.home, `${node.home}.away`);
  await symlink("/sys", node.home);
  return {
    mend: async () => {
      await rm(node.home);
      await rename(`${node.home}.away`, node.home);
    },
  };
}

/** Ports in a row that are taken. */
export interface TakenPorts extends Trouble {
  readonly first: number;
  /** Gives back all but the first. */
  keepFirst(): Promise<void>;
}

/** Takes as many ports in a row as asked for. */
export async function takePorts(count: number): Promise<TakenPorts> {
  for (;;) {
    const first = await freePort();
    const numbers = Array.from({ length: count }, (_, index) => first + index);
    const attempts = await Promise.all(numbers.map(async (port) => await listen(port).catch(() => undefined)));
    const servers = attempts.filter((server) => server !== undefined);
    if (servers.length === count) {
      const [one, ...others] = servers;
      return { first, keepFirst: () => closeAll(others), mend: () => closeAll(one === undefined ? [] : [one]) };
    }
    await closeAll(servers);
  }
}

async function closeAll(servers: readonly Server[]): Promise<void> {
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
}

/** Makes a program of the node end at once, as one does whose files are damaged. */
export async function crashingProgram(extension: string): Promise<Trouble> {
  const program = join(extension, "dist/sidecar/main.mjs");
  await chmod(program, 0o644);
  return await fileSays(program, "process.exit(7);\n");
}

async function freePort(): Promise<number> {
  const server = await listen(0);
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("The server listens on no port.");
  return address.port;
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
