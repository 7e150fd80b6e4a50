import * as z from "zod";

/**
 * What a thing of the topology has shown lately: the node itself, a backend, or a model at a backend. Null for what was
 * never observed.
 */
export const trafficFiguresSchema = z.object({
  /** The id in the topology. */
  id: z.string(),
  /** Requests of this node that are on their way there now, those that wait here included. */
  openRequests: z.number(),
  /** Over the last ten seconds. */
  requestsPerSecond: z.number(),
  failuresPerSecond: z.number(),
  /** To the first byte, of the last 64 answers, in milliseconds. */
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
  /** How fast one answer is written: a moving average over streamed answers. */
  tokensPerSecond: z.number().nullable(),
  /** Requests and failures since the node started; whoever leaves before the end is no failure. */
  requests: z.number(),
  failures: z.number(),
});
export type TrafficFigures = z.infer<typeof trafficFiguresSchema>;

/** Requests that have ended at a model since the last message. */
export const trafficFlowSchema = z.object({ id: z.string(), finished: z.number(), failed: z.number() });
export type TrafficFlow = z.infer<typeof trafficFlowSchema>;

/** Five seconds of a thing's history, for a line of its latency. */
export const trafficSpanSchema = z.object({
  /** When it began. */
  at: z.iso.datetime(),
  /** Median time to the first byte; null when nothing was answered. */
  p50Ms: z.number().nullable(),
  requests: z.number(),
  failures: z.number(),
});
export type TrafficSpan = z.infer<typeof trafficSpanSchema>;

/** Who has sent requests: the name of a key, or the kind of connection. */
export const trafficClientSchema = z.object({
  name: z.string(),
  requests: z.number(),
  failures: z.number(),
  lastAt: z.iso.datetime(),
});
export type TrafficClient = z.infer<typeof trafficClientSchema>;

/** Everything that is known when somebody begins to watch. Spans are ascending; the last five minutes at most. */
export const trafficSnapshotSchema = z.object({
  figures: z.array(trafficFiguresSchema),
  history: z.array(z.object({ id: z.string(), spans: z.array(trafficSpanSchema) })),
  /** The latest first; 64 at most. */
  clients: z.array(trafficClientSchema),
});
export type TrafficSnapshot = z.infer<typeof trafficSnapshotSchema>;

/** What has changed since the last message. */
export const trafficChangeSchema = z.object({
  figures: z.array(trafficFiguresSchema),
  flows: z.array(trafficFlowSchema),
  /** Spans that have just ended. */
  spans: z.array(z.object({ id: z.string(), span: trafficSpanSchema })),
  clients: z.array(trafficClientSchema),
});
export type TrafficChange = z.infer<typeof trafficChangeSchema>;
