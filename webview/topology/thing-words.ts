import type { EdgeMetric, Figures, Thing } from "../../contract/webview/mesh-things.ts";
import type { MeshWords } from "../../contract/webview/mesh-words.ts";
import { fillIn } from "../ui/fill-in.ts";
import { plainName } from "../ui/plain-name.ts";
import type { FigureWords } from "./figure-words.ts";
import type { CardWords } from "./paint-card.ts";

/** A figure with its name. */
export interface NamedFigure {
  readonly name: string;
  readonly value: string;
}

const maxReasonCharacters = 200;

/** What this page says about a thing, the same in the picture, the tree, the table and the panel. */
export class ThingWords {
  readonly words: MeshWords;
  readonly figures: FigureWords;

  constructor(words: MeshWords, figures: FigureWords) {
    this.words = words;
    this.figures = figures;
  }

  name(thing: Thing): string {
    return plainName(thing.label);
  }

  kind({ kind, kindLabel }: Thing): string {
    return plainName(kindLabel) || this.words.kinds[kind];
  }

  reason({ reason }: Thing): string {
    return reason === null ? "" : plainName(reason, maxReasonCharacters);
  }

  /** How it is, and what is worth saying beside that: why, or what it is. */
  state(thing: Thing): string {
    if (thing.kind === "user") return "";
    const { health, modelStates } = this.words;
    const own = health[thing.health];
    const reason = this.reason(thing);
    if (reason !== "") return `${own} · ${reason}`;
    const more = thing.kind === "model" ? thing.modelState && modelStates[thing.modelState] : this.kind(thing);
    return more === null || more === own ? own : `${own} · ${more}`;
  }

  card(thing: Thing, foldedCount: number): CardWords {
    const folded = foldedCount === 0 ? "" : fillIn(this.words.graph.folded, this.figures.number(foldedCount));
    return { state: this.state(thing), folded };
  }

  /** The two figures that matter for its kind. */
  keyFigures(thing: Thing): NamedFigure[] {
    const { metrics, details } = this.words;
    const { figures } = thing;
    const metric = (name: EdgeMetric): NamedFigure => ({
      name: metrics[name],
      value: this.figures.metric(name, figures),
    });
    switch (thing.kind) {
      case "user":
      case "router":
        return [metric("requestsPerSecond"), { name: details.inFlight, value: this.figures.number(figures.inFlight) }];
      case "backend":
        return [
          metric("latencyP50Ms"),
          hasErrors(figures)
            ? { name: details.errors, value: this.figures.metric("errorsPerSecond", figures) }
            : metric("requestsPerSecond"),
        ];
      case "model":
        return [metric("tokensPerSecond"), metric("latencyP50Ms")];
      case "machine":
      case "gpu":
        return [];
    }
  }
}

const hasErrors = ({ errorsPerSecond }: Figures): boolean => errorsPerSecond !== null && errorsPerSecond > 0;
