import type { Frame, Locator } from "playwright-core";
import type { EditorWindow } from "./editor-window.ts";

/** What the page leaves for tests: see `webview/topology/main.ts`. */
interface MeshGlobal {
  readonly meshPage: { readonly graph: { readonly particleCount: number } };
}

/** The live topology, as a person uses it. */
export class TopologyPane {
  readonly frame: Frame;
  readonly #window: EditorWindow;

  private constructor(window: EditorWindow, frame: Frame) {
    this.#window = window;
    this.frame = frame;
  }

  /** Opens the panel with its command and waits until the mesh is in it. */
  static async open(window: EditorWindow): Promise<TopologyPane> {
    await window.palette.run("Mesh: Open Topology");
    return await TopologyPane.find(window);
  }

  /** The panel that is there, or comes back by itself. */
  static async find(window: EditorWindow): Promise<TopologyPane> {
    const frame = await window.webview(".outline, .mesh-page, [role=tree]");
    await frame.getByRole("treeitem").first().waitFor();
    return new TopologyPane(window, frame);
  }

  /** A line of the tree beside the picture, by the beginning of what it says. */
  line(beginning: string): Locator {
    return this.frame.getByRole("treeitem", { name: new RegExp(`^${beginning}`) });
  }

  get tree(): Locator {
    return this.frame.getByRole("tree");
  }
  /** Whether keys go to the tree. */
  async hasTreeFocus(): Promise<boolean> {
    return await this.frame.evaluate(() => document.activeElement?.closest("[role=tree]") !== null);
  }

  button(name: string): Locator {
    return this.frame.getByRole("button", { name });
  }

  get details(): Locator {
    return this.frame.locator(".details");
  }

  /** Requests that are drawn on their way now. */
  async particles(): Promise<number> {
    return await this.frame.evaluate(() => (globalThis as unknown as MeshGlobal).meshPage.graph.particleCount);
  }

  async screenshot(name: string): Promise<void> {
    await this.#window.screenshot(name);
  }
}
