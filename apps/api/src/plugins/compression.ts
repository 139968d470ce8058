import { constants } from 'node:zlib';
import compress from '@fastify/compress';
import type { FastifyInstance } from 'fastify';

/** Smaller answers fit into one packet as they are. */
const leastBytes = 1024;
/** Of 11: about as fast as gzip, and smaller. */
const brotliQuality = 4;

/**
 * Text goes out compressed to whoever takes it: JSON, the pages, metrics. Images, arrays and event streams go out as they are,
 * and no request is unpacked, as a few bytes of it could become gigabytes.
 */
export async function registerCompression(app: FastifyInstance): Promise<void> {
  await app.register(compress, {
    globalCompression: true,
    globalDecompression: false,
    threshold: leastBytes,
    encodings: ['br', 'gzip'],
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality } },
    customTypes:
      /^(application\/(openapi\+|problem\+)?json|application\/toml|text\/(html|plain|css|javascript)|image\/svg\+xml)(;|$)/,
  });
}
