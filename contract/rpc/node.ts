import * as z from "zod";
import { configurationStateSchema } from "../mesh/configuration-state.ts";
import { hardwareSchema } from "../mesh/hardware.ts";
import { nodeIdSchema } from "../mesh/ids.ts";
import { keyStoreStateSchema } from "../mesh/key-store.ts";
import { modelSummarySchema } from "../mesh/model.ts";
import { notification, request } from "./definition.ts";

export const lifecycleSchema = z.enum(["starting", "ready", "lingering", "draining"]);
export type Lifecycle = z.infer<typeof lifecycleSchema>;

const loopbackUrlSchema = z.string().regex(/^http:\/\/127\.0\.0\.1:\d{1,5}$/);

export const nodeStatusSchema = z.object({
  id: nodeIdSchema,
  name: z.string(),
  version: z.string(),
  protocol: z.number(),
  pid: z.number(),
  /** Version of the Node.js that runs the sidecar. */
  nodeVersion: z.string(),
  lifecycle: lifecycleSchema,
  startedAt: z.string(),
  /** True when the node stays after its last client has left. */
  keepsServing: z.boolean(),
  gateway: z.object({
    /** Loopback and nothing else: clients put it into commands that people paste. */
    url: loopbackUrlSchema,
    keyFile: z.string(),
    /**
     * The configured port when another program has it, otherwise null. Tools that are set up for that port send this
     * node's key to that program.
     */
    takenPort: z.number().nullable(),
    /** The listener that asks for no key. Absent while it is off; without an address when another program has its port. */
    keyless: z.object({ port: z.number(), url: loopbackUrlSchema.nullable() }).optional(),
  }),
  /** Open control connections, this one included. */
  clients: z.number(),
  openRequests: z.number(),
  models: z.array(modelSummarySchema),
  hardware: hardwareSchema,
  folders: z.object({ config: z.string(), data: z.string(), state: z.string(), cache: z.string(), models: z.string() }),
  logFile: z.string(),
  configuration: configurationStateSchema.extend({ path: z.string() }),
  /** Absent from nodes that keep keys in the file alone. */
  keyStore: keyStoreStateSchema.optional(),
});
export type NodeStatus = z.infer<typeof nodeStatusSchema>;

export const nodeStatus = request("node/status", z.object({}), nodeStatusSchema);

/** Keeps the node running without clients until it is told to stop. */
export const nodeKeepServing = request("node/keepServing", z.object({}), z.object({ keepsServing: z.boolean() }));

/**
 * Ends the node after its open answers. Without `force` it fails with `node_in_use` while others are connected;
 * with it, open answers end with an error.
 */
export const nodeStop = request("node/stop", z.object({ force: z.boolean() }), z.object({ stopping: z.literal(true) }));

/** The node ends on purpose: what follows is not a crash, and need not be repaired. */
export const nodeEnding = notification("node/ending", z.object({}));
