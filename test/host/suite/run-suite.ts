import Mocha from "mocha";
import { describeActivation } from "./activation.ts";
import { captureContext } from "./capture-context.ts";
import { describeCommands } from "./commands.ts";
import { describeDisposal } from "./disposal.ts";
import { describeModelErrors } from "./model-errors.ts";
import { describeReviews } from "./reviews.ts";
import { describeSettings } from "./settings.ts";
import { tellOutside } from "./tell-outside.ts";
import { thisExtension } from "./this-extension.ts";

/** Real processes on shared cores: the limit ends a hang, it judges no speed. */
const limitMs = 120_000;

/**
 * What the editor calls to test an extension from inside its extension host. Each part leaves the node as the next one
 * expects it, as a person would: from the first activation to the last stop.
 *
 * @throws when a test fails
 */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: "bdd", reporter: Report, timeout: limitMs, bail: true });
  // Makes `describe` and `it` this run's own: the tests are functions in this bundle, not files that mocha loads.
  mocha.suite.emit("pre-require", globalThis, "", mocha);
  const context = captureContext(thisExtension());
  describeActivation();
  describeSettings();
  describeCommands();
  describeDisposal(context);
  describeReviews();
  describeModelErrors();
  const failures = await new Promise<number>((resolve) => void mocha.run(resolve));
  if (failures > 0) throw new Error("The extension-host suite failed.");
}

/** One line for each test, and the whole error of one that failed. */
class Report extends Mocha.reporters.Base {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.on("pass", (test) => tellOutside(`passed: ${test.fullTitle()} (${test.duration} ms)`));
    runner.on("fail", (test, error: Error) => tellOutside(`FAILED: ${test.fullTitle()}\n${error.stack}`));
    runner.on("end", () => tellOutside(`${this.stats.passes} passed, ${this.stats.failures} failed`));
  }
}
