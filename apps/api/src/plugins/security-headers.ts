import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { FastifyInstance } from 'fastify';
import helmet from 'helmet';
import { isLoopback } from '../access/known-hosts.js';

type Headers = Readonly<ReturnType<ServerResponse['getHeaders']>>;

const setHeaders = helmet({
  // Of what is no page nothing is run or shown, should a browser take it for one. Pages say what they need themselves.
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { 'default-src': "'none'", 'base-uri': "'none'", 'form-action': "'none'", 'frame-ancestors': "'none'" },
  },
  xFrameOptions: { action: 'deny' },
  strictTransportSecurity: false,
});

/**
 * A year in which browsers call this name by TLS alone. Other names below it are somebody else's, and loopback is that of
 * whatever else is developed on the machine.
 */
const transportSecurity = 'max-age=31536000';

/** Sends Helmet's headers with every answer. They are the same for all, so they are worked out once. */
export function registerSecurityHeaders(app: FastifyInstance): void {
  const headers = securityHeaders();
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(headers);
    if (request.protocol === 'https' && !isLoopback(request.hostname)) {
      reply.header('strict-transport-security', transportSecurity);
    }
    done();
  });
}

/** The headers for answers that are made without a request: on the connection, where there is one. */
export function securityHeaders(connection?: Duplex): Headers {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  setHeaders(request, response, (error) => {
    if (error !== undefined) throw new Error('Helmet did not set its headers.', { cause: error });
  });
  // Which name was called is not known there; browsers leave out that of an address by themselves.
  const isSecure = connection instanceof TLSSocket;
  return { ...response.getHeaders(), ...(isSecure && { 'strict-transport-security': transportSecurity }) };
}
