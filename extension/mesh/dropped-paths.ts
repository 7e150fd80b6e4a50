import { fileURLToPath } from "node:url";

/**
 * The paths of the files among what was dropped, each once. In a remote window the explorer names files of the machine
 * on which the node runs, too.
 *
 * @param uris as in RFC 2483: a URI a line, `#` in front of comments
 */
export function droppedPaths(uris: string): string[] {
  const lines = uris.split(/\r?\n/).filter((line) => line !== "" && !line.startsWith("#"));
  return [...new Set(lines.map(toPath).filter((path) => path !== undefined))];
}

function toPath(uri: string): string | undefined {
  if (!URL.canParse(uri)) return undefined;
  const url = new URL(uri);
  try {
    if (url.protocol === "file:") return fileURLToPath(url);
    return url.protocol === "vscode-remote:" ? decodeURIComponent(url.pathname) : undefined;
  } catch {
    // A share of another machine, or a broken escape: no path of this one.
    return undefined;
  }
}
