import { describe, expect, it } from "vitest";
import { readLink } from "../../../../extension/servers/read-link.ts";
import { english } from "../../../support/translate.ts";

const read = (query: string, path = "/add-server") => readLink({ path, query }, english);

describe("a link from outside", () => {
  it("opens the topology, or asks to add a server as it was understood", () => {
    expect(read("", "/open")).toEqual({ wish: "open" });
    expect(read("kind=router&url=http%3A%2F%2Fgpu01%3A8000%2Fv1%3Fx%3D1&name=Tower")).toEqual({
      wish: "addServer",
      kind: "router",
      url: "http://gpu01:8000",
      name: "Tower",
    });
    expect(read("kind=ollama")).toMatchObject({ url: "http://127.0.0.1:11434", name: undefined });
  });

  it("is refused with the reason when it holds a key, whatever that is called", () => {
    for (const name of ["key", "apiKey", "api_key", "token", "Authorization", "password", "client-secret"]) {
      const wish = read(`url=http://gpu01&${name}=very-secret`);
      expect(wish).toMatchObject({ wish: "refused", reason: expect.stringContaining("no place for one") });
      expect(JSON.stringify(wish)).not.toContain("very-secret");
    }
    expect(read("url=http://me:very-secret@gpu01")).toMatchObject({ wish: "refused" });
  });

  it("is refused when it is hostile or wrong", () => {
    const queries = [
      "url=javascript:alert(1)",
      "url=file:///etc/passwd",
      "url=http://169.254.169.254/latest/meta-data",
      "url=http://[fe80::1]",
      "url=http://metadata.google.internal",
      "url=",
      "kind=local-engine&url=http://gpu01",
      "kind=toString&url=http://gpu01",
      "url=http://gpu01&force=true",
      `url=http://gpu01&name=${"x".repeat(10_000)}`,
      `url=http://${"x".repeat(10_000)}`,
    ];
    for (const query of queries) expect(read(query), query.slice(0, 60)).toMatchObject({ wish: "refused" });
    for (const path of ["", "/", "/add-server/", "/remove-server", `/${"x".repeat(10_000)}`]) {
      expect(read("url=http://gpu01", path)).toMatchObject({ wish: "refused" });
    }
  });

  it("shows a name without what reorders, hides, or looks like a link or an icon", () => {
    const wish = read(`url=http://gpu01&name=${encodeURIComponent("a\u202Eb\u200Bc\n$(trash)[x](command:y)")}`);
    expect(wish).toMatchObject({ name: "a b c $ (trash)[x] (command:y)" });
    expect(read("url=http://gpu01&name=%E2%80%AE")).toMatchObject({ name: undefined });
  });

  it("shows the host by which it would be asked, not how the link draws it", () => {
    expect(read("url=http://%D0%B0pple.com")).toMatchObject({ url: "http://xn--pple-43d.com" });
  });
});
