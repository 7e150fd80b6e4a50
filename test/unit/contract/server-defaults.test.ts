import { describe, expect, it } from "vitest";
import { serverKindSchema } from "../../../contract/mesh/backend-entry.ts";
import { serverDefaults } from "../../../contract/mesh/server-defaults.ts";
import { programLabels, programText } from "../../../contract/mesh/server-program.ts";
import { printServerAddress, readServerAddress } from "../../../sidecar/registry/server-address.ts";

describe("the servers that a picker offers", () => {
  it("have addresses that may be used as they are: programs on this machine, services in the cloud", () => {
    for (const { url, program } of serverDefaults.filter((each) => each.url !== null)) {
      const address = readServerAddress(url ?? "");
      expect(address).toMatchObject({ privacy: program === null ? "cloud" : "local" });
      expect(printServerAddress(address as never)).toBe(url);
    }
  });

  it("are every program that is recognised, each once, by a name of its own", () => {
    const programs = serverDefaults.map(({ program }) => program).filter((program) => program !== null);
    expect(programs.toSorted()).toEqual(Object.keys(programLabels).toSorted());
    expect(new Set(serverDefaults.map(({ label }) => label)).size).toBe(serverDefaults.length);
  });

  it("are of kinds that can be added", () => {
    for (const { kind } of serverDefaults) expect(serverKindSchema.safeParse(kind).success).toBe(true);
  });
});

describe("a program in words", () => {
  it("has its version where it tells, and its bare name where a newer node knows more", () => {
    expect(programText({ id: "vllm", version: "0.11.0" })).toBe("vLLM 0.11.0");
    expect(programText({ id: "tgi", version: null })).toBe("Text Generation Inference");
    expect(programText({ id: "toString", version: "1" })).toBe("toString 1");
  });
});
