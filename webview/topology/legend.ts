import { healthSchema } from "../../contract/mesh/health.ts";
import type { ThingIcon } from "../../contract/webview/mesh-things.ts";
import type { MeshWords } from "../../contract/webview/mesh-words.ts";
import { element } from "../ui/element.ts";
import { glyphButton } from "../ui/glyph-button.ts";
import { controlGlyphs, thingGlyphs } from "../ui/glyphs.ts";
import { healthMark } from "../ui/health-mark.ts";
import { outlineIcon, svgElement } from "../ui/outline-icon.ts";
import { arrowOutlines, edgeLooks } from "./edge-look.ts";

/** What shapes, lines and dots mean. */
export class Legend {
  readonly element: HTMLElement;
  readonly #things = element("ul", { className: "plain-list" });
  #shown = "";

  constructor(words: MeshWords, onClose: () => void) {
    const { legend, health } = words;
    const close = glyphButton({ glyph: controlGlyphs.close, label: legend.close, onPress: onClose });
    const title = element("h2", { attributes: { id: "legend-title" }, children: [legend.title] });
    const states = healthSchema.options.map((one) => {
      const svg = svgElement("svg", { viewBox: "0 0 44 16", "aria-hidden": "true", class: `legend-edge is-${one}` });
      const { dash, arrow, isHollow, width } = edgeLooks[one];
      const tip = arrow === "none" ? 42 : 34;
      svg.append(
        svgElement("path", {
          d: `M1 8H${tip}`,
          "stroke-width": width,
          ...(dash.length > 0 && { "stroke-dasharray": dash.join(" ") }),
        }),
        svgElement("path", {
          d: arrowOutlines[arrow],
          transform: "translate(42 8)",
          class: isHollow ? "is-hollow" : "is-filled",
        }),
      );
      return element("li", { children: [healthMark(one), svg, health[one]] });
    });
    const sign = (className: string, text: string): HTMLElement =>
      element("li", { children: [element("span", { className, attributes: { "aria-hidden": "true" } }), text] });
    const traffic = [
      sign("sample-particle", legend.particle),
      sign("sample-failure", legend.failedParticle),
      sign("sample-glow", legend.glow),
    ];
    this.element = element("section", {
      className: "legend",
      attributes: { "aria-labelledby": "legend-title" },
      children: [
        element("div", { className: "details-bar", children: [title, close] }),
        element("h3", { children: [legend.connections] }),
        element("ul", { className: "plain-list", children: states }),
        element("h3", { children: [legend.things] }),
        this.#things,
        element("h3", { children: [legend.traffic] }),
        element("ul", { className: "plain-list", children: traffic }),
      ],
    });
  }

  /** Explains the icons that are in the picture, and no others. */
  show(kinds: ReadonlyMap<ThingIcon, string>): void {
    const shown = JSON.stringify([...kinds]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const items = [...kinds].map(([icon, name]) => element("li", { children: [outlineIcon(thingGlyphs[icon]), name] }));
    this.#things.replaceChildren(...items);
  }
}
