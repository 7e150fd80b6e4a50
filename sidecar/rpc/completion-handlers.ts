import type * as z from "zod";
import type { ErrorCode } from "../../contract/errors/catalogue.ts";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { RouteTag } from "../../contract/mesh/routing.ts";
import type { completionsComplete } from "../../contract/rpc/completions.ts";
import { virtualModel } from "../router/aliases.ts";
import type { Router } from "../router/router.ts";
import { CompletionSink } from "./completion-sink.ts";
import type { RequestHandlers } from "./session.ts";

type Asked = z.infer<typeof completionsComplete.params>;
type Completion = z.infer<typeof completionsComplete.result>;

/** Who asks, in queue and request log: one for all windows, behind everybody who waits for an answer. */
const caller = { client: "ghost text", priority: "background" } as const;

/** Why nobody is asked where the router may choose: all of them mean that there is no such model now. */
const nobody: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["not_supported_by_model", "no_place", "unknown_model"]);

/** Texts for gaps, by a deadline. */
export function createCompletionHandlers({
  router,
}: {
  readonly router: Pick<Router, "route">;
}): Pick<RequestHandlers, "completionsComplete"> {
  return { completionsComplete: async (asked, { signal }) => await complete(router, asked, signal) };
}

async function complete(router: Pick<Router, "route">, asked: Asked, signal: AbortSignal): Promise<Completion> {
  const { model, deadlineMs, workspacePrivacy } = asked;
  let from: Pick<RouteTag, "backend" | "model"> = { backend: null, model: null };
  const sink = new CompletionSink(() => from.backend ?? "");
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new MeshError("cancelled", {})), deadlineMs);
  const result = (finishReason: Completion["finishReason"]): Completion => {
    const { text, usage, timing } = sink;
    return { text, finishReason, backend: from.backend, model: from.model, usage, timing };
  };
  try {
    await router.route(
      {
        path: "/v1/completions",
        body: Buffer.from(JSON.stringify(bodyOf(asked))),
        caller,
        // Whoever types wants the next text soon, whatever is best for whole answers.
        wishes: { workspacePrivacy, onlyLoaded: model === null ? "everywhere" : "here", strategy: "auto" },
        onRoute: (tag) => {
          from = tag;
        },
      },
      sink,
      AbortSignal.any([signal, late.signal]),
    );
    await sink.ended;
    return result(sink.finishReason);
  } catch (error) {
    signal.throwIfAborted();
    if (late.signal.aborted) return result("deadline");
    if (model === null && error instanceof MeshError && nobody.has(error.code)) {
      throw new MeshError("no_infill_model", {}, { cause: error });
    }
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** At the end of a file there is still a gap to fill: before its last line break. */
const bodyOf = ({ model, prefix, suffix, maxTokens, stop }: Asked): object => ({
  model: model ?? virtualModel,
  prompt: prefix,
  suffix: suffix === "" ? "\n" : suffix,
  max_tokens: maxTokens,
  ...(stop.length === 0 ? {} : { stop }),
  // The likeliest text is the one to show, and the same each time.
  temperature: 0,
  stream: true,
  stream_options: { include_usage: true },
});
