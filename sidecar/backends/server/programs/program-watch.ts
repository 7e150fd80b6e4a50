import { isDeepStrictEqual } from "node:util";
import type { RecognisedProgram } from "../../../../contract/mesh/server-program.ts";
import type { ListedModel } from "../model-list.ts";
import type { Particulars, Question, ServerProgram } from "./server-program.ts";

/** More than this of an answer is not read, in bytes. */
export const maxParticularsBytes = 1024 * 1024;
/** How long what was said about a program counts, in milliseconds. */
const aboutMs = 600_000;

/** Sends a question; undefined for an answer of another status, and for none. @throws the signal's reason */
export type Ask = (path: string, signal: AbortSignal) => Promise<Buffer | undefined>;

export interface Looked {
  readonly headers: ReadonlyMap<string, string>;
  readonly models: readonly ListedModel[];
}

interface Known {
  readonly program: ServerProgram;
  readonly particulars: readonly Particulars[];
}

/** Recognises the program behind one server, and adds what it says to the list of its models. */
export class ProgramWatch {
  readonly #programs: readonly ServerProgram[];
  readonly #ask: Ask;
  #known: Known | null = null;
  #knownFor: readonly string[] = [];
  #knownAt = Number.NEGATIVE_INFINITY;
  /** What changes is asked here; null where nothing tells, undefined before it was asked. */
  #now: Question | null | undefined;

  constructor(programs: readonly ServerProgram[], ask: Ask) {
    this.#programs = programs;
    this.#ask = ask;
  }

  /** Null while none was recognised. */
  get recognised(): RecognisedProgram | null {
    if (this.#known === null) return null;
    const { program, particulars } = this.#known;
    const version = particulars.find((each) => each.version !== undefined)?.version;
    return { id: program.id, version: version ?? null };
  }

  /** What the program is asked whether it could answer. */
  get health(): ServerProgram["health"] {
    return this.#known?.program.health;
  }

  /** A server that was away may come back as another one: it is asked anew. */
  forget(): void {
    this.#knownAt = Number.NEGATIVE_INFINITY;
  }

  /** The models with what the program says about them. @throws the signal's reason */
  async look(looked: Looked, signal: AbortSignal): Promise<readonly ListedModel[]> {
    const names = looked.models.map(({ id }) => id);
    const isOld = performance.now() - this.#knownAt > aboutMs || !isDeepStrictEqual(names, this.#knownFor);
    if (isOld) {
      this.#known = await this.#recognise(looked, signal);
      this.#knownFor = names;
      this.#knownAt = performance.now();
      this.#now = undefined;
    }
    if (this.#known === null) return looked.models;
    const current = await this.#readCurrent(this.#known.program, signal);
    const all = current === undefined ? this.#known.particulars : [...this.#known.particulars, current];
    return looked.models.map((model) => Object.assign({}, model, ...all.map((each) => each.describe?.(model))));
  }

  async #recognise(looked: Looked, signal: AbortSignal): Promise<Known | null> {
    const verdicts = this.#programs.map((program) => ({ program, verdict: program.recognise(looked) }));
    const sure = verdicts.find(({ verdict }) => verdict === "yes")?.program;
    if (sure !== undefined) return { program: sure, particulars: await this.#askAbout(sure.about ?? [], signal) };
    for (const { program, verdict } of verdicts) {
      const [first, ...others] = program.about ?? [];
      if (verdict === "no" || first === undefined) continue;
      const proof = await this.#read(first, signal);
      if (proof === undefined) continue;
      return { program, particulars: [proof, ...(await this.#askAbout(others, signal))] };
    }
    return null;
  }

  async #askAbout(questions: readonly Question[], signal: AbortSignal): Promise<readonly Particulars[]> {
    const answers = await Promise.all(questions.map((question) => this.#read(question, signal)));
    return answers.filter((answer) => answer !== undefined);
  }

  async #readCurrent({ now = [] }: ServerProgram, signal: AbortSignal): Promise<Particulars | undefined> {
    if (this.#now === null) return undefined;
    if (this.#now !== undefined) return await this.#read(this.#now, signal);
    for (const question of now) {
      const answer = await this.#read(question, signal);
      if (answer === undefined) continue;
      this.#now = question;
      return answer;
    }
    this.#now = null;
    return undefined;
  }

  async #read(question: Question, signal: AbortSignal): Promise<Particulars | undefined> {
    const body = await this.#ask(question.path, signal);
    return body === undefined ? undefined : question.read(body);
  }
}
