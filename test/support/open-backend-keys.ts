import { BackendKeys, type BackendKeysOptions } from "../../sidecar/secrets/backend-keys.ts";
import { ManualClock } from "./manual-clock.ts";
import { RecordingLog } from "./recording-log.ts";
import { StandInKeyring } from "./stand-in-keyring.ts";

/** Keys as a node on a desktop has them: in the file, unless the options say otherwise. */
export async function openBackendKeys(
  stateFolder: string,
  options: Partial<BackendKeysOptions> = {},
): Promise<BackendKeys> {
  return await BackendKeys.open({
    stateFolder,
    keyring: new StandInKeyring(),
    wish: "file",
    surroundings: { platform: "linux", hasOwnHome: false, hasSession: true },
    clock: new ManualClock(),
    log: new RecordingLog(),
    ...options,
  });
}
