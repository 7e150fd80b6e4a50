import type { KeyPlaceReason, KeyStoreWish } from "../../../contract/mesh/key-store.ts";
import { sessionBusSocket } from "./session-bus.ts";

/** What of this node's surroundings decides. */
export interface KeySurroundings {
  readonly platform: NodeJS.Platform;
  /** Whether `INFERENCE_MESH_HOME` keeps everything in one folder. */
  readonly hasOwnHome: boolean;
  /** On Linux: whether there is a session's bus, behind which a keyring could be. */
  readonly hasSession: boolean;
}

export interface KeyPlace {
  readonly newKeys: "file" | "keyring";
  readonly why: KeyPlaceReason;
}

/**
 * Where a key goes that is given now. By itself the keyring is chosen only where it asks nobody anything, now or at a later start:
 * macOS asks whenever the program that reads has been updated. A node in a folder of its own leaves nothing outside it.
 */
export function chooseKeyPlace(wish: KeyStoreWish, { platform, hasOwnHome, hasSession }: KeySurroundings): KeyPlace {
  if (wish !== "auto") return { newKeys: wish, why: "set" };
  if (hasOwnHome) return { newKeys: "file", why: "own-home" };
  if (platform !== "linux" && platform !== "win32") return { newKeys: "file", why: "system" };
  if (platform === "linux" && !hasSession) return { newKeys: "file", why: "no-session" };
  return { newKeys: "keyring", why: "answers" };
}

export const keySurroundings = (env: NodeJS.ProcessEnv, platform: NodeJS.Platform): KeySurroundings => ({
  platform,
  hasOwnHome: Boolean(env.INFERENCE_MESH_HOME),
  hasSession: sessionBusSocket(env) !== undefined,
});
