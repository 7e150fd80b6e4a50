import type * as z from "zod";
import type { PrivacyLabel } from "../../../contract/mesh/privacy-label.ts";
import { modelsCountTokens } from "../../../contract/rpc/models.ts";
import type { NodeClient } from "../../sidecar/node-connection.ts";
import type { AskedPlace } from "./asked-place.ts";
import type { PromptMessage } from "./prompt-parts.ts";

export interface AskTokenCountOptions {
  /** The node that is there. Rejects where there is none: nothing is started to count. */
  readonly client: () => NodeClient;
  readonly workspacePrivacy: () => Promise<PrivacyLabel | null>;
}

type Input = z.infer<typeof modelsCountTokens.params>["input"];

/** Asks the place that the question would go to, and no other. @throws MeshError where it cannot count */
export async function askTokenCount(
  { client, workspacePrivacy }: AskTokenCountOptions,
  { place, messages, signal }: { place: AskedPlace; messages: readonly PromptMessage[]; signal: AbortSignal },
): Promise<number> {
  const privacy = await workspacePrivacy();
  const limit = privacy === null ? {} : { workspacePrivacy: privacy };
  const params = { model: place.model, input: messages as Input, ...place.wishes, ...limit };
  return (await client().request(modelsCountTokens, params, signal)).tokens;
}
