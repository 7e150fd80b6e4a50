import { describe, expect, it } from "vitest";
import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import type { AfterFailure } from "../../../../extension/servers/failure-question.ts";
import { type TrialPerson, tryServer } from "../../../../extension/servers/try-server.ts";
import { FakeNodeConnection } from "../../../support/fake-node-connection.ts";

const entry = { id: "gpu", kind: "openai-compatible" as const, url: "https://gpu01:8000" };
const unreachable = new MeshError("backend_unreachable", { backend: "gpu", problem: "nothing listens at its address" });
const certificate = {
  subject: "CN=gpu01",
  issuer: "CN=gpu01",
  fingerprint: Array(32).fill("AB").join(":"),
  validFrom: "then",
  validTo: "later",
  names: "DNS:gpu01",
};
const selfSigned = new MeshError("backend_certificate", {
  backend: "gpu",
  problem: "is signed by itself",
  canTrust: true,
  isOtherName: false,
  ...certificate,
});

function person(decision: AfterFailure, trusts = false) {
  const seen: string[] = [];
  const self: TrialPerson = {
    wait: (run) => run(new AbortController().signal),
    trusts: async (shown) => {
      seen.push(shown.toTrust?.fingerprint ?? "");
      return trusts;
    },
    afterFailure: async (error) => {
      seen.push(error.code);
      return decision;
    },
  };
  return { self, seen };
}
/** A node that refuses additions with this error unless they are forced. */
const nodeThatRefuses = (error: MeshError, checkError: MeshError | null = null): FakeNodeConnection =>
  new FakeNodeConnection({
    "backends/add": ({ force }: { force: boolean }) => {
      if (!force) throw error;
      return { test: null };
    },
    "backends/certificate": () => ({ shown: { certificate, problem: error.toWire(), toTrust: certificate } }),
    "backends/trust": () => ({}),
    "backends/check": () => ({ checks: [{ error: checkError?.toWire() ?? null }] }),
    "backends/remove": () => ({ backends: [] }),
  });
const calls = (node: FakeNodeConnection): string[] => node.sent.map(({ method }) => method);

describe("trying a server", () => {
  it("adds one that answers, with its key in the call and nowhere else", async () => {
    const node = new FakeNodeConnection({ "backends/add": () => ({ test: { models: 1 } }) });
    const { self } = person("cancel");
    expect(await tryServer(node, { entry, key: "secret" }, self)).toMatchObject({ outcome: "added" });
    expect(node.sent).toEqual([{ method: "backends/add", params: { entry, key: "secret", force: false } }]);
  });

  it("shows what is wrong, and adds it untried, goes back or leaves it as the person says", async () => {
    for (const [decision, outcome] of [
      ["force", "added"],
      ["change", "change"],
      ["cancel", "cancel"],
    ] as const) {
      const node = nodeThatRefuses(unreachable);
      const { self, seen } = person(decision);
      expect((await tryServer(node, { entry, key: undefined }, self)).outcome).toBe(outcome);
      expect(seen).toEqual(["backend_unreachable"]);
      expect(calls(node)).toHaveLength(decision === "force" ? 2 : 1);
    }
  });

  it("asks nothing after a trial that was cancelled", async () => {
    const { self, seen } = person("force");
    const trial = await tryServer(nodeThatRefuses(new MeshError("cancelled", {})), { entry, key: undefined }, self);
    expect(trial).toEqual({ outcome: "cancel" });
    expect(seen).toEqual([]);
  });

  it("trusts a certificate only after a yes, then tries the server again", async () => {
    const node = nodeThatRefuses(selfSigned);
    const { self, seen } = person("cancel", true);
    expect((await tryServer(node, { entry, key: "secret" }, self)).outcome).toBe("added");
    expect(seen).toEqual([certificate.fingerprint]);
    expect(calls(node).slice(2)).toEqual(["backends/certificate", "backends/trust", "backends/check"]);
  });

  it("takes the server out again when its certificate is not trusted, or it does not answer after that", async () => {
    const declined = nodeThatRefuses(selfSigned);
    expect((await tryServer(declined, { entry, key: undefined }, person("force").self)).outcome).toBe("cancel");
    expect(calls(declined).slice(2)).toEqual(["backends/certificate", "backends/remove"]);
    const silent = nodeThatRefuses(selfSigned, unreachable);
    const { self, seen } = person("change", true);
    expect((await tryServer(silent, { entry, key: undefined }, self)).outcome).toBe("change");
    expect(seen).toEqual([certificate.fingerprint, "backend_unreachable"]);
    expect(calls(silent).at(-1)).toBe("backends/remove");
  });
});
