import { describe, expect, it } from "vitest";
import { mayBeRead } from "../../../../extension/ghost/secret-files.ts";

const file = (path: string) => mayBeRead({ scheme: "file", path });

describe("files that ghost text is asked for", () => {
  it.each([
    "/a/main.ts",
    "/a/environment.ts",
    "/a/secrets.ts",
    "/a/password.py",
    "/a/key.go",
    "C:/a/main.rs",
    "/a/.eslintrc",
  ])("are what people write: %s", (path) => expect(file(path)).toBe(true));

  it.each([
    "/a/.env",
    "/a/.ENV.local",
    "/a/prod.env",
    "/a/server.pem",
    "/a/tls.key",
    "/home/me/.ssh/config",
    "/home/me/.ssh/id_rsa",
    "/home/me/id_ed25519.pub",
    "/home/me/.aws/credentials",
    "/home/me/.kube/config",
    "/a/.npmrc",
    "/a/secrets.yaml",
    "/a/credentials.json",
    "/a/terraform.tfvars",
  ])("are none that hold secrets: %s", (path) => expect(file(path)).toBe(false));

  it("are files and what is not saved yet, and no inputs, outputs or other sides of a diff", () => {
    const schemes = ["file", "untitled", "vscode-remote", "vscode-notebook-cell"];
    for (const scheme of schemes) expect(mayBeRead({ scheme, path: "/a.ts" }), scheme).toBe(true);
    for (const scheme of ["output", "git", "vscode-scm", "comment", "vscode-chat-input", "search-editor"]) {
      expect(mayBeRead({ scheme, path: "/a.ts" }), scheme).toBe(false);
    }
  });
});
