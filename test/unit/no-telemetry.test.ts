import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/** Every host that the product's own code names, and why. Whoever adds one says why here, and in docs/FILES.md when it is asked. */
const hosts: Readonly<Record<string, string>> = {
  "127.0.0.1": "this machine",
  localhost: "this machine",
  engine: "an engine of this node, over a socket",
  "huggingface.co": "models that a person asks for",
  "registry.npmjs.org": "engines of graphics cards that a person asks for",
  "api.openai.com": "a backend that a person has added",
  "api.anthropic.com": "a backend that a person has added",
  "generativelanguage.googleapis.com": "a backend that a person has added",
  "github.com": "named in comments and words, and never asked",
  "www.w3.org": "a namespace, and never asked",
  host: "stands for one in words",
  proxy: "stands for one in words",
};

const sources = globSync(["contract/**/*.ts", "extension/**/*.ts", "sidecar/**/*.ts", "webview/**/*.ts"]).map(
  (path) => ({
    path,
    text: readFileSync(path, "utf8"),
  }),
);

describe("nothing is told to anybody", () => {
  it("uses no interface for telemetry, the editor's or another's", () => {
    const used = sources.filter(({ text }) =>
      /createTelemetryLogger|TelemetryLogger|isTelemetryEnabled|sendTelemetry|sendBeacon|applicationinsights/.test(
        text,
      ),
    );
    expect(used.map(({ path }) => path)).toEqual([]);
  });

  it("names no host but those that a person asks for", () => {
    const named = sources.flatMap(({ path, text }) =>
      [...text.matchAll(/\b(?:https?|wss?):\/\/([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)/gi)].map(([, host = ""]) => ({
        path,
        host,
      })),
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter(({ host }) => !Object.hasOwn(hosts, host.toLowerCase()))).toEqual([]);
  });

  it("brings no package that reports", () => {
    const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as {
      packages: Record<string, { dev?: boolean }>;
    };
    const shipped = Object.entries(lock.packages).filter(([, { dev }]) => dev !== true);
    const reports = /telemetry|analytics|sentry|posthog|mixpanel|amplitude|segment|applicationinsights/;
    expect(shipped.map(([path]) => path).filter((path) => reports.test(path))).toEqual([]);
  });
});
