import { MeshError } from "../../../contract/errors/mesh-error.ts";

/** Names that Windows keeps for devices, with whatever ending. */
const reserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
const forbidden = /[\u0000-\u001f\u007f-\u009f<>:"|?*\\\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
/** What file systems take, less what a temporary name adds. */
const maxNameBytes = 200;

/**
 * The name under which a file from elsewhere may be put into the models folder: the last part of its path, when every
 * part of that path is harmless on every system. A path that is not is refused as a whole rather than mended: whoever
 * wrote it meant something by it.
 *
 * @throws MeshError `unsafe_file_name`
 */
export function safeFileName(remotePath: string): string {
  const parts = remotePath.split("/");
  const problem = parts.map(problemOf).find((each) => each !== undefined);
  const name = parts.at(-1) ?? "";
  if (problem !== undefined) throw new MeshError("unsafe_file_name", { name: remotePath.slice(0, 200), problem });
  if (!/.\.gguf$/i.test(name)) {
    throw new MeshError("unsafe_file_name", { name: remotePath.slice(0, 200), problem: "it does not end with .gguf" });
  }
  return name;
}

function problemOf(part: string): string | undefined {
  if (part === "") return "it is absolute, or has an empty part";
  if (part === "." || part === "..") return "it leaves its folder";
  if (forbidden.test(part)) return "it holds a character that file names must not have";
  if (reserved.test(part)) return "it is a name that Windows keeps for devices";
  if (part.startsWith(".")) return "it is a hidden file";
  if (/[. ]$/.test(part)) return "it ends with a dot or a space";
  if (Buffer.byteLength(part) > maxNameBytes) return "it is too long";
  return undefined;
}
