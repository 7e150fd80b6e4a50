import type { MeshDetails } from "../../contract/webview/mesh-details.ts";
import type { Thing } from "../../contract/webview/mesh-things.ts";
import type { ThingWords } from "../topology/thing-words.ts";
import { fillIn } from "../ui/fill-in.ts";
import { plainName } from "../ui/plain-name.ts";

/** One line of the panel. */
export interface Fact {
  readonly name: string;
  readonly value: string;
  /** The reader may want to copy it, and it is long: a digest, an address. */
  readonly isCode?: boolean;
}

export interface FactSource {
  readonly thing: Thing;
  readonly details: MeshDetails | undefined;
  /** Edges at the thing. */
  readonly connections: number;
  readonly words: ThingWords;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const maxValueCharacters = 400;

/** What the panel says of a thing, line by line. Lines without a value are left out, but for those that a person looks for. */
export function detailFacts(source: FactSource): Fact[] {
  const { thing, words, connections, now } = source;
  const { details: names } = words.words;
  const facts: Fact[] = [];
  if (thing.kind === "user") return [{ name: names.downstream, value: words.figures.number(connections) }];
  if (thing.since !== null) {
    facts.push({
      name: names.health,
      value: `${words.words.health[thing.health]} · ${fillIn(names.since, words.figures.duration(thing.since, now))}`,
    });
  }
  facts.push({ name: names.kind, value: words.kind(thing) });
  facts.push(...ownFacts(source));
  facts.push({ name: names.connections, value: words.figures.number(connections) });
  return facts;
}

function ownFacts({ thing, details, words, now }: FactSource): Fact[] {
  const { details: names, privacy, capabilities, modelStates } = words.words;
  const { figures: say } = words;
  const { figures } = thing;
  const load: Fact[] = [
    { name: names.queued, value: say.number(figures.queued) },
    { name: names.inFlight, value: say.number(figures.inFlight) },
    { name: names.requestsPerSecond, value: say.metric("requestsPerSecond", figures) },
  ];
  const label: Fact[] = thing.privacy === null ? [] : [{ name: names.privacy, value: privacy[thing.privacy] }];
  switch (details?.kind) {
    case undefined:
    case "user":
      return load;
    case "router":
      return [
        { name: names.status, value: details.status },
        { name: names.uptime, value: details.startedAt === null ? say.unknown : say.duration(details.startedAt, now) },
        { name: names.version, value: details.version },
        { name: names.requests, value: say.number(details.requests) },
        { name: names.succeeded, value: say.number(details.succeeded) },
        { name: names.failed, value: say.number(details.failed) },
        ...load,
      ];
    case "backend":
      return [
        ...(details.address === null ? [] : [{ name: names.address, value: long(details.address), isCode: true }]),
        { name: names.enabled, value: details.isEnabled ? names.yes : names.no },
        ...label,
        { name: names.models, value: say.number(details.modelCount) },
        { name: names.load, value: say.percent(details.load) },
        ...load,
        { name: names.errors, value: say.number(details.errors) },
        ...(details.lastError === null ? [] : [{ name: names.lastError, value: long(details.lastError) }]),
      ];
    case "model":
      return [
        { name: names.modelId, value: long(details.modelId), isCode: true },
        ...(details.digest === null ? [] : [{ name: names.digest, value: long(details.digest), isCode: true }]),
        ...(thing.modelState === null ? [] : [{ name: names.state, value: modelStates[thing.modelState] }]),
        {
          name: names.context,
          value: details.contextTokens === null ? say.unknown : fillIn(names.tokens, say.number(details.contextTokens)),
        },
        {
          name: names.capabilities,
          value: details.capabilities.map((one) => capabilities[one]).join(", ") || say.unknown,
        },
        { name: names.tokensPerSecond, value: say.metric("tokensPerSecond", figures) },
        ...label,
        ...load,
      ];
    case "hardware":
      return details.lines.map(({ name, value }) => ({ name, value: long(value) }));
  }
}

const long = (text: string): string => plainName(text, maxValueCharacters);
