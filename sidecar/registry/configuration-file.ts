import { isDeepStrictEqual } from "node:util";
import type { Document } from "yaml";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { ConfigurationState } from "../../contract/mesh/configuration-state.ts";
import { Emitter } from "../platform/emitter.ts";
import { errorReason } from "../platform/error-reason.ts";
import type { Configuration } from "./configuration.ts";
import type { ConfigurationHistory } from "./configuration-history.ts";
import { needsRestart } from "./needs-restart.ts";
import { parseConfiguration } from "./parse-configuration.ts";
import { readConfigurationText } from "./read-configuration.ts";
import { restoreConfiguration, writeConfigurationText } from "./restore-configuration.ts";

export interface ConfigurationFileOptions {
  readonly path: string;
  /** Where `${NAME}` in it comes from. */
  readonly env: NodeJS.ProcessEnv;
  readonly history: Pick<ConfigurationHistory, "keep" | "read">;
}

/**
 * Edits a document, and may be called again; throwing refuses the change. `current` is what the document says, `former` what
 * counted before somebody has changed it by hand.
 */
export type ConfigurationChange = (document: Document, current: Configuration, former: Configuration) => void;

/** How often an edit is begun anew because the file has changed under it. */
const attempts = 3;

/**
 * `config.yaml`: what of it counts, and every change to it. The file stays the person's: comments and order are kept, what
 * somebody has written meanwhile is taken on first, and nothing is written that the node could not start with. What is not
 * valid does not count: what was before goes on, and `state` says where the problem is.
 */
export class ConfigurationFile {
  readonly path: string;
  readonly #options: ConfigurationFileOptions;
  readonly #started: Configuration;
  readonly #didChange = new Emitter<Configuration>();
  readonly #didChangeState = new Emitter<ConfigurationState>();
  #text: string;
  #configuration: Configuration;
  #state: ConfigurationState = { problem: null, needsRestart: [] };
  #changing: Promise<unknown> = Promise.resolve();

  /** Fires with the whole configuration that counts from now on, whoever has changed it. */
  readonly onDidChange = this.#didChange.event;
  /** Fires when a problem has come, changed or gone, or other settings wait for a restart. */
  readonly onDidChangeState = this.#didChangeState.event;

  private constructor(options: ConfigurationFileOptions, text: string, configuration: Configuration) {
    this.#options = options;
    this.path = options.path;
    this.#text = text;
    this.#configuration = configuration;
    this.#started = configuration;
  }

  /** @throws MeshError `configuration_invalid` */
  static async open(options: ConfigurationFileOptions): Promise<ConfigurationFile> {
    const text = (await readConfigurationText(options.path)) ?? "";
    const file = new ConfigurationFile(options, text, parseConfiguration(text, options).configuration);
    await options.history.keep(text);
    return file;
  }

  /** What counts. Settings that `state.needsRestart` names are as they were at the start wherever they are used. */
  get configuration(): Configuration {
    return this.#configuration;
  }

  /** The text of what counts, references and all. */
  get text(): string {
    return this.#text;
  }

  get state(): ConfigurationState {
    return this.#state;
  }

  /** @throws MeshError `configuration_invalid` */
  parse(text: string): Configuration {
    return parseConfiguration(text, this.#options).configuration;
  }

  /** Looks whether somebody has changed the file. Never rejects: what is wrong with it becomes `state.problem`. */
  async reload(): Promise<void> {
    await this.#inTurn(async () => void (await this.#takeOn().catch(() => undefined)));
  }

  /**
   * Reads the file, lets `change` edit it, and writes it as a whole. `beforeApply` hears what was written before anybody else.
   *
   * @throws MeshError `configuration_invalid` as it stands or as it would become, `folder_unwritable`
   */
  async edit(
    change: ConfigurationChange,
    beforeApply: (configuration: Configuration) => void = () => undefined,
  ): Promise<void> {
    await this.#inTurn(() => this.#edit(change, beforeApply));
  }

  /**
   * Brings back a text of the history, in place of whatever the file holds, which is kept: also when that is not valid.
   *
   * @throws MeshError `configuration_version_unknown`, `configuration_invalid` where the text is not valid any more, `folder_unwritable`
   */
  async restore(id: string): Promise<void> {
    await this.#inTurn(async () => {
      const { text, configuration } = await restoreConfiguration(id, this.#options);
      await this.#apply(text, configuration);
    });
  }

  /** One after another, whatever became of the one before. */
  async #inTurn(run: () => Promise<void>): Promise<void> {
    const changed = this.#changing.then(run, run);
    this.#changing = changed;
    await changed;
  }

  async #edit(change: ConfigurationChange, beforeApply: (configuration: Configuration) => void): Promise<void> {
    const former = this.#configuration;
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const before = await this.#takeOn();
      const { document, configuration } = parseConfiguration(before, this.#options);
      change(document, configuration, former);
      const after = this.#print(document);
      const edited = this.parse(after);
      if (((await readConfigurationText(this.path)) ?? "") !== before) continue;
      await writeConfigurationText(this.path, after);
      beforeApply(edited);
      await this.#apply(after, edited);
      return;
    }
    throw new MeshError("configuration_invalid", { path: this.path, problem: "it changes while it is edited" });
  }

  /** Whatever somebody has written counts from now on. @throws MeshError `configuration_invalid` */
  async #takeOn(): Promise<string> {
    try {
      const text = await readConfigurationText(this.path);
      if (text === undefined && this.#text !== "") throw this.#gone();
      const found = text ?? "";
      await this.#apply(found, found === this.#text ? this.#configuration : this.parse(found));
      return found;
    } catch (error) {
      const problem = error instanceof MeshError ? error : undefined;
      this.#settle(problem ?? new MeshError("configuration_invalid", { path: this.path, problem: errorReason(error) }));
      throw error;
    }
  }

  /** Without it the node would start with the defaults; who deletes a file seldom means that. */
  #gone(): MeshError {
    const problem = "it is not there any more; what it said counts until the node ends";
    return new MeshError("configuration_invalid", { path: this.path, problem });
  }

  async #apply(text: string, configuration: Configuration): Promise<void> {
    const isNew = text !== this.#text;
    const isOther = isNew && !isDeepStrictEqual(configuration, this.#configuration);
    this.#text = text;
    this.#configuration = configuration;
    if (isNew) await this.#options.history.keep(text);
    if (isOther) this.#didChange.fire(configuration);
    this.#settle(null);
  }

  #settle(problem: MeshError | null): void {
    const state = { problem: problemOf(problem), needsRestart: needsRestart(this.#started, this.#configuration) };
    if (isDeepStrictEqual(state, this.#state)) return;
    this.#state = state;
    this.#didChangeState.fire(state);
  }

  #print(document: Document): string {
    try {
      return document.toString({ lineWidth: 0 });
    } catch (cause) {
      // Something is named by an anchor that has gone with the change.
      throw new MeshError("configuration_invalid", { path: this.path, problem: errorReason(cause) }, { cause });
    }
  }
}

function problemOf(error: MeshError | null): ConfigurationState["problem"] {
  if (error === null) return null;
  const { problem, line, column } = error.params as { problem?: string; line?: number; column?: number };
  return { line: line ?? null, column: column ?? null, reason: problem ?? error.message };
}
