import { describe, expect, it } from "vitest";
import type { AttachableFile } from "../../../../../extension/chat/attachments/attachable-file.ts";
import { checkedImageAddress } from "../../../../../extension/chat/attachments/image-bytes.ts";
import { readFile } from "../../../../../extension/chat/attachments/read-file.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0]);

const file = (bytes: Uint8Array, part: Partial<AttachableFile> = {}): AttachableFile => ({
  name: "a.ts",
  path: "src/a.ts",
  languageId: "typescript",
  unsavedText: undefined,
  stat: async () => ({ isFolder: false, bytes: bytes.byteLength }),
  read: async () => bytes,
  decode: async (raw) => new TextDecoder().decode(raw),
  leadsOutside: async () => false,
  ...part,
});

const refusal = (given: AttachableFile): Promise<unknown> =>
  readFile(given, "1").then(
    () => "read",
    ({ code }) => code,
  );

describe("attaching a file", () => {
  it("takes its text, its place in the workspace and its language", async () => {
    expect(await readFile(file(utf8("let a;\n")), "1")).toEqual({
      id: "1",
      kind: "file",
      label: "a.ts",
      detail: "src/a.ts",
      text: "let a;\n",
      image: null,
      languageId: "typescript",
    });
  });

  it("takes what nobody has saved yet, without a look at the file", async () => {
    const unsaved = file(utf8("old"), { unsavedText: "new", stat: () => Promise.reject(new Error("untitled")) });
    expect((await readFile(unsaved, "1")).text).toBe("new");
  });

  it("refuses a binary file, and takes text of two bytes a letter", async () => {
    expect(await refusal(file(Uint8Array.from([1, 0, 2])))).toBe("document_not_text");
    const wide = Uint8Array.from([0xff, 0xfe, 0x61, 0]);
    const decode = async (raw: Uint8Array): Promise<string> => new TextDecoder("utf-16le").decode(raw);
    expect((await readFile(file(wide, { decode }), "1")).text).toBe("a");
  });

  it("refuses a huge file before it is read", async () => {
    const huge = file(utf8(""), {
      stat: async () => ({ isFolder: false, bytes: 3e9 }),
      read: () => Promise.reject(new Error("read")),
    });
    expect(await refusal(huge)).toBe("attachment_too_large");
    expect(await refusal(file(utf8("x".repeat(1_000_001))))).toBe("attachment_too_large");
  });

  it("refuses one that grows while it is read", async () => {
    const growing = file(utf8("x".repeat(1_000_001)), { stat: async () => ({ isFolder: false, bytes: 1 }) });
    expect(await refusal(growing)).toBe("attachment_too_large");
  });

  it("refuses a link out of the workspace, unread", async () => {
    const link = file(utf8("secret"), {
      leadsOutside: async () => true,
      read: () => Promise.reject(new Error("read")),
    });
    expect(await refusal(link)).toBe("attachment_outside");
  });

  it("says of one that cannot be read no more than the file system's code", async () => {
    const gone = Object.assign(new Error("text of the file"), { code: "FileNotFound" });
    await expect(readFile(file(utf8(""), { stat: () => Promise.reject(gone) }), "1")).rejects.toMatchObject({
      code: "attachment_unreadable",
      params: { file: "src/a.ts", problem: "FileNotFound" },
    });
  });

  it("takes a picture by its bytes, whatever its name says", async () => {
    const picture = await readFile(file(png, { name: "a.txt" }), "1");
    expect(picture).toMatchObject({ kind: "image", text: "", languageId: null });
    expect(picture.image).toMatch(/^data:image\/png;base64,/);
    expect(await refusal(file(new Uint8Array(8_000_001).fill(65)))).toBe("attachment_too_large");
  });

  it("takes a notebook's cells without what they have put out", async () => {
    const notebook = {
      cells: [
        { cell_type: "markdown", source: ["# Title\n", "text"] },
        { cell_type: "code", source: "print(1)", outputs: [{ data: { "image/png": "AAAA" } }] },
      ],
    };
    const given = file(utf8(JSON.stringify(notebook)), { name: "n.ipynb" });
    expect((await readFile(given, "1")).text).toBe("# Cell 1 (markdown)\n# Title\ntext\n\n# Cell 2 (code)\nprint(1)\n");
    const broken = file(utf8("{"), { name: "n.ipynb" });
    expect((await readFile(broken, "1")).text).toBe("{");
  });
});

describe("a picture from a page", () => {
  it("is what its bytes show, whatever its address says", () => {
    const address = `data:image/jpeg;base64,${Buffer.from(png).toString("base64")}`;
    expect(checkedImageAddress(address)).toBe(`data:image/png;base64,${Buffer.from(png).toString("base64")}`);
  });

  it.each([
    "data:image/svg+xml;base64,PHN2Zz4=",
    `data:image/png;base64,${Buffer.from("<script>").toString("base64")}`,
    'data:image/png;base64,AA"onerror="x',
    "data:image/png,raw",
  ])("is refused as %s", (address) => {
    expect(checkedImageAddress(address)).toBeUndefined();
  });
});
