import type { LookupAddress, LookupOptions } from "node:dns";
import { describe, expect, it } from "vitest";
import type { PrivacyLabel } from "../../../../contract/mesh/privacy-label.ts";
import { HttpForwarder } from "../../../../sidecar/backends/http/http-forwarder.ts";
import { errorOfOwnFailure } from "../../../../sidecar/backends/server/failure.ts";
import { pinnedLookup } from "../../../../sidecar/backends/server/pinned-lookup.ts";
import { listOf, StandInServer } from "../../../support/stand-in-server.ts";

/** What a connection would be made to, when the name has these addresses. */
function resolved(privacy: PrivacyLabel, addresses: readonly string[], options: LookupOptions = { all: true }) {
  const found = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
  const lookup = pinnedLookup(privacy, (_name, callback) => callback(null, found));
  return new Promise<string[]>((resolve, reject) => {
    lookup("server.example", options, (error, address) => {
      if (error !== null) return reject(error);
      resolve(typeof address === "string" ? [address] : (address as LookupAddress[]).map((each) => each.address));
    });
  });
}

describe("a server's name", () => {
  it("leads to the addresses that it has", async () => {
    expect(await resolved("cloud", ["8.8.8.8", "2001:db8::1"])).toEqual(["8.8.8.8", "2001:db8::1"]);
    expect(await resolved("cloud", ["8.8.8.8", "8.8.4.4"], {})).toEqual(["8.8.8.8"]);
    expect(await resolved("cloud", ["8.8.8.8", "2001:db8::1"], { family: 6 })).toEqual(["2001:db8::1"]);
  });

  it.each(["169.254.169.254", "fe80::1", "fd00:ec2::254", "::ffff:169.254.169.254", "0.0.0.0", "100.100.100.200"])(
    "leads nowhere when it is re-pointed to %s",
    async (address) => {
      for (const privacy of ["local", "lan", "cloud"] as const) {
        await expect(resolved(privacy, [address])).rejects.toThrow(/metadata/);
      }
    },
  );

  it("loses the addresses that may not be used, and keeps the others", async () => {
    expect(await resolved("lan", ["fe80::1", "192.168.1.2"])).toEqual(["192.168.1.2"]);
  });

  it("leads no further than the backend's label says", async () => {
    await expect(resolved("lan", ["8.8.8.8"])).rejects.toThrow("'lan'");
    await expect(resolved("local", ["192.168.1.2"])).rejects.toThrow("'local'");
    expect(await resolved("local", ["192.168.1.2", "127.0.0.1"])).toEqual(["127.0.0.1"]);
    expect(await resolved("lan", ["127.0.0.1"])).toEqual(["127.0.0.1"]);
  });

  it("that is not known fails as the system says", async () => {
    const unknown = Object.assign(new Error("not known"), { code: "ENOTFOUND" });
    const lookup = pinnedLookup("cloud", (_name, callback) => callback(unknown, []));
    const error = await new Promise((resolve) => lookup("x", {}, resolve));
    expect(error).toBe(unknown);
  });
});

describe("a connection through the forwarder to a stand-in server", () => {
  const connect = async (addresses: readonly string[], port: number) => {
    const forwarder = new HttpForwarder({ firstTokenMs: 5000, idleMs: 5000 });
    const found = addresses.map((address) => ({ address, family: 4 }));
    const resolver = { name: "test", lookup: pinnedLookup("local", (_name, callback) => callback(null, found)) };
    const call = { method: "GET", path: "/v1/models", maxBytes: 1000, timeoutMs: 5000 } as const;
    const { signal } = new AbortController();
    try {
      return await forwarder.request({ origin: `http://name.invalid:${port}`, resolver }, { ...call, signal });
    } finally {
      forwarder.dispose();
    }
  };

  it("goes to the address that was checked, and nowhere when none may be used", async () => {
    const server = await StandInServer.start({ "GET /v1/models": listOf() });
    try {
      expect(await connect(["127.0.0.1"], server.port)).toMatchObject({ status: 200 });
      const refused = await connect(["169.254.169.254"], server.port).catch((error: unknown) => error);
      expect(errorOfOwnFailure(refused, { backend: "server", proxy: null, hasLogin: false })).toMatchObject({
        code: "backend_unreachable",
        params: { problem: expect.stringContaining("metadata") },
      });
      expect(server.received).toHaveLength(1);
    } finally {
      await server.dispose();
    }
  });
});
