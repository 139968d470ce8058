import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { JobIdSchema, RondelError, type Job } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import { findJob, requireImage } from './job-view.js';
import type { Services } from '../services.js';
import type { RoutePlugin } from '../http/route-plugin.js';

const mediaType = 'image/png';

export const jobPreviewRoutes: RoutePlugin = async (app, { services }) => {
  app.get(
    '/jobs/:id/preview',
    {
      schema: {
        tags: ['jobs'],
        summary: 'A small picture of the image as it is now',
        description:
          'An 8-bit PNG of one slice, of at most 256 x 256 pixels: while a job iterates and after it, its newest preview; once it has completed, that of the result. 404 when there is none.',
        params: Type.Object({ id: JobIdSchema }),
        querystring: Type.Object({
          sha256: Type.Optional(
            Type.String({
              maxLength: 64,
              description:
                'Of the last preview (`preview.sha256` of the job): that one also when the job has completed. Any other is for caches only.',
            }),
          ),
        }),
        produces: [mediaType],
      },
    },
    async (request, reply) => {
      const job = await findJob(request.params.id, services);
      await requireImage(job, services);
      const picture = await pictureOf(job, request.query.sha256, services);
      const etag = `"${createHash('sha256').update(picture).digest('hex')}"`;
      reply.header('etag', etag).header('cache-control', 'private, no-cache').type(mediaType);
      return request.headers['if-none-match'] === etag ? reply.code(304).send() : reply.send(picture);
    },
  );
};

async function pictureOf(
  { id, state, result, preview }: Job,
  wanted: string | undefined,
  { store }: Services,
): Promise<Uint8Array> {
  const final = result?.preview?.replace('artifact:sha256-', '');
  if (final !== undefined && (wanted === undefined || wanted !== preview?.sha256))
    return readFile(await store.localPath(final));
  const newest = await store.getPreview(id);
  if (newest !== undefined) return newest;
  throw new RondelError('NOT_FOUND', `Job ${id} is ${state} and has no preview. Only steps that iterate give some.`);
}
