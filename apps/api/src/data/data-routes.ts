import { RondelError } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import { identityOf } from '../access/register-access.js';
import { uploadRoom } from '../server/limits.js';
import type { StoredArtifact } from '@rondel/store';
import { sendArtifact } from './send-artifact.js';
import type { RoutePlugin } from '../http/route-plugin.js';

const Sha256Schema = Type.String({ pattern: '^[0-9a-f]{64}$' });
const HashParams = Type.Object({ sha256: Sha256Schema });

export const dataRoutes: RoutePlugin = async (app, { services }) => {
  const { store, jobs, maxUploadBytes, limits, freeBytes } = services;
  // Uploads are streamed into the store; no body is ever held in memory.
  app.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));

  app.put(
    '/data',
    {
      bodyLimit: maxUploadBytes,
      config: { streamed: true },
      schema: {
        tags: ['data'],
        summary: 'Upload raw data',
        description: 'The body is the file itself. The same bytes are stored once.',
        consumes: ['application/octet-stream'],
        headers: Type.Object({
          'rondel-sha256': Type.Optional({ ...Sha256Schema, description: 'Hash the bytes must have.' }),
        }),
        response: {
          '2xx': Type.Object({
            artifact: Type.String({ description: 'The data reference to submit.' }),
            sha256: Type.String(),
            bytes: Type.Integer(),
            existed: Type.Boolean(),
          }),
        },
      },
    },
    async (request, reply) => {
      if (request.headers['content-type'] !== 'application/octet-stream') {
        throw new RondelError('INVALID_REQUEST', 'Send the file itself with Content-Type: application/octet-stream.', {
          details: { mediaType: request.headers['content-type'] ?? '' },
        });
      }
      const expectedSha256 = request.headers['rondel-sha256'];
      const bytes = Number(request.headers['content-length'] ?? 0);
      const room = await uploadRoom({ bytes }, limits, freeBytes);
      const { project } = identityOf(request);
      // Counted before they come, so that many at once get no more than one after the other.
      const left = await jobs.quotas.reserve(project, bytes);
      let stored: StoredArtifact | undefined;
      try {
        stored = await store.put(request.raw, {
          ...room,
          maxBytes: Math.min(room.maxBytes, bytes + Math.max(0, left)),
          project,
          ...(expectedSha256 !== undefined && { expectedSha256 }),
        });
      } finally {
        const come = stored === undefined || stored.existed ? 0 : stored.bytes;
        await jobs.quotas.countStored(project, come - bytes);
      }
      request.about = [stored.sha256];
      return reply.code(stored.existed ? 200 : 201).send({ artifact: `artifact:sha256-${stored.sha256}`, ...stored });
    },
  );

  app.get(
    '/data/:sha256',
    {
      schema: {
        tags: ['data'],
        summary: 'Download an artifact; HEAD says whether it is there',
        description: 'Takes `Range` requests.',
        params: HashParams,
        takesRanges: true,
        produces: ['application/octet-stream'],
      },
    },
    (request, reply) =>
      sendArtifact(request.params.sha256, { request, reply, store, mediaType: 'application/octet-stream' }),
  );
};
