import type { Browser } from "playwright-core";
import {
  type FromMeshView,
  fromMeshViewSchema,
  type MeshSnapshot,
  type ToMeshView,
} from "../../../contract/webview/mesh.ts";
import type { EdgeMetric } from "../../../contract/webview/mesh-things.ts";
import { topologyWords } from "../../../extension/topology/topology-words.ts";
import { english } from "../../support/translate.ts";
import { BuiltPage, type BuiltPageOptions, newPage } from "./built-page.ts";

export interface MeshViewOptions extends BuiltPageOptions {
  readonly animates?: boolean;
  readonly metric?: EdgeMetric;
  readonly foldsAbove?: number;
  readonly now?: number;
}

/** The page of the topology. */
export class MeshView extends BuiltPage<ToMeshView, FromMeshView> {
  static async open(browser: Browser, options: MeshViewOptions = {}): Promise<MeshView> {
    const { animates = true, metric = "latencyP50Ms", foldsAbove = 300, now } = options;
    const view = new MeshView(await newPage(browser, options), options, {
      bundle: "mesh",
      hello: {
        type: "hello",
        words: topologyWords(english),
        language: "en",
        animates,
        pausesOnBattery: false,
        metric,
        foldsAbove,
      },
      read: (message) => fromMeshViewSchema.parse(message),
    });
    if (now !== undefined) await view.page.clock.setFixedTime(now);
    return await view.begin();
  }

  /** Where a thing is on the page: its middle. */
  async placeOf(id: string): Promise<{ x: number; y: number; width: number; height: number }> {
    const place = await this.page.evaluate((thing) => {
      const { meshPage } = globalThis as unknown as MeshGlobal;
      const own = meshPage.graph.placeOf(thing);
      const stage = meshPage.graph.element.getBoundingClientRect();
      return own && { ...own, x: own.x + stage.x, y: own.y + stage.y };
    }, id);
    if (place === undefined) throw new Error(`${id} is not in the picture`);
    return place;
  }

  /** Requests that are drawn on their way now. */
  async particles(): Promise<number> {
    return await this.page.evaluate(() => (globalThis as unknown as MeshGlobal).meshPage.graph.particleCount);
  }

  async click(id: string): Promise<void> {
    const { x, y } = await this.placeOf(id);
    await this.page.mouse.click(x, y);
    await this.drawn();
  }
}

/** What the page leaves for tests: see `webview/topology/main.ts`. */
export interface MeshGlobal {
  readonly meshPage: {
    readonly graph: {
      readonly element: HTMLElement;
      readonly particleCount: number;
      placeOf(id: string): { x: number; y: number; width: number; height: number } | undefined;
    };
    receive(message: ToMeshView): void;
  };
}

/** A view that shows a mesh. */
export async function openMeshView(
  browser: Browser,
  mesh: MeshSnapshot,
  options: MeshViewOptions = {},
): Promise<MeshView> {
  const view = await MeshView.open(browser, options);
  await view.post(mesh);
  return view;
}
