import { globSync, readFileSync, statSync } from "node:fs";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Fields of package.json that only concern this repository and npm's registry. */
const repositoryFields = [
  "scripts",
  "files",
  "dependencies",
  "devDependencies",
  "optionalDependencies",
  "bundleDependencies",
  "overrides",
  "allowScripts",
  "private",
];

/** Copies what `.vscodeignore` lets through from a built checkout, with a package.json for the editor alone. */
export async function stageExtension(repository: string, stage: string): Promise<void> {
  const patterns = shippedPatterns(join(repository, ".vscodeignore"));
  // Where a pattern leads into a folder of npm's, that folder is staged by the engine's own rules.
  const isOurs = (path: string): boolean => !path.includes("node_modules");
  for (const path of globSync(patterns, { cwd: repository, exclude: (name) => !isOurs(name) })) {
    const [from, to] = [join(repository, path), join(stage, path)];
    if (!isOurs(path) || isFolder(from)) continue;
    await mkdir(dirname(to), { recursive: true });
    await copyFile(from, to);
  }
  await copyFile(join(repository, ".vscodeignore"), join(stage, ".vscodeignore"));
  await dropPictures(join(stage, "README.md"));
  await writeManifest(join(repository, "package.json"), join(stage, "package.json"));
}

/** The lines that let something through, without their exclamation mark. */
function shippedPatterns(ignoreFile: string): string[] {
  const lines = readFileSync(ignoreFile, "utf8").split("\n");
  return lines.filter((line) => line.startsWith("!")).map((line) => line.slice(1).trim());
}

function isFolder(path: string): boolean {
  return statSync(path).isDirectory();
}

/** An editor shows no picture that lies in a package, so they stay in the repository. */
async function dropPictures(readme: string): Promise<void> {
  const text = await readFile(readme, "utf8");
  await writeFile(readme, text.replace(/^!\[.*\]\(.*\)\n+/gm, ""));
}

async function writeManifest(from: string, to: string): Promise<void> {
  const manifest = JSON.parse(await readFile(from, "utf8")) as Record<string, unknown>;
  const kept = Object.entries(manifest).filter(([field]) => !repositoryFields.includes(field));
  await writeFile(to, `${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`);
}
