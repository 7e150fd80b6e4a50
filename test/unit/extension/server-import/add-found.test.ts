import { describe, expect, it } from "vitest";
import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import { addFound, newServers } from "../../../../extension/server-import/add-found.ts";
import type { FoundServer } from "../../../../extension/server-import/found-server.ts";
import { FakeNodeConnection } from "../../../support/fake-node-connection.ts";

const found = (url: string, key?: string): FoundServer => ({
  kind: "openai-compatible",
  url,
  label: "Tower",
  source: "config.yaml",
  key,
});
const options = (part: { takesKeys?: boolean; signal?: AbortSignal } = {}) => ({
  taken: ["tower"],
  takesKeys: false,
  signal: new AbortController().signal,
  onNext: () => undefined,
  ...part,
});

describe("importing what was found", () => {
  it("tries each, gives names that are free, and goes on after one that does not answer", async () => {
    const error = new MeshError("backend_unreachable", { backend: "tower-2", problem: "nothing listens" });
    const node = new FakeNodeConnection({
      "backends/add": ({ entry }: { entry: { id: string } }) => {
        if (entry.id === "tower-2") throw error;
        return { test: null };
      },
    });
    const outcomes = await addFound(node, [found("http://a:1"), found("http://b:1")], options());
    expect(outcomes.map(({ name, error: each }) => [name, each?.code])).toEqual([
      ["tower-2", "backend_unreachable"],
      ["tower-3", undefined],
    ]);
    expect(node.sent.map(({ params }) => params)).toMatchObject([{ force: false }, { force: false }]);
  });

  it("takes keys over only where that was agreed to", async () => {
    for (const takesKeys of [false, true]) {
      const node = new FakeNodeConnection({ "backends/add": () => ({ test: null }) });
      await addFound(node, [found("http://a:1", "secret")], options({ takesKeys }));
      expect(JSON.stringify(node.sent).includes("secret")).toBe(takesKeys);
    }
  });

  it("asks nobody any more once it was cancelled", async () => {
    const node = new FakeNodeConnection({ "backends/add": () => ({ test: null }) });
    const signal = AbortSignal.abort(new MeshError("cancelled", {}));
    const outcomes = await addFound(node, [found("http://a:1")], options({ signal }));
    expect(outcomes.map(({ error }) => error?.code)).toEqual(["cancelled"]);
    expect(node.sent).toEqual([]);
  });

  it("offers a server once, and none that is here already", () => {
    const servers = [found("http://a:1"), found("http://a:1"), found("http://b:1")];
    expect(newServers(servers, ["http://b:1", null]).map(({ url }) => url)).toEqual(["http://a:1"]);
  });
});
