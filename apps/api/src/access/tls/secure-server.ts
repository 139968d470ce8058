import type { ServerOptions } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { FastifyServerFactory } from 'fastify';
import type { Certificate } from './certificate.js';

/** Who connects and says nothing, or no TLS, is let go after this time. */
const handshakeMs = 10_000;
/** As Fastify has it for servers that it makes itself. */
const keepAliveMs = 72_000;

/** Makes the server of an API that speaks TLS, with `certificate` until its files change. */
export function secureServerFactory(certificate: Certificate, http: ServerOptions): FastifyServerFactory {
  return (handler): Server => {
    const server = createServer({ ...http, ...certificate.context, handshakeTimeout: handshakeMs }, handler);
    server.keepAliveTimeout = keepAliveMs;
    // Uploads take as long as they take; `registerRequestBodies` ends those that stand still.
    server.requestTimeout = 0;
    return server;
  };
}
