import { processorMs } from "./process-usage.ts";
import { promptOf } from "./prompts.ts";
import type { ServerUnderTest } from "./server-under-test.ts";
import { streamChat } from "./stream-chat.ts";

export interface ThroughputRound {
  readonly tokensPerSecond: number;
  readonly processorMsPerToken: number;
  /** Of that, what is not the model's process: our gateway and router. */
  readonly gatewayMsPerToken: number;
}

const promptTokens = 24;
/** One stream alone gets more, since processor time is told in steps of 10 ms. */
const tokensPerStream = (streams: number): number => (streams === 1 ? 384 : 160);

/** This many streams begin at once; the time runs until the last has ended, reading of the short prompts included. */
export async function measureThroughput(
  server: ServerUnderTest,
  streams: number,
  signal: AbortSignal,
): Promise<ThroughputRound> {
  const maxTokens = tokensPerStream(streams);
  const prompts = Array.from({ length: streams }, () => promptOf(promptTokens));
  const gatewayPids = server.pids.filter((pid) => pid !== server.modelPid);
  const [allBefore, gatewayBefore] = [processorMs(server.pids), processorMs(gatewayPids)];
  const startedAt = performance.now();
  const records = await Promise.all(prompts.map((prompt) => streamChat(server, { prompt, maxTokens, signal })));
  const elapsedMs = Math.max(...records.map(({ endedAt }) => endedAt)) - startedAt;
  const tokens = streams * maxTokens;
  return {
    tokensPerSecond: (tokens * 1000) / elapsedMs,
    processorMsPerToken: (processorMs(server.pids) - allBefore) / tokens,
    gatewayMsPerToken: (processorMs(gatewayPids) - gatewayBefore) / tokens,
  };
}
