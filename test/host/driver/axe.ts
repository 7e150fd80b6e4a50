import axe, { type AxeResults } from "axe-core";
import type { Frame } from "playwright-core";

export interface Violation {
  readonly rule: string;
  readonly help: string;
  /** The elements, as selectors and what is wrong with each. */
  readonly elements: readonly string[];
}

/** A page that changes while axe looks at it cannot be judged; it is looked at again, at most so often. */
const attempts = 10;

/**
 * What axe finds wrong in a webview's page.
 *
 * @throws when it could not judge the colours, since "no violation" would then say nothing
 */
export async function violationsIn(frame: Frame): Promise<Violation[]> {
  // Evaluated from outside, so that the page's own policy on scripts stays as it is.
  await frame.evaluate(axe.source);
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const { violations, passes } = await frame.evaluate(async () => {
      const page = window as unknown as { axe: { run(context: Document): Promise<AxeResults> } };
      return await page.axe.run(document);
    });
    const hasJudgedColours = [...violations, ...passes].some(({ id }) => id === "color-contrast");
    if (!hasJudgedColours) continue;
    return violations.map(({ id, help, nodes }) => ({
      rule: id,
      help,
      elements: nodes.map(({ target, failureSummary }) => `${target.join(" ")}: ${failureSummary ?? ""}`),
    }));
  }
  throw new Error("axe could not judge any colour of the page.");
}
