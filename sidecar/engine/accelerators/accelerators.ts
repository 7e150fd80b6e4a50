import type { LoadCommand } from "../../../contract/engine/control.ts";
import type { Accelerator, AcceleratorKind, AcceleratorWish } from "../../../contract/mesh/accelerator.ts";
import { Emitter } from "../../platform/emitter.ts";
import { chooseAccelerator, type MachineFindings } from "./choose-accelerator.ts";
import type { EnginePackages, InstallOptions } from "./engine-packages.ts";

export interface AcceleratorsOptions {
  readonly packages: EnginePackages;
  /** `engine.gpu` of the configuration. */
  readonly wish: AcceleratorWish;
  readonly probe: () => Promise<Omit<MachineFindings, "installed" | "installing">>;
}

/** What this machine can compute with, and what models are loaded with. Looks at the machine each time: drivers come and go. */
export class Accelerators {
  readonly #options: AcceleratorsOptions;
  readonly #didChange = new Emitter<void>();

  /** Fires when a package was fetched or removed. */
  readonly onDidChange = this.#didChange.event;

  constructor(options: AcceleratorsOptions) {
    this.#options = options;
  }

  async list(): Promise<Accelerator[]> {
    return await this.#rows(this.#options.wish);
  }

  async #rows(wish: AcceleratorWish): Promise<Accelerator[]> {
    const { packages, probe } = this.#options;
    const machine = { ...(await probe()), installed: await packages.installed(), installing: packages.installing };
    return chooseAccelerator(machine, wish);
  }

  /** What an engine needs to know to use what is chosen for a wish. */
  async choose(wish: AcceleratorWish): Promise<LoadCommand["accelerator"]> {
    const row = (await this.#rows(wish)).find(({ isChosen }) => isChosen);
    const kind = row?.kind ?? "cpu";
    return { kind, packagesFolder: row?.state === "installed" ? this.#options.packages.folderOf(kind) : null };
  }

  /** @throws see `EnginePackages.install` */
  async install(kind: AcceleratorKind, options: InstallOptions): Promise<void> {
    await this.#options.packages.install(kind, options);
    this.#didChange.fire();
  }

  async remove(kind: AcceleratorKind): Promise<void> {
    await this.#options.packages.remove(kind);
    this.#didChange.fire();
  }
}
