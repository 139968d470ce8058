import { JobIdSchema, JobPlanSchema, ResidualsSchema, SubmissionSchema } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import { findArchive } from './job-view.js';
import { submissionOf } from './submission/submission-of.js';
import type { RoutePlugin } from '../http/route-plugin.js';

const JobParams = Type.Object({ id: JobIdSchema });

/** What is known of a job in any state; its provenance exists only once it has completed. */
export const jobPlanRoutes: RoutePlugin = async (app, { services }) => {
  app.get(
    '/jobs/:id/plan',
    {
      schema: {
        tags: ['jobs'],
        summary: 'The exact plan of a job, parameters applied and defaults filled in',
        params: JobParams,
        response: { 200: JobPlanSchema },
      },
    },
    async ({ params }) => {
      const { work } = await findArchive(params.id, services);
      const { planToml: plan, parameters, asked } = work;
      return { plan, parameters, ...(asked !== undefined && { asked }) };
    },
  );

  app.get(
    '/jobs/:id/submission',
    {
      schema: {
        tags: ['jobs'],
        summary: 'What to post to submit the job again, as it is or changed',
        description:
          'The plan by its name with the parameters that were set, or as TOML with them applied. Without the submitter.',
        params: JobParams,
        response: { 200: SubmissionSchema },
      },
    },
    async ({ params }) => submissionOf(await findArchive(params.id, services), services),
  );

  app.get(
    '/jobs/:id/residuals',
    {
      schema: {
        tags: ['jobs'],
        summary: 'How the residual of an iterative job falls, or fell',
        params: JobParams,
        response: { 200: ResidualsSchema },
      },
    },
    async ({ params }) => ({ residuals: [...((await findArchive(params.id, services)).residuals ?? [])] }),
  );
};
