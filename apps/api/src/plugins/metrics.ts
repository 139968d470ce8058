import type { Demand, StoreReport, WorkerRecord } from '@rondel/contracts';
import { jobSecondsBounds, type EndedJobs } from '@rondel/jobs';
import type { FastifyInstance } from 'fastify';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { RouteServices } from '../services.js';

const httpSecondsBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/**
 * Serves `/metrics` for Prometheus. What tells of jobs and workers is read from Redis when it is asked for, so every
 * API process answers the same; HTTP times are those of this process. Nothing names a job, its data or its labels.
 */
export function registerMetrics(app: FastifyInstance, services: RouteServices): void {
  measureRequests(app);
  app.get(
    '/metrics',
    {
      schema: {
        tags: ['health'],
        summary: 'State of jobs, pools and workers for Prometheus',
        produces: ['text/plain'],
      },
    },
    async (_request, reply) => {
      const fleet = await fleetRegistry(services);
      const text = await Registry.merge([fleet, app.httpMetrics]).metrics();
      return reply.header('content-type', fleet.contentType).send(text);
    },
  );
}

declare module 'fastify' {
  interface FastifyInstance {
    readonly httpMetrics: Registry;
    readonly slowReaders: Counter;
  }
}

/** Routes are named by their pattern: addresses would hold ids, and there is no end of them. */
function measureRequests(app: FastifyInstance): void {
  const registry = new Registry();
  const seconds = new Histogram({
    name: 'rondel_http_request_seconds',
    help: 'Time from a request to the end of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: httpSecondsBounds,
    registers: [registry],
  });
  app.decorate('httpMetrics', registry);
  const slow = new Counter({
    name: 'rondel_slow_readers_total',
    help: 'Readers of event streams that were let go, as they took nothing for half a minute.',
    registers: [registry],
  });
  app.decorate('slowReaders', slow);
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    seconds.observe({ method: request.method, route, status: String(reply.statusCode) }, reply.elapsedTime / 1000);
    done();
  });
}

/** Made anew for every answer, so that pools and workers that are gone leave nothing behind. */
async function fleetRegistry({ jobs, collector }: RouteServices): Promise<Registry> {
  const registry = new Registry();
  const [names, workers, ended] = await Promise.all([jobs.fleet.pools(), jobs.fleet.workers(), jobs.ledger.ended()]);
  const demands = await Promise.all(names.map((name) => jobs.pools.demand(name)));
  addPools(registry, demands, workers);
  addWorkers(registry, workers);
  addDamaged(registry, jobs.damaged());
  addStore(registry, await collector.lastReport());
  await addEndedJobs(registry, ended);
  return registry;
}

function addPools(registry: Registry, demands: readonly Demand[], workers: readonly WorkerRecord[]): void {
  const perPool = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ['pool'], registers: [registry] });
  const waiting = perPool('rondel_pool_waiting', 'Work that waits for a worker.');
  const running = perPool('rondel_pool_running', 'Work that a worker has taken.');
  const wanted = perPool('rondel_pool_slots_wanted', 'Slots that the pool can use now.');
  const slots = perPool('rondel_pool_slots', 'Slots of the workers that serve the pool.');
  const paused = perPool('rondel_pool_paused', '1 while the pool is paused.');
  for (const demand of demands) {
    const { pool } = demand;
    const serving = workers.filter(({ state, pools }) => state === 'running' && pools.includes(pool));
    waiting.set({ pool }, demand.runnable);
    running.set({ pool }, demand.active);
    wanted.set({ pool }, demand.slots);
    slots.set(
      { pool },
      serving.reduce((sum, { concurrency }) => sum + concurrency, 0),
    );
    paused.set({ pool }, demand.paused ? 1 : 0);
  }
}

const workerStates = ['starting', 'running', 'draining', 'lost'] as const;

function addWorkers(registry: Registry, workers: readonly WorkerRecord[]): void {
  const gauge = new Gauge({
    name: 'rondel_workers',
    help: 'Workers by state.',
    labelNames: ['state'],
    registers: [registry],
  });
  for (const state of workerStates) gauge.set({ state }, workers.filter((worker) => worker.state === state).length);
}

function addDamaged(registry: Registry, damaged: ReadonlyMap<string, number>): void {
  const help = 'Records in Redis that this process has found damaged and passed over, by kind; its log names them.';
  const gauge = new Gauge({ name: 'rondel_damaged_records', help, labelNames: ['kind'], registers: [registry] });
  for (const [kind, count] of damaged) gauge.set({ kind }, count);
}

/** Nothing before the store was measured for the first time. */
function addStore(registry: Registry, report: StoreReport | undefined): void {
  const help = 'Bytes in the artifact store by kind, as they were measured last.';
  const bytes = new Gauge({ name: 'rondel_store_bytes', help, labelNames: ['kind'], registers: [registry] });
  for (const usage of report?.kinds ?? []) bytes.set({ kind: usage.kind }, usage.bytes);
}

const jobSeconds = 'rondel_job_seconds';

/**
 * prom-client's own histogram only counts what it observes itself. These counts come from Redis ready made, so a metric
 * without a mind of its own hands them out.
 */
async function addEndedJobs(registry: Registry, ended: readonly EndedJobs[]): Promise<void> {
  const help = 'Jobs that have ended, by pool and state, with the time from their first start to their end.';
  const metric = new Gauge({ name: jobSeconds, help, registers: [registry] });
  const form = await new Histogram({ name: jobSeconds, help, registers: [] }).get();
  const values = ended.flatMap(histogramValues);
  metric.get = () => Promise.resolve({ ...form, values });
}

function histogramValues({ pool, state, count, seconds, within }: EndedJobs) {
  const labels = { pool, state };
  const buckets = jobSecondsBounds.map((le, index) => ({
    metricName: `${jobSeconds}_bucket`,
    labels: { ...labels, le },
    value: within[index] ?? 0,
  }));
  return [
    ...buckets,
    { metricName: `${jobSeconds}_bucket`, labels: { ...labels, le: '+Inf' }, value: count },
    { metricName: `${jobSeconds}_sum`, labels, value: seconds },
    { metricName: `${jobSeconds}_count`, labels, value: count },
  ];
}
