import type { ThingAction } from "../../contract/webview/mesh-actions.ts";
import type { MeshDetails, RecentRequest } from "../../contract/webview/mesh-details.ts";
import type { Thing } from "../../contract/webview/mesh-things.ts";
import type { ThingWords } from "../topology/thing-words.ts";
import { element } from "../ui/element.ts";
import { fillIn } from "../ui/fill-in.ts";
import { glyphButton } from "../ui/glyph-button.ts";
import { controlGlyphs, thingGlyphs } from "../ui/glyphs.ts";
import { healthMark } from "../ui/health-mark.ts";
import { outlineIcon } from "../ui/outline-icon.ts";
import { plainName } from "../ui/plain-name.ts";
import { clientList } from "./client-list.ts";
import { detailFacts } from "./detail-facts.ts";
import { latencyRange, sparkline } from "./sparkline.ts";

export interface DetailsPanelOptions {
  readonly words: ThingWords;
  readonly onAct: (action: ThingAction, id: string) => void;
  readonly onSelect: (id: string) => void;
  readonly onClose: () => void;
}

export interface Selected {
  readonly thing: Thing;
  readonly details: MeshDetails | undefined;
  readonly connections: number;
  /** Of paths through it, in words. */
  readonly paths: string;
  /** Names of other things, for those that it is served by. */
  readonly nameOf: (id: string) => string | undefined;
}

/** What can destroy something looks different. */
const quietActions: readonly ThingAction[] = ["remove"];

/** More about one thing, from the right. Parts that have not changed stay, so that the focus does not get lost. */
export class DetailsPanel {
  readonly element: HTMLElement;
  readonly #options: DetailsPanelOptions;
  readonly #title = element("h2", { attributes: { tabindex: "-1", id: "details-title" } });
  readonly #head = element("div", { className: "details-head" });
  readonly #parts = new Map<string, { readonly host: HTMLElement; key: string }>();
  #id: string | null = null;

  constructor(options: DetailsPanelOptions) {
    this.#options = options;
    const { details } = options.words.words;
    const close = glyphButton({ glyph: controlGlyphs.close, label: details.close, onPress: options.onClose });
    this.#head.append(this.#title);
    const bar = element("div", { className: "details-bar", children: [this.#head, close] });
    const parts = ["state", "actions", "facts", "latency", "served", "requests", "clients"].map((name) => {
      const host = element("div", { className: `details-${name}` });
      this.#parts.set(name, { host, key: "" });
      return host;
    });
    this.element = element("aside", {
      className: "details",
      attributes: { "aria-labelledby": "details-title", hidden: "" },
      children: [bar, ...parts],
    });
  }

  /** The thing that it is about; null while it is closed. */
  get id(): string | null {
    return this.#id;
  }

  focus(): void {
    this.#title.focus({ preventScroll: true });
  }

  close(): void {
    this.#id = null;
    this.element.hidden = true;
  }

  show(selected: Selected): void {
    const { thing, details, connections, paths } = selected;
    const { words } = this.#options;
    this.#id = thing.id;
    this.element.hidden = false;
    const name = words.name(thing);
    if (this.#title.textContent !== name) this.#title.textContent = name;
    // The title itself stays: it may have the focus.
    this.#head.querySelector(".details-icon")?.remove();
    this.#head.prepend(outlineIcon(thingGlyphs[thing.icon], "details-icon"));
    const state = { health: thing.health, text: words.state(thing), paths };
    this.#put("state", state, () => [
      ...(thing.kind === "user" ? [] : [this.#stateLine(thing, state.text)]),
      element("p", { className: "muted", children: [paths] }),
    ]);
    this.#put("actions", thing.actions, () => this.#actions(thing));
    const facts = detailFacts({ thing, details, connections, words, now: Date.now() });
    this.#put("facts", facts, () => [
      element("dl", {
        children: facts.flatMap(({ name: term, value, isCode }) => [
          element("dt", { children: [term] }),
          element("dd", { className: isCode === true ? "is-code" : "", children: [value] }),
        ]),
      }),
    ]);
    const history = details?.kind === "backend" ? details.latencyHistory : undefined;
    this.#put("latency", history, () => (history === undefined ? [] : this.#latency(history)));
    const servedBy = details?.kind === "model" ? details.servedBy : [];
    this.#put("served", servedBy, () => this.#servedBy(servedBy, selected.nameOf));
    const requests = details?.kind === "backend" || details?.kind === "model" ? details.requests : undefined;
    this.#put("requests", requests, () => (requests === undefined ? [] : this.#requests(requests)));
    const clients = details?.kind === "user" ? details.clients : undefined;
    this.#put("clients", clients, () => (clients === undefined ? [] : clientList(clients, this.#options.words)));
  }

  /** Makes a part anew where what it shows is not what it has shown. */
  #put(name: string, shown: unknown, make: () => Node[]): void {
    const part = this.#parts.get(name);
    const key = JSON.stringify([this.#id, shown]);
    if (part === undefined || part.key === key) return;
    part.key = key;
    part.host.replaceChildren(...make());
  }

  #stateLine(thing: Thing, text: string): HTMLElement {
    return element("p", {
      className: "state-line",
      children: [healthMark(thing.health), element("span", { children: [text] })],
    });
  }

  #actions({ actions, id }: Thing): Node[] {
    const { words, onAct } = this.#options;
    if (actions.length === 0) return [];
    const buttons = actions.map((action, index) => {
      const kind = index === 0 ? "is-primary" : quietActions.includes(action) ? "is-quiet" : "";
      const button = element("button", {
        className: `text-button ${kind}`.trim(),
        attributes: { type: "button" },
        children: [words.words.actions[action]],
      });
      button.addEventListener("click", () => onAct(action, id));
      return button;
    });
    const attributes = { role: "group", "aria-label": words.words.details.actions };
    return [element("div", { className: "button-row", attributes, children: buttons })];
  }

  #latency(history: Extract<MeshDetails, { kind: "backend" }>["latencyHistory"]): Node[] {
    const { words, figures } = this.#options.words;
    const range = latencyRange(history);
    const title = element("h3", { children: [words.details.latency] });
    if (range === null) return [title, element("p", { className: "muted", children: [words.details.noLatency] })];
    const [lowest, highest, latest] = [range.lowest, range.highest, range.latest].map((ms) => figures.milliseconds(ms));
    const text = fillIn(words.details.latencyHistory, lowest ?? "", highest ?? "", latest ?? "");
    return [title, sparkline(history, text), element("p", { className: "muted", children: [text] })];
  }

  #servedBy(ids: readonly string[], nameOf: (id: string) => string | undefined): Node[] {
    if (ids.length === 0) return [];
    const items = ids.map((id) => {
      const link = element("button", {
        className: "link",
        attributes: { type: "button" },
        children: [nameOf(id) ?? id],
      });
      link.addEventListener("click", () => this.#options.onSelect(id));
      return element("li", { children: [link] });
    });
    const { servedBy } = this.#options.words.words.details;
    return [element("h3", { children: [servedBy] }), element("ul", { className: "plain-list", children: items })];
  }

  #requests(requests: readonly RecentRequest[]): Node[] {
    const { details } = this.#options.words.words;
    const title = element("h3", { children: [details.lastRequests] });
    if (requests.length === 0) return [title, element("p", { className: "muted", children: [details.noRequests] })];
    return [title, element("ul", { className: "requests", children: requests.map((one) => this.#request(one)) })];
  }

  #request({ at, model, firstByteMs, error, because }: RecentRequest): HTMLElement {
    const { figures, words } = this.#options.words;
    const outcome = error === null ? figures.milliseconds(firstByteMs) : plainName(error, 160);
    const head = element("div", {
      className: "request-head",
      children: [
        healthMark(error === null ? "healthy" : "unhealthy"),
        element("span", { className: "request-model", children: [plainName(model)] }),
        element("span", { className: "request-outcome", children: [outcome] }),
      ],
    });
    const why = element("div", {
      className: "muted",
      children: [`${figures.time(at)} · ${fillIn(words.details.whyHere, plainName(because, 200))}`],
    });
    return element("li", { children: [head, why] });
  }
}
