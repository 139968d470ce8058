import { WorkerSchema } from '@rondel/contracts';
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
};
