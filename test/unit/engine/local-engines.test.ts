import { expect, it } from "vitest";
import { LocalEngines, type LocalEnginesOptions } from "../../../sidecar/engine/local-engines.ts";
import { configurationSchema } from "../../../sidecar/registry/configuration.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { RecordingLog } from "../../support/recording-log.ts";

it("reads its folders at most once a second for names that nobody has, and at once for a person", async () => {
  const clock = new ManualClock();
  let looks = 0;
  const catalogue = {
    models: [],
    find: () => undefined,
    refresh: async () => void looks++,
  } as unknown as LocalEnginesOptions["catalogue"];
  const engines = new LocalEngines({
    catalogue,
    addPath: async () => undefined,
    settings: configurationSchema.parse({}),
    clock,
    readMemory: () => {
      throw new Error("nothing is loaded here");
    },
    readGpus: async () => [],
    accelerators: { choose: async () => ({ kind: "cpu", packagesFolder: null }) },
    program: "none",
    runtimeFolder: "none",
    log: new RecordingLog(),
  });
  for (let asked = 0; asked < 5; asked++) await engines.glance();
  expect(looks).toBe(1);
  clock.advance(999);
  await engines.glance();
  expect(looks).toBe(1);
  clock.advance(1);
  await engines.glance();
  expect(looks).toBe(2);
  await engines.refresh();
  expect(looks).toBe(3);
});
