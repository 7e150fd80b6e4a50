import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { ConnectionLimiter } from "./connection-limiter.ts";
import { refuseConnection } from "./refuse-connection.ts";

export interface GatewayLimits {
  /** How long a connection may take to send a head, a whole request, or another one. In milliseconds. */
  readonly headMs: number;
  readonly requestMs: number;
  readonly idleMs: number;
  /** How often the first two are checked, in milliseconds. */
  readonly checkMs: number;
  readonly maxConnections: number;
  readonly maxIdleConnections: number;
}

/** Connections that wait to be taken: a thousand clients may come at once, and one too many waits a second. */
export const backlog = 4096;
const defaultLimits: GatewayLimits = {
  headMs: 15_000,
  requestMs: 120_000,
  idleMs: 30_000,
  checkMs: 5000,
  maxConnections: 8192,
  maxIdleConnections: 2048,
};

export interface GatewayServer {
  readonly server: Server;
  readonly connections: ConnectionLimiter;
}

/** A server that does not listen yet, with what keeps its connections within their limits. */
export function createGatewayServer(
  given: Partial<GatewayLimits> | undefined,
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): GatewayServer {
  const limits = { ...defaultLimits, ...given };
  const connections = new ConnectionLimiter({ max: limits.maxConnections, maxIdle: limits.maxIdleConnections });
  const server = createServer(
    {
      maxHeaderSize: 16 * 1024,
      // A whole request must arrive in this time; answers may take as long as they need.
      headersTimeout: limits.headMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.idleMs,
      connectionsCheckingInterval: limits.checkMs,
      noDelay: true,
    },
    handle,
  );
  server.maxConnections = limits.maxConnections;
  server.on("connection", (socket: Socket) => connections.add(socket));
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
    refuseConnection(error, socket, connections.isAnswering(socket));
  });
  return { server, connections };
}
