import type { Command } from "../command.ts";
import { runChecks } from "../doctor/run-checks.ts";

export const doctorCommand: Command = {
  summary: "Check everything that a node needs, and say what to do about what is wrong.",
  usage: "",
  flags: {},
  run: async (context) => {
    let failures = 0;
    for (const { name, outcome } of await runChecks(context)) {
      const mark = { ok: "ok   ", warning: "warn ", failed: "FAIL " }[outcome.kind];
      context.write(`${mark} ${name.padEnd(18)} ${outcome.detail}\n`);
      if (outcome.kind !== "ok") context.write(`      ${" ".repeat(18)} → ${outcome.nextStep}\n`);
      if (outcome.kind === "failed") failures++;
    }
    context.write(failures === 0 ? "Everything that is needed works.\n" : `${failures} problem(s).\n`);
    return failures === 0 ? 0 : 1;
  },
};
