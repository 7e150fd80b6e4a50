import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { oneWorker } from "./sidecar/engine/child/one-worker.ts";

const globalSetup = ["test/support/make-test-models.ts"];

/** What is waited for has a limit so that a hang ends, not to judge speed: a machine that judges changes may be busy. */
const patience = { expect: { poll: { timeout: 15_000 } } };

const cloudKeys = ["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY"];
const isLive = cloudKeys.some((name) => Boolean(process.env[name])) || process.argv.includes("live");

export default defineConfig({
  test: {
    // Most files wait for processes of their own: also on two cores, two at a time take less than one after the other.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      { test: { name: "unit", include: ["test/unit/**/*.test.ts"], testTimeout: 60_000, ...patience } },
      {
        test: {
          name: "conformance",
          ...patience,
          include: ["test/conformance/**/*.test.ts"],
          globalSetup,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      // Real processes on shared cores: generous limits, since a limit is there to end a hang, not to judge speed.
      {
        test: {
          name: "integration",
          ...patience,
          include: ["test/integration/**/*.test.ts"],
          globalSetup,
          // Some tests load a model into their own process.
          env: oneWorker,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      // The built pages in a real browser, one file at a time: a browser takes both cores.
      {
        test: {
          name: "view",
          ...patience,
          include: ["test/view/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      // Asks clouds, which costs money: only those whose keys are in the environment, and without any the project is not there.
      ...(isLive
        ? [
            {
              test: {
                name: "live",
                ...patience,
                include: ["test/live/**/*.test.ts"],
                globalSetup,
                testTimeout: 120_000,
                hookTimeout: 60_000,
              },
            },
          ]
        : []),
      // After all others and one file at a time: a workbench and a browser need the machine for themselves. Two at a time took 15
      // minutes instead of 20 on two cores, and each window took twice as long to do anything.
      {
        test: {
          name: "editor",
          ...patience,
          include: ["test/host/**/*.test.ts"],
          globalSetup: [...globalSetup, "test/host/setup/global-setup.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
