import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import type { MeshSnapshot } from "../../../contract/webview/mesh.ts";
import { generatedMesh } from "../../support/mesh-view/generated-mesh.ts";
import { sampleDetails, sampleMesh, sampleNow, sampleTraffic } from "../../support/mesh-view/sample-mesh.ts";
import { type MeshView, type MeshViewOptions, openMeshView } from "./mesh-view.ts";
import { startChromium } from "./start-chromium.ts";
import { themeKinds } from "./theme-tokens.ts";

/** Pictures of the view in its states, to be looked at: `node test/view/support/take-screenshots.ts [part of a name]`. */
const folder = resolve(import.meta.dirname, "../../artifacts/mesh-view");
mkdirSync(folder, { recursive: true });
const [wanted = ""] = process.argv.slice(2);
const browser = await startChromium();

async function take(
  name: string,
  {
    mesh,
    prepare,
    isLive = false,
    ...options
  }: MeshViewOptions & { mesh: MeshSnapshot; isLive?: boolean; prepare?: (view: MeshView) => Promise<unknown> },
): Promise<void> {
  if (!name.includes(wanted)) return;
  const view = await openMeshView(browser, mesh, { ...(isLive ? {} : { now: sampleNow }), ...options });
  await prepare?.(view);
  await view.page.waitForTimeout(400);
  await view.page.screenshot({ path: resolve(folder, `${name}.png`) });
  if (view.complaints.length > 0) process.stderr.write(`${name}: ${view.complaints.join("\n")}\n`);
  await view.close();
}

const mesh = sampleMesh();
for (const width of [400, 800, 1400]) {
  for (const theme of themeKinds) await take(`${width}-${theme}`, { mesh, theme, width, height: 800 });
}
const openDetails = async (view: MeshView): Promise<void> => {
  await view.click("ollama");
  await view.post({ type: "details", id: "ollama", details: sampleDetails });
};
for (const theme of ["vscode-dark", "vscode-light"] as const) {
  await take(`details-${theme}`, { mesh, theme, width: 1400, height: 900, prepare: openDetails });
}
await take("details-narrow", { mesh, width: 400, height: 800, prepare: openDetails });
await take("legend", {
  mesh,
  width: 1200,
  height: 900,
  prepare: async (view) => await view.page.getByLabel("Legend").first().click(),
});
await take("traffic", {
  mesh,
  isLive: true,
  width: 1200,
  height: 800,
  prepare: async (view) => await view.post(sampleTraffic),
});
await take("table", {
  mesh,
  width: 1200,
  height: 800,
  prepare: async (view) => await view.post({ type: "show", mode: "table" }),
});
await take("keys", {
  mesh,
  width: 1000,
  height: 700,
  prepare: async (view) => await view.page.getByLabel("Keys (?)").click(),
});
await take("hover", {
  mesh,
  width: 1200,
  height: 800,
  prepare: async (view) => {
    const { x, y } = await view.placeOf("cluster");
    await view.page.mouse.move(x, y);
    await view.page.waitForTimeout(600);
  },
});
await take("find", {
  mesh,
  width: 1200,
  height: 800,
  prepare: async (view) => await view.page.getByLabel("Find (/)").fill("latency>100"),
});
await take("fault", {
  mesh,
  width: 1200,
  height: 800,
  prepare: async (view) => await view.page.getByLabel("Find (/)").fill("speed:3"),
});
const alone = { ...mesh, things: mesh.things.filter(({ id }) => /^(you|router|local-engine)/.test(id)) };
await take("alone", { mesh: alone, width: 1000, height: 700 });
const ill = {
  ...mesh,
  things: mesh.things.map((thing) =>
    thing.kind === "user" ? thing : { ...thing, health: "unhealthy" as const, reason: "no answer" },
  ),
  edges: mesh.edges.map((edge) => ({ ...edge, health: "unhealthy" as const })),
};
await take("all-unhealthy", { mesh: ill, width: 1200, height: 800 });
await take("thousand", { mesh: generatedMesh({ nodes: 1_000, edges: 3_000 }), width: 1400, height: 900 });
await browser.close();
