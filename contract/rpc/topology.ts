import * as z from "zod";
import { topologyPatchSchema, topologySnapshotSchema } from "../mesh/topology.ts";
import { trafficChangeSchema, trafficSnapshotSchema } from "../mesh/traffic.ts";
import { notification, request } from "./definition.ts";

/** Starts the feed: this snapshot, then `topology/patch` for every later revision, at most ten a second. */
export const topologySubscribe = request("topology/subscribe", z.object({}), topologySnapshotSchema);

export const topologyUnsubscribe = request("topology/unsubscribe", z.object({}), z.object({}));

export const topologyPatch = notification("topology/patch", topologyPatchSchema);

/** Starts telling what flows: this snapshot, then `topology/traffic` whenever something does, at most four a second. */
export const trafficSubscribe = request("topology/watchTraffic", z.object({}), trafficSnapshotSchema);

export const trafficUnsubscribe = request("topology/unwatchTraffic", z.object({}), z.object({}));

export const topologyTraffic = notification("topology/traffic", trafficChangeSchema);
