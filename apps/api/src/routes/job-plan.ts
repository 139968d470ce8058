import { JobIdSchema, JobPlanSchema } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import { findArchive } from '../job-view.js';
import type { RoutePlugin } from './route-plugin.js';

/** The plan of a job in any state; its provenance exists only once it has completed. */
export const jobPlanRoutes: RoutePlugin = async (app, { services }) => {
  app.get(
    '/jobs/:id/plan',
    {
      schema: {
        tags: ['jobs'],
        summary: 'The exact plan of a job, parameters applied and defaults filled in',
        params: Type.Object({ id: JobIdSchema }),
        response: { 200: JobPlanSchema },
      },
    },
    async ({ params }) => {
      const { work } = await findArchive(params.id, services);
      const { planToml: plan, parameters, asked } = work;
      return { plan, parameters, ...(asked !== undefined && { asked }) };
    },
  );
};
