import type { Browser } from "playwright-core";
import type { MeshSnapshot } from "../../../contract/webview/mesh.ts";
import { openMeshView } from "../../view/support/mesh-view.ts";

const settleMs = 2_000;
const measuredMs = 5_000;

/** What a visible page without traffic costs: frames it asks for, and the processor time of all of Chromium. */
export async function measureIdle(
  browser: Browser,
  mesh: MeshSnapshot,
): Promise<{ frames: number; cpuPercent: number }> {
  const view = await openMeshView(browser, mesh, { width: 1_280, height: 800 });
  const session = await browser.newBrowserCDPSession();
  const cpuSeconds = async (): Promise<number> => {
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
  };
  await view.page.waitForTimeout(settleMs);
  await view.page.evaluate(() => {
    const ask = requestAnimationFrame;
    const counted = { frames: 0 };
    Object.assign(globalThis, {
      counted,
      requestAnimationFrame: (callback: FrameRequestCallback) => {
        counted.frames += 1;
        return ask(callback);
      },
    });
  });
  let cpuPercent = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round++) {
    const before = await cpuSeconds();
    await view.page.waitForTimeout(measuredMs);
    cpuPercent = Math.min(cpuPercent, ((await cpuSeconds()) - before) / (measuredMs / 100_000));
  }
  const frames = await view.page.evaluate(
    () => (globalThis as unknown as { counted: { frames: number } }).counted.frames,
  );
  await view.close();
  console.log(`idle: ${frames} frames, ${cpuPercent.toFixed(2)} % of a core`);
  return { frames, cpuPercent: Number(cpuPercent.toFixed(2)) };
}
