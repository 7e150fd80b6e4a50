import type { Browser } from "playwright-core";
import type { MeshSnapshot, MeshTraffic } from "../../../contract/webview/mesh.ts";
import { maxParticles } from "../../../webview/topology/particle-field.ts";
import { type MeshGlobal, openMeshView } from "../../view/support/mesh-view.ts";

const size = { width: 1_280, height: 800 };
const measuredMs = 3_000;

/** Frames a second while as many requests as can be drawn are on their way. */
export async function measureParticles(browser: Browser, mesh: MeshSnapshot): Promise<number> {
  const view = await openMeshView(browser, mesh, size);
  const edges = mesh.edges.filter(({ from }) => from === "router" || from === "you");
  const traffic: MeshTraffic = {
    type: "traffic",
    windowMs: 100,
    flows: edges.map(({ id }, index) => ({ edge: id, requests: 50, errors: 5, latencyMs: 400 + index * 12 })),
  };
  const { fps, mean } = await view.page.evaluate(
    async ([flow, lastsMs]) => {
      const { meshPage } = globalThis as unknown as MeshGlobal;
      const frame = async (): Promise<number> => await new Promise((resolve) => requestAnimationFrame(resolve));
      const timer = setInterval(() => meshPage.receive(flow), 100);
      const fullAt = performance.now() + 1_500;
      while (performance.now() < fullAt) await frame();
      const beganAt = await frame();
      let frames = 0;
      let drawn = 0;
      let now = beganAt;
      while (now - beganAt < lastsMs) {
        now = await frame();
        frames += 1;
        drawn += meshPage.graph.particleCount;
      }
      clearInterval(timer);
      return { fps: (frames * 1_000) / (now - beganAt), mean: drawn / frames };
    },
    [traffic, measuredMs] as const,
  );
  await view.close();
  // Those that have arrived are replaced with the next batch.
  if (mean < maxParticles * 0.9) throw new Error(`only ${Math.round(mean)} particles were drawn`);
  return fps;
}

/** Frames a second while a person drags the picture, each frame drawn anew. */
export async function measurePanning(browser: Browser, mesh: MeshSnapshot): Promise<number> {
  const view = await openMeshView(browser, mesh, size);
  const fps = await view.page.evaluate(async (lastsMs) => {
    const { meshPage } = globalThis as unknown as MeshGlobal & {
      meshPage: { graph: { viewport: { zoom: number; x: number; y: number } } };
    };
    const frame = async (): Promise<number> => await new Promise((resolve) => requestAnimationFrame(resolve));
    const beganAt = await frame();
    let [now, frames] = [beganAt, 0];
    while (now - beganAt < lastsMs) {
      const angle = (now - beganAt) / 300;
      meshPage.graph.viewport = { zoom: 0.6, x: 300 + Math.sin(angle) * 200, y: -200 + Math.cos(angle) * 300 };
      now = await frame();
      frames += 1;
    }
    return (frames * 1_000) / (now - beganAt);
  }, measuredMs);
  await view.close();
  return fps;
}
