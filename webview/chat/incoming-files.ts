/** What a person has dropped or pasted, as far as it can be attached. */
export interface IncomingFiles {
  readonly images: readonly File[];
  /** Addresses of files and folders. */
  readonly uris: readonly string[];
  /** There was something else: files from outside of the editor tell a page no address. */
  readonly hasOthers: boolean;
}

/** As the contract has it: so many at once. */
const maxUris = 32;
const maxUriCharacters = 4_096;

/** Reads what is dropped: files of the editor come as addresses, one a line. */
export function readDropped(data: DataTransfer): IncomingFiles {
  const list = data.getData("application/vnd.code.uri-list") || data.getData("text/uri-list");
  const uris = list
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#") && line.length <= maxUriCharacters);
  if (uris.length > 0) return { images: [], uris: [...new Set(uris)].slice(0, maxUris), hasOthers: false };
  const files = [...data.files];
  const images = files.filter(isImage);
  return { images, uris: [], hasOthers: images.length < files.length };
}

/** Pictures that are pasted. Where there are words as well, as from a text program, the words are meant. */
export const readPasted = (data: DataTransfer): readonly File[] =>
  data.getData("text/plain") === "" ? [...data.files].filter(isImage) : [];

/** Whether something is dragged that could be attached; what it is can be read only when it is dropped. */
export const mayBeAttached = (data: DataTransfer): boolean =>
  data.types.some((type) => ["Files", "text/uri-list", "application/vnd.code.uri-list"].includes(type));

const isImage = (file: File): boolean => file.type.startsWith("image/");
