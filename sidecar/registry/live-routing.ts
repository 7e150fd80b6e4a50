import { isDeepStrictEqual } from "node:util";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { ConfigurationFile } from "./configuration-file.ts";
import { editRouting } from "./edit-routing.ts";
import type { RoutingSettings } from "./routing-settings.ts";

/**
 * The routing settings as they are at this moment: whoever routes asks here each time, so that a change counts from the
 * next request on and no open answer notices. Every change goes through `config.yaml`.
 */
export class LiveRouting {
  readonly #file: ConfigurationFile;

  constructor(file: ConfigurationFile) {
    this.#file = file;
  }

  get settings(): RoutingSettings {
    return this.#file.configuration.routing;
  }

  /**
   * Changes global strategy, global privacy and aliases. `change` may be called again, and refuses by throwing.
   *
   * @throws MeshError `configuration_uneditable`, `configuration_invalid`, `folder_unwritable`, and what `change` throws
   */
  async edit(change: (current: RoutingSettings) => RoutingSettings): Promise<void> {
    const { path } = this.#file;
    await this.#file.edit((document, current) => {
      const after = change(current.routing);
      const isWritten = editRouting(document, current.routing, after);
      // By an anchor, one line may stand for several things: nothing else may change.
      const wanted = { ...current, routing: after };
      if (isWritten && isDeepStrictEqual(this.#file.parse(document.toString()), wanted)) return;
      throw new MeshError("configuration_uneditable", { path, key: "routing" });
    });
  }
}
