import { StoreCleaningSchema, StoreReportSchema } from '@rondel/contracts';
import { Type } from 'typebox';
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
};
