import type { FastifyReply, FastifyRequest } from 'fastify';
import { mostIds, type TrailNote } from '@rondel/telemetry/trail';
import { readingMethods } from '../../plugins/reading-methods.js';
import { rules } from '../rules.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Ids of what it is about, beside that in its address and that in the `Location` of its answer. */
    about: readonly string[];
    /** What it does, where its route does several things. */
    deed: 'erase' | undefined;
    /** Code of the failure that it was answered with. */
    failureCode: string | undefined;
  }
}

/** Requests that hand out what may be of a patient: images, raw data, and what says how images came about. */
const notedReads: readonly string[] = [
  'GET /v1/jobs/:id/result',
  'GET /v1/jobs/:id/preview',
  'GET /v1/jobs/:id/provenance',
  'GET /v1/jobs/:id/submission',
  'GET /v1/jobs/:id/plan',
  'GET /v1/jobs/:id/residuals',
  'GET /v1/sweeps/:id/sheet.png',
  'GET /v1/data/:sha256',
  'GET /v1/data/:sha256/info',
  'GET /v1/data/:sha256/picture',
  'GET /v1/data/info',
  'GET /v1/data/picture',
  'GET /v1/tokens',
  // It changes who the browser is.
  'GET /v1/login/oidc/callback',
];
const unknownReads = notedReads.filter((route) => rules[route] === undefined);
if (unknownReads.length > 0) throw new Error(`There are no routes ${unknownReads.join(', ')} to note.`);

const noted = new Set(notedReads);
const refusals: readonly number[] = [401, 403, 429];

/** Whether a request is noted whatever becomes of it: it changes something, or hands out data. */
export function isNoted(request: FastifyRequest): boolean {
  return !readingMethods.includes(request.method) || noted.has(whatOf(request));
}

export function isRefusal(status: number): boolean {
  return refusals.includes(status);
}

/** What a trail holds of a request: nothing that somebody has written, as a name may be a patient's. */
export function noteOf(request: FastifyRequest, reply: FastifyReply, status: number): TrailNote {
  const { known, ip, id, deed, failureCode } = request;
  const ids = [...new Set([...idsOfAddress(request, status), ...idsOfAnswer(reply), ...request.about])].slice(
    0,
    mostIds,
  );
  return {
    ...(known?.name !== undefined && { who: known.name }),
    ...(known && { via: known.via, role: known.role }),
    ...(known?.token !== undefined && { token: known.token }),
    what: whatOf(request),
    ...(deed !== undefined && { deed }),
    ...(known && { project: known.project }),
    ...(ids.length > 0 && { ids }),
    from: ip,
    status,
    ...(failureCode !== undefined && { code: failureCode }),
    request: id,
  };
}

/** Method and pattern: an address holds what somebody has typed. */
function whatOf({ method, routeOptions }: FastifyRequest): string {
  return `${method} ${routeOptions.url ?? '(no such route)'}`;
}

/** Forms of ids that Rondel makes. */
const ownIds = /^([0-9A-HJKMNP-TV-Z]{26}|[0-9a-f]{64})$/;
/** Names of pools and workers, which operators give: only such as there are. */
const names = /^[\w.:-]{1,128}$/;

function idsOfAddress({ params }: FastifyRequest, status: number): string[] {
  const { id, sha256, upload, pool } = (params ?? {}) as Readonly<Record<string, string | undefined>>;
  return [id, sha256, upload, pool].filter(
    (text): text is string => text !== undefined && (ownIds.test(text) || (status < 400 && names.test(text))),
  );
}

function idsOfAnswer(reply: FastifyReply): string[] {
  const location = reply.getHeader('location');
  const id = typeof location === 'string' ? (location.split('/').at(-1) ?? '') : '';
  return ownIds.test(id) ? [id] : [];
}
