import type { Browser } from "playwright-core";
import type { MeshDiff, MeshSnapshot } from "../../../contract/webview/mesh.ts";
import { tickOf } from "../../support/mesh-view/generated-mesh.ts";
import { type MeshGlobal, openMeshView } from "../../view/support/mesh-view.ts";

const updates = 16;
const warmUp = 4;

/** How long the page takes to apply new health and figures for a tenth of everything: the median, in milliseconds. */
export async function measureUpdate(
  browser: Browser,
  mesh: MeshSnapshot,
  { isFolded }: { readonly isFolded: boolean },
): Promise<number> {
  const view = await openMeshView(browser, mesh, {
    width: 1_280,
    height: 800,
    foldsAbove: isFolded ? 300 : 100_000,
  });
  const ticks = Array.from({ length: updates }, (_, index) => tickOf(mesh, { share: 0.1, revision: index + 2 }));
  const times = await view.page.evaluate(async (text) => {
    const diffs = JSON.parse(text) as MeshDiff[];
    const { meshPage } = globalThis as unknown as MeshGlobal;
    const found: number[] = [];
    for (const diff of diffs) {
      const beganAt = performance.now();
      meshPage.receive(diff);
      found.push(performance.now() - beganAt);
      for (let frame = 0; frame < 2; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return found;
  }, JSON.stringify(ticks));
  await view.close();
  const sorted = times.slice(warmUp).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.POSITIVE_INFINITY;
}
