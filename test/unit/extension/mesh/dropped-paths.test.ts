import { describe, expect, it } from "vitest";
import { droppedPaths } from "../../../../extension/mesh/dropped-paths.ts";

describe("what is dropped onto the tree", () => {
  it.each([
    ["a file", "file:///models/a%20b.gguf", ["/models/a b.gguf"]],
    ["a file of a remote window", "vscode-remote://ssh-remote%2Bgpu/models/a.gguf", ["/models/a.gguf"]],
    [
      "several, with comments and one twice",
      "# two\r\nfile:///a.gguf\r\nfile:///b.gguf\nfile:///a.gguf\r\n",
      ["/a.gguf", "/b.gguf"],
    ],
    ["a web address", "https://example.com/a.gguf", []],
    ["a broken escape", "vscode-remote://x/%E0%A4%A", []],
    ["text", "hello", []],
    ["nothing", "", []],
  ])("%s", (_name, uris, paths) => expect(droppedPaths(uris)).toEqual(paths));
});
