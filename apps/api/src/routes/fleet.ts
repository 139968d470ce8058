import { PoolSchema, WorkerSchema, type PoolRecord, type WorkerRecord } from '@rondel/contracts';
import { Type } from 'typebox';
import type { RoutePlugin } from './route-plugin.js';

export const fleetRoutes: RoutePlugin = async (app, { services: { jobs } }) => {
  app.get(
    '/workers',
    {
      schema: {
        tags: ['fleet'],
        summary: 'All workers, with device, load and last heartbeat',
        response: { 200: Type.Object({ workers: Type.Array(WorkerSchema) }) },
      },
    },
    async () => ({ workers: await jobs.fleet.workers() }),
  );

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
      const pools = names.map(async (name) => poolRecord(name, workers, await jobs.ledger.waiting(name)));
      return { pools: await Promise.all(pools) };
    },
  );
};

function poolRecord(name: string, fleet: readonly WorkerRecord[], waiting: number): PoolRecord {
  const workers = fleet.filter(({ state, pools }) => state === 'running' && pools.includes(name));
  return {
    name,
    workers: workers.length,
    slots: workers.reduce((sum, { concurrency }) => sum + concurrency, 0),
    running: workers.reduce((sum, { running }) => sum + running.length, 0),
    waiting,
  };
}
