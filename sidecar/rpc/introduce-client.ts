import type * as z from "zod";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { handshake } from "../../contract/rpc/index.ts";
import type { NodeStateFile } from "../registry/node-state.ts";
import type { KeyFile } from "../secrets/key-file.ts";

export interface IntroduceOptions {
  readonly token: KeyFile;
  readonly state: NodeStateFile;
  readonly name: string;
  readonly version: string;
  readonly protocol: number;
  readonly isDraining: () => boolean;
  /** Called when a newer client needs this node's place: finish the open answers, then end. */
  readonly makeRoom: () => void;
}

type Params = z.infer<typeof handshake.params>;
type Result = z.infer<typeof handshake.result>;

/**
 * The first call of a client. Equal protocols work together. Otherwise the older side yields: an older client is told
 * to update; for a newer client this node finishes its answers and ends, and the client starts its own.
 *
 * The token comes first: whoever does not know it learns nothing and causes nothing.
 *
 * @throws MeshError `wrong_control_token`, `client_too_old`, `node_too_old`, `node_draining`
 */
export function introduceClient(options: IntroduceOptions): (params: Params) => Result {
  return (params) => {
    if (!options.token.matches(params.token)) throw new MeshError("wrong_control_token", {});
    const versions = { clientProtocol: params.protocol, nodeProtocol: options.protocol };
    if (params.protocol < options.protocol) throw new MeshError("client_too_old", versions);
    if (params.protocol > options.protocol) {
      options.makeRoom();
      throw new MeshError("node_too_old", versions);
    }
    // Whoever comes now would lose the connection in the middle of a call, unless that is what it comes for.
    if (options.isDraining() && params.client.acceptsDraining !== true) throw new MeshError("node_draining", {});
    const { nodeId } = options.state.content;
    return {
      protocol: options.protocol,
      node: { id: nodeId, name: options.name, version: options.version, pid: process.pid },
    };
  };
}
