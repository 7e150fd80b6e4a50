import { type Browser, chromium } from "playwright-core";
import { chromiumAdvice, findChromium } from "../../host/setup/find-chromium.ts";

/**
 * A Chromium without a window. It draws in software, as a machine without a graphics processor does.
 *
 * @throws when none is installed
 */
export async function startChromium(args: readonly string[] = []): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error(chromiumAdvice);
  const flags = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-sync",
  ];
  return await chromium.launch({ executablePath, args: [...flags, ...args] });
}
