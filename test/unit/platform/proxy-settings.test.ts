import { describe, expect, it } from "vitest";
import { readProxySettings, usesProxy } from "../../../sidecar/platform/proxy-settings.ts";

describe("a machine's proxies", () => {
  it("are what the variables name, in small letters first, with or without http://", () => {
    const env = { HTTP_PROXY: "http://old:1", http_proxy: "proxy:3128", HTTPS_PROXY: "socks5://proxy:1080" };
    expect(readProxySettings(env)).toMatchObject({
      httpProxy: "http://proxy:3128",
      httpsProxy: "socks5://proxy:1080",
      ignored: [],
    });
  });

  it("are that of all protocols where a protocol has none of its own", () => {
    const env = { ALL_PROXY: "all:1", HTTPS_PROXY: "http://https:2" };
    expect(readProxySettings(env)).toMatchObject({ httpProxy: "http://all:1", httpsProxy: "http://https:2" });
  });

  it("are never used for this machine itself", () => {
    expect(readProxySettings({ NO_PROXY: "corp" }).noProxy).toBe("corp,localhost,127.0.0.1,[::1]");
    expect(readProxySettings({}).noProxy).toBe("localhost,127.0.0.1,[::1]");
  });

  it("are left out, by name and not by value, when a variable holds no address of one", () => {
    const settings = readProxySettings({ HTTP_PROXY: "http://a b", HTTPS_PROXY: "ftp://ada:secret@proxy" });
    expect(settings).toMatchObject({ httpProxy: "", httpsProxy: "", ignored: ["HTTP_PROXY", "HTTPS_PROXY"] });
    expect(JSON.stringify(settings)).not.toContain("secret");
    expect(usesProxy(settings)).toBe(false);
  });
});
