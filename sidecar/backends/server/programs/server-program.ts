import type { ProgramId } from "../../../../contract/mesh/server-program.ts";
import type { ListedModel } from "../model-list.ts";

/** What a server shows of itself in its list of models. All of it is hostile. */
export interface Traces {
  /** Of the answer; names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly models: readonly Pick<ListedModel, "id" | "ownedBy" | "createdAt">[];
}

/** What can be said about a model beyond its entry in the list. */
export type ModelParticulars = Partial<
  Pick<ListedModel, "state" | "artifact" | "contextTokens" | "capabilities" | "capacity" | "reported">
>;

/** What an answer says. */
export interface Particulars {
  readonly version?: string;
  /** What is left out stays as it is listed. */
  describe?(model: ListedModel): ModelParticulars;
}

/** A `GET` of which some known fields are read. */
export interface Question {
  /** Below the address' base path. */
  readonly path: string;
  /** Reads an answer of status 200, which is hostile; undefined when it is something else. */
  read(body: Buffer): Particulars | undefined;
}

/**
 * A program that people run as a server: how it is recognised, and what it can be asked. Whoever is not recognised is not
 * asked either, since to others these would be strange requests; and no answer makes a server worse than without one.
 */
export interface ServerProgram {
  readonly id: ProgramId;
  /** `perhaps` is for the first of `about` to decide. */
  recognise(traces: Traces): "yes" | "perhaps" | "no";
  /** What stays as long as its models do: asked when these change, and now and then. */
  readonly about?: readonly Question[];
  /** What changes all the time: asked at each look, of the first that is answered. */
  readonly now?: readonly Question[];
  /** Answers 503 when it could not answer requests, although its list does not say so; and what that means. */
  readonly health?: { readonly path: string; readonly unavailable: "loading" | "broken" };
}

/** True when all models, of which there are some, are said to be of this owner. */
export const isOwnedBy = (traces: Traces, owner: string): "yes" | "no" =>
  traces.models.length > 0 && traces.models.every(({ ownedBy }) => ownedBy === owner) ? "yes" : "no";
