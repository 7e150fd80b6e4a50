import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const programNames = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** How to get a browser, in the words that a skipped test prints. */
export const chromiumAdvice =
  "Install Chromium (Debian and Ubuntu: apt-get install -y --no-install-recommends chromium) or name one in CHROME_PATH.";

/** The Chromium of this machine: CHROME_PATH, or the first one on the PATH. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env.CHROME_PATH) return isProgram(env.CHROME_PATH) ? env.CHROME_PATH : undefined;
  return findOnPath(programNames, env);
}

/** The first of these programs that a shell would find. */
export function findOnPath(names: readonly string[], env: NodeJS.ProcessEnv = process.env): string | undefined {
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
