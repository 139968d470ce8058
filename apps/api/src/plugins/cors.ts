import cors from '@fastify/cors';
import { RondelError } from '@rondel/contracts';
import type { FastifyInstance } from 'fastify';

/** What a page may read of an answer beside its body. */
const exposedHeaders = [
  'accept-ranges',
  'content-disposition',
  'content-length',
  'content-range',
  'date',
  'etag',
  'idempotent-replayed',
  'location',
  'retry-after',
  'upload-complete',
  'upload-limit',
  'upload-offset',
];

/** A browser need not ask again for so long. */
const preflightSeconds = 600;

/** Lets pages of the given origins read what the API answers; those of all others may not. */
export async function registerCors(app: FastifyInstance, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return;
  await app.register(cors, {
    origin: [...origins],
    methods: ['GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE'],
    exposedHeaders,
    maxAge: preflightSeconds,
  });
}

/** Origins as browsers write them. Throws `INVALID_REQUEST` for what is none. */
export function checkedOrigins(texts: readonly string[]): string[] {
  return texts.map((text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const isOrigin = url !== undefined && ['http:', 'https:'].includes(url.protocol) && url.href === `${url.origin}/`;
    if (isOrigin) return url.origin;
    throw new RondelError(
      'INVALID_REQUEST',
      `"${text.slice(0, 200)}" is no origin of a page: write scheme, host and port, such as https://lab.example or http://localhost:5173.`,
    );
  });
}
