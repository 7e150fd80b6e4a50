import type { ToolTrial } from "../../contract/mesh/tool-trial.ts";
import type { OutsideTool } from "../../contract/use-with/outside-tool.ts";
import { errorReason } from "../platform/error-reason.ts";
import { HeardAnswer, parseFields, readRefusal } from "./heard-answer.ts";

export interface ToolTrialOptions {
  readonly tool: OutsideTool;
  readonly model: string;
  /** The gateway's address, without a path. */
  readonly gateway: string;
  readonly key: string;
  readonly signal: AbortSignal;
}

/** An error's body is read up to here, in characters. */
const maxErrorLength = 64 * 1024;

/**
 * Sends what the tool would send, to where it would send it, and says what came back.
 *
 * @throws the signal's reason
 */
export async function tryTool({ tool, model, gateway, key, signal }: ToolTrialOptions): Promise<ToolTrial> {
  const { path, headers, body } = tool.request(model);
  const url = `${gateway}${path}`;
  const startedAt = performance.now();
  const elapsed = (): number => Math.round(performance.now() - startedAt);
  let status: number | null = null;
  const failed = (message: string, error: ReturnType<typeof readRefusal>["error"] = null): ToolTrial => ({
    outcome: "failed",
    url,
    status,
    totalMs: elapsed(),
    error,
    message,
  });
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${key}`, ...headers },
      body: JSON.stringify(body),
      redirect: "manual",
      signal,
    });
    status = response.status;
    if (!response.ok) {
      const { message, error } = readRefusal(parseFields((await response.text()).slice(0, maxErrorLength)) ?? {});
      return failed(message, error);
    }
    const heard = new HeardAnswer(tool.dialect);
    let firstEventMs: number | undefined;
    for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      firstEventMs ??= elapsed();
      heard.push(text);
    }
    if (heard.refused !== undefined) return failed(heard.refused.message, heard.refused.error);
    if (!heard.isWhole) return failed("The answer ended before it was whole.");
    const tag = response.headers.get("x-mesh-route") ?? "";
    return {
      outcome: "answered",
      url,
      backend: tagValue(tag, "backend"),
      model: tagValue(tag, "model"),
      firstEventMs: firstEventMs ?? elapsed(),
      totalMs: elapsed(),
      text: heard.text,
      called: heard.called,
    };
  } catch (error) {
    signal.throwIfAborted();
    return failed(`The gateway did not answer: ${errorReason(error)}.`);
  }
}

/** One value of the header; see `router/route-tag.ts`. */
function tagValue(tag: string, name: string): string | null {
  const value = new RegExp(`(?:^|, )${name}="([^"]*)"`).exec(tag)?.[1];
  return value === undefined ? null : decodeURIComponent(value);
}
