import { StoreCheckSchema, StoreCleaningSchema, StoreReportSchema } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import type { RoutePlugin } from './route-plugin.js';

const tags = ['store'];

export const storeRoutes: RoutePlugin = async (app, { services: { collector } }) => {
  app.get(
    '/store',
    {
      schema: {
        tags,
        summary: 'What lies in the artifact store, by kind and age, and how long it stays',
        querystring: Type.Object({
          fresh: Type.Optional(
            Type.Boolean({
              default: false,
              description: 'Measure now; else as it was measured last, at most an hour ago.',
            }),
          ),
        }),
        response: { 200: StoreReportSchema },
      },
    },
    ({ query: { fresh = false } }) => collector.report({ fresh }),
  );

  app.post(
    '/store/clean',
    {
      schema: {
        tags,
        summary: 'Remove what is older than it is kept, now; every hour it happens by itself',
        description:
          'Never goes: what jobs that have not ended, inputs of warm algorithms that were not taken, and plan sessions refer to, and what was uploaded, named or written within the last day.',
        querystring: Type.Object({
          dryRun: Type.Optional(Type.Boolean({ default: false, description: 'Only say what would go.' })),
        }),
        response: { 200: StoreCleaningSchema },
      },
    },
    ({ query: { dryRun = false } }) => collector.clean({ dryRun }),
  );

  app.post(
    '/store/check',
    {
      schema: {
        tags,
        summary: 'Read artifacts and compare them with their hashes, a part of the store with each call',
        description:
          'A call reads for a few seconds, or one artifact where that is large. Ask again with `next` as `after` until there is no `next`.',
        querystring: Type.Object({
          after: Type.Optional(Type.String({ pattern: '^[0-9a-f]{64}$', description: '`next` of the call before.' })),
          repair: Type.Optional(
            Type.Boolean({
              default: false,
              description:
                'Move damaged artifacts into the trash, so that an upload or a job that runs again stores them anew.',
            }),
          ),
        }),
        response: { 200: StoreCheckSchema },
      },
    },
    ({ query: { after, repair = false } }, reply) => {
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      return collector.check({ after, repair, signal: gone.signal });
    },
  );
};
