import * as vscode from "vscode";
import { type FromMeshView, fromMeshViewSchema, type MeshMode, type ToMeshView } from "../../contract/webview/mesh.ts";
import type { NodeFollower } from "../mesh/follow-node.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";
import { WebviewBridge } from "../panels/webview-bridge.ts";
import { webviewHtml, webviewRoots } from "../panels/webview-html.ts";
import type { Disposable } from "../platform/emitter.ts";
import type { Log } from "../platform/log.ts";
import type { Translate } from "../platform/translate.ts";
import { onSettingsChange, readSetting } from "../settings/settings.ts";
import type { NodeClient } from "../sidecar/node-connection.ts";
import { meshPicture } from "./mesh-picture.ts";
import { PictureFeed } from "./picture-feed.ts";
import { saveExport } from "./save-export.ts";
import { thingArgument, thingCommands, viewCommands } from "./thing-action.ts";
import { thingDetails } from "./thing-details.ts";
import { topologyNotice } from "./topology-notice.ts";
import { topologyWords } from "./topology-words.ts";
import { openFlows, trafficFlows } from "./traffic-flows.ts";

export interface TopologyPageOptions {
  readonly extensionUri: vscode.Uri;
  readonly store: MeshStore;
  readonly follower: NodeFollower;
  /** The node's connection, while there is one. */
  readonly client: () => NodeClient | undefined;
  readonly t: Translate;
  readonly log: Log;
}

/** The view gets at most ten updates a second. */
const updateMs = 100;
/** How often answers that are being written show as traffic, in milliseconds. */
const flowMs = 500;

/** One page of the mesh view, in a panel or in a view of the sidebar. It lives as long as its webview shows the page. */
export class TopologyPage implements vscode.Disposable {
  readonly #options: TopologyPageOptions;
  readonly #bridge: WebviewBridge<typeof fromMeshViewSchema, ToMeshView>;
  readonly #feed = new PictureFeed();
  readonly #resources: Disposable[] = [];
  #watch: Disposable | undefined;
  #isReady = false;
  #isVisible = true;
  #timer: NodeJS.Timeout | undefined;
  #flowTimer: NodeJS.Timeout | undefined;
  #refreshTimer: NodeJS.Timeout | undefined;
  #flowedAt = 0;
  #selected: string | null = null;
  #detailsAbort: AbortController | undefined;
  #wanted: ToMeshView[] = [];
  #shownStatus = "";
  #isChecking = false;

  constructor(webview: vscode.Webview, options: TopologyPageOptions) {
    const { extensionUri, store, log, t } = options;
    this.#options = options;
    webview.options = { enableScripts: true, localResourceRoots: webviewRoots(extensionUri) };
    this.#bridge = new WebviewBridge(webview, {
      accepts: fromMeshViewSchema,
      handle: (message) => void this.#handle(message),
      log,
    });
    this.#resources.push(
      this.#bridge,
      store.onDidChange(() => this.#updateSoon()),
      // The page begins anew with what the settings say, and keeps what the person has chosen on it.
      onSettingsChange("inferenceMesh.topology", () => {
        if (this.#isReady) this.#start();
      }),
      store.onDidFlow(({ flows, spans }) => this.#flowed(flows, spans.length > 0)),
    );
    webview.html = webviewHtml(webview, { extensionUri, bundle: "mesh", title: t("Mesh") });
  }

  /** A hidden page is thrown away by the editor, and says `ready` when it is back. */
  setVisible(isVisible: boolean): void {
    this.#isVisible = isVisible;
    if (!isVisible) this.#rest();
  }

  /** Selects a thing and brings it into view; with the one way to it that a request took, where it has several. */
  reveal(id: string, through?: string): void {
    this.#tell({ type: "reveal", id, ...(through === undefined ? {} : { through }) });
  }

  show(mode: MeshMode): void {
    this.#tell({ type: "show", mode });
  }

  dispose(): void {
    this.#rest();
    for (const each of this.#resources) each.dispose();
  }

  async #handle(message: FromMeshView): Promise<void> {
    const { store, t } = this.#options;
    switch (message.type) {
      case "ready":
        return this.#start();
      case "resync":
        return this.#bridge.send(this.#feed.snapshot(meshPicture(store, t)));
      case "select":
        this.#selected = message.id;
        return await this.#showDetails();
      case "act": {
        const command = thingCommands[message.action];
        const argument = thingArgument(store, message.id);
        if (command !== undefined && argument !== undefined) await this.#run(command, argument);
        return;
      }
      case "do": {
        const command = viewCommands[message.action];
        if (command !== undefined) await this.#run(command, undefined, message.action === "checkAll");
        return;
      }
      case "unfold":
        // Nothing unfolds until peers and clusters come.
        return;
      case "savePicture":
        return await saveExport({ t, kind: message.format, content: message.content });
      case "saveTable":
        return await saveExport({ t, kind: "csv", content: message.csv });
    }
  }

  async #run(command: string, argument: unknown, isChecking = false): Promise<void> {
    this.#setChecking(isChecking);
    try {
      await vscode.commands.executeCommand(command, argument);
    } finally {
      this.#setChecking(false);
      await this.#showDetails();
    }
  }

  #setChecking(isChecking: boolean): void {
    if (this.#isChecking === isChecking) return;
    this.#isChecking = isChecking;
    this.#updateSoon();
  }

  #start(): void {
    const { store, t, follower } = this.#options;
    this.#isReady = true;
    this.#isVisible = true;
    this.#watch ??= follower.watchTraffic();
    clearInterval(this.#refreshTimer);
    const refreshMs = readSetting("inferenceMesh.topology.refreshSeconds") * 1000;
    this.#refreshTimer = setInterval(() => void this.#refresh(), refreshMs);
    this.#bridge.send({
      type: "hello",
      words: topologyWords(t),
      language: vscode.env.language,
      animates: readSetting("inferenceMesh.topology.animateTraffic"),
      pausesOnBattery: readSetting("inferenceMesh.topology.pauseOnBattery"),
      metric: readSetting("inferenceMesh.topology.edgeMetric"),
      foldsAbove: readSetting("inferenceMesh.topology.foldAbove"),
    });
    this.#shownStatus = "";
    this.#showStatus();
    this.#bridge.send(this.#feed.snapshot(meshPicture(store, t)));
    for (const message of this.#wanted.splice(0)) this.#bridge.send(message);
  }

  /** Nobody looks: nothing is read, and nothing is followed. */
  #rest(): void {
    this.#isReady = false;
    this.#watch?.dispose();
    this.#watch = undefined;
    clearInterval(this.#refreshTimer);
    this.#refreshTimer = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    clearTimeout(this.#flowTimer);
    this.#flowTimer = undefined;
    this.#detailsAbort?.abort();
  }

  /** Now, or as soon as the page is there. */
  #tell(message: ToMeshView): void {
    if (this.#isReady && this.#isVisible) this.#bridge.send(message);
    else this.#wanted.push(message);
  }

  async #refresh(): Promise<void> {
    if (!this.#isReady) return;
    await this.#options.follower.refresh();
    await this.#showDetails();
  }

  #updateSoon(): void {
    if (!this.#isReady || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#update();
    }, updateMs);
  }

  #update(): void {
    const { store, t } = this.#options;
    this.#showStatus();
    const diff = this.#feed.next(meshPicture(store, t));
    if (diff !== undefined) this.#bridge.send(diff);
  }

  #showStatus(): void {
    const { store, t } = this.#options;
    const status = { notice: topologyNotice(store, t), isChecking: this.#isChecking };
    const shown = JSON.stringify(status);
    if (shown === this.#shownStatus) return;
    this.#shownStatus = shown;
    this.#bridge.send({ type: "status", ...status });
  }

  #flowed(flows: Parameters<typeof trafficFlows>[1], hasHistory: boolean): void {
    if (!this.#isReady) return;
    this.#updateSoon();
    this.#sendFlows(trafficFlows(this.#options.store, flows));
    if (hasHistory) void this.#showDetails();
    this.#flowWhileOpen();
  }

  /** Nothing ends while a long answer is written; its traffic is real all the same. */
  #flowWhileOpen(): void {
    if (this.#flowTimer !== undefined || this.#options.store.traffic.busy.length === 0) return;
    this.#flowTimer = setTimeout(() => {
      this.#flowTimer = undefined;
      this.#sendFlows(openFlows(this.#options.store));
      this.#flowWhileOpen();
    }, flowMs);
  }

  #sendFlows(flows: ReturnType<typeof trafficFlows>): void {
    if (flows.length === 0 || !this.#isReady) return;
    const now = performance.now();
    const windowMs = Math.min(60_000, Math.max(100, now - this.#flowedAt));
    this.#flowedAt = now;
    this.#bridge.send({ type: "traffic", windowMs: Math.min(windowMs, 1000), flows });
  }

  async #showDetails(): Promise<void> {
    this.#detailsAbort?.abort();
    const { store, client: clientOf, log } = this.#options;
    const [id, client] = [this.#selected, clientOf()];
    if (id === null || client === undefined || !this.#isReady) return;
    const abort = new AbortController();
    this.#detailsAbort = abort;
    try {
      const details = await thingDetails({ store, client }, id, abort.signal);
      if (details !== undefined && !abort.signal.aborted) this.#bridge.send({ type: "details", id, details });
    } catch (error) {
      if (!abort.signal.aborted) log.warn(`Reading the details of a thing failed: ${String(error)}`);
    }
  }
}
