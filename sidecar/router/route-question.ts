import type { NodeId } from "../../contract/mesh/ids.ts";
import type { PrivacyLabel } from "../../contract/mesh/privacy-label.ts";
import type { StrategyId } from "../../contract/mesh/routing.ts";
import type { RoutedPath } from "../../contract/openai/paths.ts";
import type { Standing } from "../health/standing.ts";
import type { RoutingSettings } from "../registry/routing-settings.ts";
import type { Candidate } from "./candidate.ts";
import type { OriginalRequest } from "./original-request.ts";
import type { RankContext } from "./strategies/strategy.ts";

/** What routing has to know of a request. */
export interface RouteQuestion {
  /** The name as the client has written it. */
  readonly model: string;
  readonly path: RoutedPath;
  /** Of messages and tools; of the whole body where it has no messages. */
  readonly promptBytes: number;
  readonly hasTools: boolean;
  readonly hasImages: boolean;
  /** The answer is to stand before a text that is given as well. */
  readonly hasSuffix: boolean;
  /** What the request itself asks for; null leaves it to the alias and the node. */
  readonly strategy: StrategyId | null;
  /** The widest label that each allows; null where it says nothing. */
  readonly privacy: {
    readonly request: PrivacyLabel | null;
    readonly key: PrivacyLabel | null;
    readonly workspace: PrivacyLabel | null;
  };
  /** The names that this key may ask for, of aliases or of models; null for all. */
  readonly permittedModels: readonly string[] | null;
  /** The backends that the request itself keeps to, or keeps away from; left out where it says nothing. */
  readonly onlyBackends?: readonly string[] | undefined;
  readonly notBackends?: readonly string[] | undefined;
  /** Where only models that are in memory are asked: at the own engine, or everywhere. */
  readonly onlyLoaded?: "here" | "everywhere" | undefined;
  /** Where it is one of another dialect: its path there, and why it has no translation. */
  readonly original?: Pick<OriginalRequest, "path" | "refusal"> | undefined;
  /** Nodes that the request has passed, this one included. */
  readonly meshPath: readonly NodeId[];
}

/** A candidate with what only the filter needs. */
export interface Place {
  readonly candidate: Candidate;
  readonly standing: Pick<Standing, "health" | "rejection" | "reason" | "retryAfterMs">;
  /** The nodes behind a router that answer for the model, nearest first; none elsewhere, and until it has said so. */
  readonly path: readonly NodeId[];
  /** What the backend can be asked; everything where it is left out. */
  readonly paths?: readonly RoutedPath[] | undefined;
  /** Calls of other dialects that it takes as they are. */
  readonly nativePaths?: readonly string[] | undefined;
  /** A virtual model asks the demo model only when there is no other. */
  readonly isDemo?: boolean;
}

/** Everything that there is to choose from. */
export interface RouteSnapshot {
  /** One per backend and model, whatever its state. */
  readonly places: readonly Place[];
  readonly settings: Pick<
    RoutingSettings,
    "strategy" | "privacy" | "virtualModelsMayUseCloud" | "mixArtifacts" | "aliases"
  >;
}

/**
 * What changes from one request to the next comes in here, so that choosing stays pure. `conversationKey` and `warmShare`
 * are read only by strategies that need them, so that a caller can work them out when asked.
 */
export interface RouteContext extends Omit<RankContext, "turn" | "promptTokens"> {
  /** How many requests this model has had before: the turn of a rotation. */
  readonly turnOf: (model: string) => number;
}
