import { Readable } from 'node:stream';
import { RondelError } from '@rondel/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Services } from '../services.js';

/**
 * Streams an artifact, whole or one range of it. Artifacts never change, so their hash is a strong ETag and caches may
 * keep them for ever.
 *
 * Throws `NOT_FOUND`, and `INVALID_REQUEST` (416) for a range that holds no byte of it.
 */
export async function sendArtifact(
  sha256: string,
  {
    request,
    reply,
    store,
    mediaType,
  }: {
    request: FastifyRequest;
    reply: FastifyReply;
    store: Services['store'];
    mediaType: string;
  },
): Promise<FastifyReply> {
  // Whoever asks with HEAD whether it has to be uploaded is about to name it.
  const found = request.method === 'HEAD' ? await store.touch(sha256) : await store.stat(sha256);
  if (!found) throw await missingArtifact(sha256, store);
  const etag = `"${sha256}"`;
  reply
    .header('accept-ranges', 'bytes')
    .header('etag', etag)
    .header('cache-control', 'private, max-age=31536000, immutable')
    .type(mediaType);
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  const range = parseRange(request.headers.range, found.bytes);
  if (range === 'unsatisfiable') {
    reply.header('content-range', `bytes */${found.bytes}`).removeHeader('etag').removeHeader('cache-control');
    throw new RondelError('INVALID_REQUEST', `The artifact has ${found.bytes} bytes, none of them in the range.`, {
      details: { range: request.headers.range },
    });
  }
  if (range === undefined) {
    reply.header('content-length', found.bytes);
    return reply.send(await bytesFor(request, () => store.open(sha256)));
  }
  return reply
    .code(206)
    .header('content-range', `bytes ${range.start}-${range.end}/${found.bytes}`)
    .header('content-length', range.end - range.start + 1)
    .send(await bytesFor(request, () => store.open(sha256, range)));
}

export function noArtifact(sha256: string): RondelError {
  return new RondelError('NOT_FOUND', `There is no artifact sha256-${sha256}.`);
}

async function missingArtifact(sha256: string, store: Services['store']): Promise<RondelError> {
  const collectedAt = (await store.removedAt(sha256))?.toISOString();
  if (collectedAt === undefined) return noArtifact(sha256);
  const message = `The artifact sha256-${sha256} was removed from the store on ${collectedAt}, as old data is. Upload it again.`;
  return new RondelError('NOT_FOUND', message, { details: { collectedAt } });
}

/** HEAD answers the same headers; an empty stream keeps Fastify from replacing the length. */
async function bytesFor(request: FastifyRequest, open: () => Promise<Readable>): Promise<Readable> {
  return request.method === 'HEAD' ? Readable.from([]) : open();
}

/** First and last byte, both included, as RFC 9110 has them. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** One range of `Range: bytes=...`; several ranges or another unit are ignored, as RFC 9110 allows. */
export function parseRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(size - 1, Number(last));
  return start > end || start >= size ? 'unsatisfiable' : { start, end };
}
