import {
  DemandSchema,
  EngineNameSchema,
  FleetSchema,
  PoolNameSchema,
  PoolSchema,
  RondelError,
  WorkerSchema,
  type PoolRecord,
  type Requirements,
  type WorkerRecord,
} from '@rondel/contracts';
import { Type, type Static } from '@rondel/contracts/schema';
import type { Jobs } from '@rondel/jobs';
import type { Visible } from '../access/owners.js';
import { seenBy } from '../access/seen-by.js';
import { mixedBuilds } from './mixed-builds.js';
import type { RouteApp, RoutePlugin } from '../http/route-plugin.js';
import type { RouteServices } from '../services.js';

const PoolParams = Type.Object({ pool: PoolNameSchema });

const NamesSchema = Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { maxItems: 32 });

/** What a worker would have that whoever asks can start; each list as a parameter that is repeated. */
const StartableQuery = Type.Object({
  label: Type.Optional(
    Type.Array(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}=.{0,200}$' }), {
      maxItems: 32,
      description: 'Labels that a worker would have that could be started here, such as `gpu=a100`.',
    }),
  ),
  dataRoot: Type.Optional({ ...NamesSchema, description: 'Data roots that it would have.' }),
  package: Type.Optional({ ...NamesSchema, description: 'Packages beside those of Rondel that it would have.' }),
  engine: Type.Optional({ ...EngineNameSchema, description: 'Engine that it would have.' }),
});

const WorkerParams = Type.Object({
  id: Type.String({ pattern: '^[a-z0-9-]{1,300}$', description: 'Id of a worker.' }),
});

export const fleetRoutes: RoutePlugin = async (app, { services }) => {
  workersRoute(app, services);
  poolsRoute(app, services);
  drainRoute(app, services);
  demandRoute(app, services);
  forgetPoolRoute(app, services);
  pauseRoute(app, services);
  resumeRoute(app, services);
};

function workersRoute(app: RouteApp, services: RouteServices): void {
  const { jobs } = services;
  app.get(
    '/workers',
    {
      schema: {
        tags: ['fleet'],
        summary: 'All workers, with device, load and last heartbeat',
        response: { 200: FleetSchema },
      },
    },
    async (request) => {
      const [workers, apis] = await Promise.all([jobs.fleet.workers(), jobs.apis.list()]);
      const mixed = mixedBuilds({ workers, apis });
      const { visible } = seenBy(request, services);
      const seen = await Promise.all(workers.map((worker) => withSeenJobs(worker, visible)));
      return { workers: seen, apis, ...(mixed !== undefined && { mixed }) };
    },
  );
}

/** Of jobs of other projects only how many there are. */
async function withSeenJobs(worker: WorkerRecord, visible: Visible): Promise<WorkerRecord> {
  const seen = await Promise.all(worker.running.map((id) => visible.isSeen('job', id)));
  const running = worker.running.filter((_, index) => seen[index]);
  const others = worker.running.length - running.length;
  return others === 0 ? worker : { ...worker, running, runningElsewhere: others };
}

function poolsRoute(app: RouteApp, services: RouteServices): void {
  const { jobs } = services;
  app.get(
    '/pools',
    {
      schema: {
        tags: ['fleet'],
        summary: 'All pools, with their workers and what waits for them',
        response: { 200: Type.Object({ pools: Type.Array(PoolSchema) }) },
      },
    },
    async () => {
      const [names, workers] = await Promise.all([jobs.fleet.pools(), jobs.fleet.workers()]);
      const pools = names.map(async (name) => {
        const [waiting, { paused }] = await Promise.all([jobs.ledger.waiting(name), jobs.pools.demand(name)]);
        return poolRecord(name, workers, { waiting, paused });
      });
      return { pools: await Promise.all(pools) };
    },
  );
}

function drainRoute(app: RouteApp, services: RouteServices): void {
  const { jobs } = services;
  app.post(
    '/workers/:id/drain',
    {
      schema: {
        tags: ['fleet'],
        summary: 'Ask a worker to leave',
        description:
          'As SIGTERM does: it takes nothing more, finishes what it runs within its grace period, hands back the rest and ends. Answers at once, with the worker as it was before.',
        params: WorkerParams,
        response: { 202: WorkerSchema },
      },
    },
    async (request, reply) => {
      const worker = await jobs.fleet.requestDrain(request.params.id);
      return reply.code(202).send(await withSeenJobs(worker, seenBy(request, services).visible));
    },
  );
}

function demandRoute(app: RouteApp, services: RouteServices): void {
  const { jobs } = services;
  app.get(
    '/pools/:pool/demand',
    {
      schema: {
        tags: ['fleet'],
        summary: 'What a pool has to do, for autoscalers',
        description:
          '`slots` is the number to scale by: divided by the concurrency of a worker, it is how many workers the pool can use; 0 when there is nothing to do, also for a pool that nobody knows yet. Say in the query what a worker would have that you can start: work for its labels then counts although no such worker was ever there.',
        params: PoolParams,
        querystring: StartableQuery,
        response: { 200: DemandSchema },
      },
    },
    async ({ params, query }) => jobs.pools.demand(params.pool, startable(query)),
  );
}

function forgetPoolRoute(app: RouteApp, services: RouteServices): void {
  const { jobs } = services;
  app.delete(
    '/pools/:pool',
    {
      schema: {
        tags: ['fleet'],
        summary: 'Forget a pool that was declared, or whose workers are gone',
        description:
          'Refused while it has workers or work. A pool that an API declares when it starts comes back with that API.',
        params: PoolParams,
        response: { 204: Type.Null() },
      },
    },
    async ({ params: { pool } }, reply) => {
      await forgetPool(pool, jobs);
      return reply.code(204).send(null);
    },
  );
}

function pauseRoute(app: RouteApp, services: RouteServices): void {
  const { jobs } = services;
  app.post(
    '/pools/:pool/pause',
    {
      schema: {
        tags: ['fleet'],
        summary: 'Start nothing new in a pool',
        description: 'Running jobs go on, waiting jobs keep their place, new ones are accepted and wait.',
        params: PoolParams,
        response: { 200: DemandSchema },
      },
    },
    async ({ params }) => jobs.pools.pause(params.pool),
  );
}

function resumeRoute(app: RouteApp, services: RouteServices): void {
  const { jobs } = services;
  app.post(
    '/pools/:pool/resume',
    {
      schema: {
        tags: ['fleet'],
        summary: 'Let a paused pool go on',
        params: PoolParams,
        response: { 200: DemandSchema },
      },
    },
    async ({ params }) => jobs.pools.resume(params.pool),
  );
}

/** Throws `NOT_FOUND`, and `CONFLICT` for one that has workers or work, or is always there. */
async function forgetPool(pool: string, { fleet, pools, ledger }: Jobs): Promise<void> {
  const refuse = (why: string) => new RondelError('CONFLICT', `Pool "${pool}" can't be forgotten: ${why}.`);
  if (pool === 'default') throw refuse('it is always there');
  const [{ runnable, active }, waiting, workers] = await Promise.all([
    pools.demand(pool),
    ledger.waiting(pool),
    fleet.workers(),
  ]);
  const serving = workers.filter((worker) => worker.state !== 'lost' && worker.pools.includes(pool));
  if (serving.length > 0)
    throw refuse(`it has ${serving.length} workers, such as ${serving[0]?.id ?? ''}; drain them first`);
  if (runnable + active + waiting > 0)
    throw refuse(`it has ${Math.max(runnable, waiting) + active} jobs; cancel them or let them end first`);
  await fleet.forget(pool);
}

/** Undefined where nothing was said. */
function startable(query: Static<typeof StartableQuery>): Requirements | undefined {
  const { label = [], dataRoot, package: packages, engine } = query;
  if (Object.keys(query).length === 0) return undefined;
  return {
    labels: Object.fromEntries(label.map(keyAndValue)),
    ...(dataRoot !== undefined && { roots: dataRoot }),
    ...(packages !== undefined && { packages }),
    ...(engine !== undefined && { engine }),
  };
}

/** The schema has seen to it that there is a key. */
function keyAndValue(text: string): [string, string] {
  const at = text.indexOf('=');
  return [text.slice(0, at), text.slice(at + 1)];
}

function poolRecord(
  name: string,
  fleet: readonly WorkerRecord[],
  queue: { readonly waiting: number; readonly paused: boolean },
): PoolRecord {
  const workers = fleet.filter(({ state, pools }) => state === 'running' && pools.includes(name));
  return {
    name,
    workers: workers.length,
    slots: workers.reduce((sum, { concurrency }) => sum + concurrency, 0),
    running: workers.reduce((sum, { running }) => sum + running.length, 0),
    ...queue,
  };
}
