import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RondelError } from '@rondel/contracts';
import { isSameOrigin, type Access } from '../access/known-hosts.js';
import { readingMethods } from './reading-methods.js';

/**
 * Keeps pages of other sites away. A browser sends any page's requests to loopback and private addresses, where no
 * log-in stands in their way:
 *
 * - a page that has its own name point to this machine (DNS rebinding) calls itself the same origin, so every request,
 *   also one that only reads, must name a host that this API has;
 * - simple requests are sent without asking first, so what changes something must come from a page of this API, of an
 *   allowed origin, or from no page at all.
 */
export function registerOwnHost(app: Pick<FastifyInstance, 'addHook'>, access: Access): void {
  app.addHook('onRequest', (request, _reply, done) => {
    done(refusal(request, access));
  });
}

function refusal(request: FastifyRequest, access: Access): RondelError | undefined {
  const { method, headers, protocol } = request;
  if (headers.host === undefined) {
    return new RondelError('INVALID_REQUEST', 'The request names no host, as HTTP/1.1 has it.');
  }
  // Behind a trusted proxy that by which the browser has called it. A page may have written both, where it can reach this API.
  const { host } = request;
  const foreign = [headers.host, host].find((name) => !access.isOwnHost(name));
  if (foreign !== undefined) {
    return new RondelError(
      'FORBIDDEN',
      `This API is not called "${foreign.slice(0, 200)}". Call it by its own name or address, or start it with --allow-host ${nameOf(foreign)}.`,
    );
  }
  if (readingMethods.includes(method)) return undefined;
  const { origin, 'sec-fetch-site': site } = headers;
  if (origin === undefined ? isFromHere(site) : isAllowed(origin, { host, isSecure: protocol === 'https' }, access))
    return undefined;
  const who = origin === undefined ? 'another site' : `"${origin.slice(0, 200)}"`;
  return new RondelError(
    'FORBIDDEN',
    `A page of ${who} may not change anything here. Start the API with --allow-origin and the origin of that page if it may.`,
  );
}

/** `none` is what a person has typed; programs send nothing. */
function isFromHere(site: string | string[] | undefined): boolean {
  return site === undefined || site === 'same-origin' || site === 'none';
}

function isAllowed(
  origin: string,
  { host, isSecure }: { readonly host: string; readonly isSecure: boolean },
  { origins }: Access,
): boolean {
  return origins.includes(origin) || isSameOrigin(origin, host, isSecure);
}

function nameOf(host: string): string {
  const name = host.replace(/:\d*$/, '');
  return /^[\w.-]{1,100}$/.test(name) ? name : 'NAME';
}
