import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MeshDiff } from "../../contract/webview/mesh.ts";
import { generatedMesh, tickOf } from "../support/mesh-view/generated-mesh.ts";
import {
  noFigures,
  sampleDetails,
  sampleMesh,
  sampleTraffic,
  snapshotOf,
  thingOf,
} from "../support/mesh-view/sample-mesh.ts";
import { MeshView, openMeshView } from "./support/mesh-view.ts";
import { startChromium } from "./support/start-chromium.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await startChromium();
});
afterAll(async () => await browser?.close());

const diff = (given: Partial<MeshDiff>): MeshDiff => ({
  type: "diff",
  from: 1,
  to: 2,
  putThings: [],
  putEdges: [],
  removeThings: [],
  removeEdges: [],
  figures: [],
  ...given,
});

describe("the mesh in a real browser", () => {
  it("says that it waits, until there is something to see", async () => {
    const view = await MeshView.open(browser);
    expect(await view.page.locator(".notice").textContent()).toBe("Waiting for the node…");
    await view.post({
      type: "status",
      isChecking: false,
      notice: {
        message: "The node is not running.",
        nextStep: "Start it to see the mesh.",
        isError: true,
        isBusy: false,
        button: { label: "Start Node", action: "startNode" },
      },
    });
    await view.page.getByRole("button", { name: "Start Node" }).click();
    expect(await view.sent()).toEqual([{ type: "ready" }, { type: "do", action: "startNode" }]);
    await view.close();
  });

  it("offers to add a backend where there is only this machine", async () => {
    const { things, edges } = sampleMesh();
    const alone = things.filter(({ id }) => ["you", "router", "local-engine"].includes(id));
    const view = await openMeshView(browser, snapshotOf(alone, edges));
    await view.page.getByRole("button", { name: "Add Backend…" }).click();
    expect((await view.sent()).at(-1)).toEqual({ type: "do", action: "addBackend" });
    await view.close();
  });

  it("opens the panel of what is clicked, with its figures, requests and actions", async () => {
    const view = await openMeshView(browser, sampleMesh(), { width: 1_300 });
    await view.click("ollama");
    expect((await view.sent()).at(-1)).toEqual({ type: "select", id: "ollama" });
    await view.post({ type: "details", id: "ollama", details: sampleDetails });
    const text = (await view.page.locator(".details").textContent()) ?? "";
    for (const said of [
      "workstation ollama",
      "Degraded · slow: 3 of 10 requests over 2 s",
      "2 connections, 3 things on its paths",
      "http://192.168.1.40:11434/v1",
      "No answer within 10 s.",
      "Why here: pinned by the alias “big”",
    ]) {
      expect(text).toContain(said);
    }
    expect(await view.page.locator(".sparkline").getAttribute("aria-label")).toContain("Lowest");
    await view.page.getByRole("button", { name: "Drain" }).click();
    expect((await view.sent()).at(-1)).toEqual({ type: "act", action: "drain", id: "ollama" });
    await view.page.keyboard.press("Escape");
    expect((await view.sent()).at(-1)).toEqual({ type: "select", id: null });
    await view.close();
  });

  it("tells of a backend that went down in words, in the tree and to a screen reader, and moves nothing", async () => {
    const view = await openMeshView(browser, sampleMesh());
    const before = await view.placeOf("studio");
    const studio = sampleMesh().things.find(({ id }) => id === "studio");
    if (studio === undefined) throw new Error("the sample has lost its peer");
    await view.post(diff({ putThings: [{ ...studio, health: "unhealthy", reason: "no answer" }] }));
    expect(await view.placeOf("studio")).toEqual(before);
    const line = view.page.getByRole("treeitem", { name: /^studio-mac/ });
    expect(await line.textContent()).toContain("Unhealthy · no answer");
    expect(await view.page.locator("[aria-live=polite]").textContent()).toBe("studio-mac: Unhealthy");
    await view.close();
  });

  it("asks for everything anew when it has missed a change", async () => {
    const view = await openMeshView(browser, sampleMesh());
    await view.post(diff({ from: 5, to: 6 }));
    expect((await view.sent()).at(-1)).toEqual({ type: "resync" });
    await view.close();
  });

  it("asks for no frame while nothing moves, and again when something does", async () => {
    const view = await openMeshView(browser, sampleMesh());
    const frames = await view.page.evaluate(async () => {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      let asked = 0;
      const ask = requestAnimationFrame;
      Object.assign(globalThis, {
        requestAnimationFrame: (callback: FrameRequestCallback) => {
          asked += 1;
          return ask(callback);
        },
      });
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      return asked;
    });
    expect(frames).toBe(0);
    await view.post(sampleTraffic);
    await expect.poll(async () => await view.particles()).toBeGreaterThan(0);
    await view.close();
  });

  it("folds a large mesh, and unfolds the backend whose handle is clicked", async () => {
    const mesh = generatedMesh({ nodes: 1_000, edges: 3_000 });
    const view = await openMeshView(browser, mesh);
    const line = view.page.getByRole("treeitem", { name: /-24 / });
    expect(await line.first().getAttribute("aria-expanded")).toBe("false");
    const { x, y, width } = await view.placeOf("b24");
    await view.page.mouse.click(x + width / 2 - 2, y);
    expect(await line.first().getAttribute("aria-expanded")).toBe("true");
    expect(await view.placeOf("m24")).toBeDefined();
    await view.post(tickOf(mesh, { share: 0.1, revision: 2 }));
    expect(view.complaints).toEqual([]);
    await view.close();
  });

  it("asks for what is behind a cluster when it is unfolded", async () => {
    const cluster = thingOf({ id: "c", canUnfold: true, label: "cluster" });
    const view = await openMeshView(browser, snapshotOf([cluster, thingOf({ id: "other" })], []));
    const { x, y, width } = await view.placeOf("c");
    await view.page.mouse.click(x + width / 2 - 2, y);
    expect((await view.sent()).at(-1)).toEqual({ type: "unfold", id: "c", isUnfolded: true });
    await view.close();
  });

  it("hides what an expression matches, says what is wrong with one, and shows it again", async () => {
    const view = await openMeshView(browser, sampleMesh());
    const find = view.page.getByLabel("Find (/)");
    await find.fill("speed:3");
    expect(await view.page.getByRole("alert").textContent()).toContain("“speed” is no field");
    await find.fill("kind:peer");
    await view.page.getByLabel("Hide What Matches").click();
    await expect.poll(async () => await view.page.locator(".chips").textContent()).toContain("3 hidden");
    await expect(view.placeOf("studio")).rejects.toThrow("not in the picture");
    await view.page.getByLabel("Show again: kind:peer").click();
    await expect.poll(async () => await view.page.getByRole("treeitem", { name: /^studio-mac/ }).count()).toBe(1);
    await view.close();
  });

  it("is after a reload where a person has left it", async () => {
    const view = await openMeshView(browser, sampleMesh(), { width: 1_300 });
    await view.page.getByLabel("Figure on the connections").selectOption("queued");
    await view.page.getByRole("button", { name: "No models" }).click();
    await view.page.getByLabel("Zoom In (+)").click();
    await view.click("ollama");
    const before = await view.placeOf("router");
    await view.load();
    await view.post(sampleMesh());
    expect(await view.placeOf("router")).toEqual(before);
    expect(await view.page.locator(".details h2").textContent()).toBe("workstation ollama");
    expect(await view.page.getByLabel("Figure on the connections").inputValue()).toBe("queued");
    expect(await view.page.getByRole("button", { name: "No models" }).getAttribute("aria-pressed")).toBe("true");
    expect(await view.sent()).toContainEqual({ type: "select", id: "ollama" });
    await view.close();
  });

  it("saves the picture in the theme that it wears, as SVG and as PNG", async () => {
    const view = await openMeshView(browser, sampleMesh());
    const save = async (name: string): Promise<string> => {
      await view.page.getByLabel("Save…").click();
      await view.page.getByRole("button", { name }).click();
      const last = (await view.sent()).at(-1);
      return last?.type === "savePicture" ? last.content : "";
    };
    const dark = await save("Save as SVG…");
    expect(dark).toContain('fill="rgb(18,19,20)"');
    expect(dark).toContain("qwen3-4b-instruct");
    await view.wear("vscode-light");
    expect(await save("Save as SVG…")).toContain('fill="rgb(255,255,255)"');
    const png = Buffer.from(await save("Save as PNG…"), "base64");
    expect(png.subarray(1, 4).toString("latin1")).toBe("PNG");
    expect(view.complaints).toEqual([]);
    await view.close();
  });

  it("takes a hostile name for a name, everywhere, and breaks no rule of its page", async () => {
    const name = `<img src=x onerror="globalThis.hacked=1">\u202Egnp.exe ${"A".repeat(10_240)}`;
    const hostile = thingOf({
      id: "<b>\n",
      label: name,
      kindLabel: name,
      reason: name,
      health: "unhealthy",
      actions: ["edit"],
    });
    const model = thingOf({ id: "m", kind: "model", icon: "model", label: name, parent: hostile.id });
    const edge = { id: "m", from: hostile.id, to: "m", health: "unhealthy" as const, figures: noFigures };
    const view = await openMeshView(browser, snapshotOf([hostile, model, thingOf({ id: "other" })], [edge]));
    await view.click(hostile.id);
    const details = { ...sampleDetails, address: name, lastError: name } as typeof sampleDetails;
    await view.post({ type: "details", id: hostile.id, details });
    await view.page.getByRole("button", { name: "Legend", exact: true }).click();
    for (const format of ["SVG", "PNG", "CSV"]) {
      await view.page.getByLabel("Save…").click();
      await view.page.getByRole("button", { name: `Save as ${format}…` }).click();
    }
    const sent = await view.sent();
    const svg = sent.find((message) => message.type === "savePicture");
    await view.post({ type: "show", mode: "table" });
    const page = await view.page.evaluate(() => ({
      hacked: "hacked" in globalThis,
      images: document.images.length,
      text: document.body.textContent ?? "",
    }));
    expect(page).toMatchObject({ hacked: false, images: 0 });
    expect(page.text).not.toContain("\u202E");
    expect(page.text).not.toContain("A".repeat(500));
    expect(page.text).toContain("<img src=x");
    expect(svg?.type === "savePicture" && svg.content).not.toContain("<img");
    expect(await view.violations()).toEqual([]);
    expect(view.complaints).toEqual([]);
    await view.close();
  });
});
