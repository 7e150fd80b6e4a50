import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { violationsIn } from "../host/driver/axe.ts";
import { sampleDetails, sampleMesh, sampleTraffic } from "../support/mesh-view/sample-mesh.ts";
import { type MeshView, openMeshView } from "./support/mesh-view.ts";
import { startChromium } from "./support/start-chromium.ts";
import { themeKinds } from "./support/theme-tokens.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await startChromium();
});
afterAll(async () => await browser?.close());

/** What has the focus, as a person would name it. */
const focused = async ({ page }: MeshView): Promise<string> =>
  await page.evaluate(() => {
    const active = document.activeElement;
    const line = active?.getAttribute("aria-activedescendant");
    const told = line === null || line === undefined ? active : document.getElementById(line);
    return told?.getAttribute("aria-label") ?? told?.textContent ?? "";
  });

describe("the mesh view", () => {
  it.each(themeKinds)("has no fault that axe knows, in %s", async (theme) => {
    const view = await openMeshView(browser, sampleMesh(), { theme, width: 1_300, editorReducesMotion: true });
    await view.click("ollama");
    await view.post({ type: "details", id: "ollama", details: sampleDetails });
    await view.page.getByRole("button", { name: "Legend", exact: true }).click();
    await view.page.getByLabel("Find (/)").fill("speed:3");
    expect(await violationsIn(view.page.mainFrame())).toEqual([]);
    await view.post({ type: "show", mode: "table" });
    await view.page.keyboard.press("Escape");
    expect(await violationsIn(view.page.mainFrame())).toEqual([]);
    await view.page.getByLabel("Keys (?)").click();
    expect(await violationsIn(view.page.mainFrame())).toEqual([]);
    await view.close();
  });

  it("can be walked through with keys alone", async () => {
    const view = await openMeshView(browser, sampleMesh(), { width: 1_300 });
    const { page } = view;
    const press = async (...keys: string[]): Promise<void> => {
      for (const key of keys) await page.keyboard.press(key);
      await view.drawn();
    };
    await page.getByRole("tree").focus();
    await press("ArrowDown", "ArrowDown");
    expect(await focused(view)).toContain("This machine Healthy · llama.cpp engine");

    // Folds, goes back along the edge, and unfolds.
    await press("ArrowLeft");
    expect(await page.getByRole("treeitem", { name: /^This machine/ }).getAttribute("aria-expanded")).toBe("false");
    await press("ArrowRight", "ArrowRight");
    expect(await focused(view)).toContain("qwen3-4b-instruct");
    await press("ArrowLeft", "End");
    expect(await focused(view)).toContain("claude-sonnet");
    await press("Home", "ArrowDown", "ArrowDown");

    // Enter opens the panel and moves into it; its actions are buttons.
    await press("Enter");
    expect(await focused(view)).toBe("This machine");
    await press("Tab", "Tab");
    expect(await focused(view)).toBe("Check Now");
    await press("Enter");
    expect(await view.sent()).toContainEqual({ type: "act", action: "checkNow", id: "local-engine" });

    // Esc closes it and gives the focus back to where it was.
    await press("Escape");
    expect(await page.locator(".details").isVisible()).toBe(false);
    expect(await focused(view)).toContain("This machine Healthy");

    // Find, next match, and back.
    await press("/");
    await page.keyboard.type("model:gpt*");
    await press("Enter");
    expect(await page.locator(".found").textContent()).toBe("1 of 19");
    expect(await page.getByRole("treeitem", { name: /^gpt-oss/ }).getAttribute("aria-selected")).toBe("true");
    await press("Escape");
    expect(await focused(view)).toContain("gpt-oss-20b");

    await press("?");
    expect(await page.getByRole("dialog", { name: "Keys" }).isVisible()).toBe(true);
    await press("Escape");
    expect(await page.getByRole("dialog", { name: "Keys" }).isVisible()).toBe(false);

    const before = await view.placeOf("router");
    await page.getByRole("tree").focus();
    await press("+");
    expect((await view.placeOf("router")).width).toBeGreaterThan(before.width);
    await press("0");
    expect((await view.placeOf("router")).width).toBeLessThan(before.width * 1.6);

    // Everything else is a button or a list of its own, and has a name.
    for (const name of ["Check All Now", "Pause Traffic", "Legend", "Tree"]) {
      await page.getByRole("button", { name, exact: true }).focus();
      await press("Enter");
    }
    expect(await view.sent()).toContainEqual({ type: "do", action: "checkAll" });
    await page.getByLabel("Save…").focus();
    await press("Enter", "Tab", "Tab", "Tab", "Enter");
    expect((await view.sent()).at(-1)).toMatchObject({
      type: "saveTable",
      csv: expect.stringContaining("This machine"),
    });
    expect(await focused(view)).toBe("Save…");
    await page.getByLabel("Show as Table").focus();
    await press("Enter");
    await page.getByRole("button", { name: "Latency p50" }).focus();
    await press("Enter");
    expect(await page.locator("tbody tr").first().textContent()).toContain("1,240 ms");
    await page.locator("tbody tr").first().getByRole("button").focus();
    await press("Enter");
    expect(await page.locator(".details h2").textContent()).toBe("workstation ollama");
    await press("Escape");
    expect(await focused(view)).toBe("workstation ollama");
    await view.close();
  });

  it.each([
    { how: "the system", options: { reducedMotion: true } },
    { how: "the editor", options: { editorReducesMotion: true } },
    { how: "the settings", options: { animates: false } },
  ])("moves nothing for those who have asked $how for less motion", async ({ options }) => {
    const view = await openMeshView(browser, sampleMesh(), options);
    await view.post(sampleTraffic);
    const moves = await view.page.evaluate(() => document.getAnimations().length);
    expect(moves).toBe(0);
    expect(await view.particles()).toBe(0);
    await view.close();
  });

  it("labels the ways as the settings say, until a person chooses otherwise", async () => {
    const view = await openMeshView(browser, sampleMesh(), { metric: "requestsPerSecond" });
    expect(await view.page.locator("select.metric").inputValue()).toBe("requestsPerSecond");
    await view.page.locator("select.metric").selectOption("queued");
    await view.load();
    expect(await view.page.locator("select.metric").inputValue()).toBe("queued");
    await view.close();
  });

  it("moves requests where motion is welcome, until a person pauses it", async () => {
    const view = await openMeshView(browser, sampleMesh());
    await view.post(sampleTraffic);
    await expect.poll(async () => await view.particles()).toBeGreaterThan(0);
    await view.page.getByLabel("Pause Traffic").click();
    await expect.poll(async () => await view.particles()).toBe(0);
    await view.close();
  });

  it.each([
    { how: "zoomed to 200 %", options: { width: 640, height: 400, scale: 2 } },
    { how: "300 pixels wide", options: { width: 300, height: 600 } },
  ])("can be used $how: nothing is cut off, and the panel has the room", async ({ options }) => {
    // The panel is measured where it ends, not on its way.
    const view = await openMeshView(browser, sampleMesh(), { ...options, editorReducesMotion: true });
    const { page } = view;
    const outside = async (selector: string): Promise<string[]> =>
      await page.evaluate(
        ([chosen, width]) =>
          [...document.querySelectorAll(chosen)]
            .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > width + 0.5)
            .map((one) => one.outerHTML.slice(0, 80)),
        [selector, options.width] as const,
      );
    expect(await outside(".top *, .chip-bar *, .stage > *")).toEqual([]);
    await page.getByRole("button", { name: "Tree", exact: true }).click();
    expect((await page.getByRole("tree").boundingBox())?.width).toBeGreaterThan(200);
    await page.keyboard.press("Enter");
    expect((await page.locator(".details").boundingBox())?.width).toBeGreaterThan(Math.min(options.width, 300) - 1);
    expect(await outside(".details *")).toEqual([]);
    await page.keyboard.press("Escape");
    await expect.poll(async () => await page.locator(".details").isVisible()).toBe(false);
    await view.close();
  });
});
