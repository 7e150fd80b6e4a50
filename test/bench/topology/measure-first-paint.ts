import type { Browser } from "playwright-core";
import type { MeshSnapshot } from "../../../contract/webview/mesh.ts";
import { MeshView } from "../../view/support/mesh-view.ts";

interface Timed {
  readonly loadedMs: number;
  readonly drawnMs: number;
}

/** From the moment when the page's own script begins until the frame after the mesh was drawn, in milliseconds. */
export async function measureFirstPaint(browser: Browser, mesh: MeshSnapshot): Promise<number> {
  const view = await MeshView.open(browser, { width: 1_280, height: 800 });
  // Reading and running the bundle, as the browser itself has timed it, and then everything until the picture stands.
  const { loadedMs, drawnMs } = await view.page.evaluate(async (text): Promise<Timed> => {
    const snapshot: unknown = JSON.parse(text);
    const frame = async (): Promise<number> => await new Promise((resolve) => requestAnimationFrame(resolve));
    const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
    const loaded = navigation === undefined ? 0 : navigation.domContentLoadedEventEnd - navigation.responseEnd;
    const beganAt = performance.now();
    postMessage(snapshot, "*");
    const { meshPage } = globalThis as unknown as { meshPage: { graph: { placeOf(id: string): unknown } } };
    while (meshPage.graph.placeOf("router") === undefined) await frame();
    // The frame in which it is drawn, and the one that begins after that.
    await frame();
    await frame();
    return { loadedMs: loaded, drawnMs: performance.now() - beganAt };
  }, JSON.stringify(mesh));
  await view.close();
  return loadedMs + drawnMs;
}
