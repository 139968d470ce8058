import { StoreCheckSchema, StoreCleaningSchema, StoreReportSchema } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import { untilGone } from '../http/until-gone.js';
import type { RoutePlugin } from '../http/route-plugin.js';

const tags = ['store'];
/** The hash of an artifact, or kind and name of another file. */
const afterPattern = '^([0-9a-f]{64}|(shared|checkpoints|parts)/[0-9A-Za-z./-]{1,200})$';

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
              description: 'Measure now instead of answering the last measurement, at most an hour old.',
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
        summary: 'Remove now what is too old; it happens by itself every hour',
        description:
          'Never removed: what jobs that have not ended, untaken inputs of warm algorithms and live plans refer to, and what was uploaded, named or written within the last day.',
        querystring: Type.Object({
          dryRun: Type.Optional(Type.Boolean({ default: false, description: 'Only say what would be removed.' })),
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
        summary: 'Read what lies in the store and compare it with its hashes, some of it with each call',
        description:
          'Artifacts first, then shared results, checkpoints and parts of jobs. A call reads for a few seconds, or one file where that is large. Ask again with `next` as `after` until there is no `next`.',
        querystring: Type.Object({
          after: Type.Optional(Type.String({ pattern: afterPattern, description: '`next` of the call before.' })),
          repair: Type.Optional(
            Type.Boolean({
              default: false,
              description:
                'Move damaged artifacts into the trash, so that an upload or a job that runs again stores them anew, and delete damaged files of the other kinds.',
            }),
          ),
        }),
        response: { 200: StoreCheckSchema },
      },
    },
    ({ query: { after, repair = false } }, reply) => collector.check({ after, repair, signal: untilGone(reply) }),
  );
};
