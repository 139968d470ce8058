import {
  given,
  EmptiedResultsSchema,
  EmptyResultsSchema,
  PropertyPathSchema,
  RondelError,
  type EmptiedResults,
  type EmptyResults,
} from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import { formatPath, isWithin, parsePath, toTree } from '@rondel/plan';
import { identityOf } from '../access/register-access.js';
import { seenBy } from '../access/seen-by.js';
import { resultFamilies, stepsOf } from '@rondel/reco';
import type { SeenServices } from '../services.js';
import { preparePlan } from '../jobs/submission/submission.js';
import { SessionParams } from '../plans/plan-session-calls.js';
import type { RoutePlugin } from '../http/route-plugin.js';

const description =
  'As `empty!` does in Julia: shared results of its steps (`ProcessResultCache`) are forgotten, whatever their input, and computed again when they are needed. Those of other steps and other parameters stay. Results belong to no plan, so a plan of the same project with the same steps up to there misses them too. What is being computed goes on.';

/** Results that jobs leave for each other, forgotten on request. */
export const resultCacheRoutes: RoutePlugin = async (app, { services }) => {
  app.post(
    '/results/empty',
    {
      schema: {
        tags: ['plans'],
        summary: 'Empty the result caches of a plan, or of one node',
        description,
        body: EmptyResultsSchema,
        response: { 200: EmptiedResultsSchema },
      },
    },
    (request) =>
      emptyCaches(request.body, { services: seenBy(request, services), project: identityOf(request).project }),
  );

  app.delete(
    '/plans/:id/cache',
    {
      schema: {
        tags: ['plans'],
        summary: 'Empty the result caches of a session, or of one node',
        description,
        params: SessionParams,
        querystring: Type.Object({ path: Type.Optional(PropertyPathSchema) }),
        response: { 200: EmptiedResultsSchema },
      },
    },
    (request) => {
      const { params, query } = request;
      const { project } = identityOf(request);
      return emptyCaches(
        { plan: { session: params.id }, ...given({ path: query.path }) },
        { services: seenBy(request, services), project },
      );
    },
  );
};

async function emptyCaches(
  { plan, parameters, path }: EmptyResults,
  { services, project }: { readonly services: SeenServices; readonly project: string },
): Promise<EmptiedResults> {
  const { registry, jobs } = services;
  const steps = stepsOf(toTree(await preparePlan({ plan, parameters }, services)), registry);
  const families = resultFamilies(steps, registry, project);
  const wanted = path === undefined ? [] : parsePath(path).filter((name) => name !== 'param');
  const meant = steps.flatMap(({ path: at, cacheSize }, index) => {
    const family = families[index];
    return cacheSize !== undefined && family !== undefined && isWithin(wanted, parsePath(at)) ? [{ at, family }] : [];
  });
  if (meant.length === 0) throw noCache(path === undefined ? undefined : formatPath(wanted));
  return {
    emptied: await jobs.results.empty(meant.map(({ family }) => family)),
    steps: meant.map(({ at }) => at),
  };
}

function noCache(path: string | undefined): RondelError {
  return new RondelError(
    'INVALID_REQUEST',
    `${path ?? 'The plan'} has no step in a ProcessResultCache, so there is nothing to empty.`,
    { at: path },
  );
}
