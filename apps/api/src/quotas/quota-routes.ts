import {
  ProjectQuotasSchema,
  ProjectSchema,
  projectOf,
  QuotaReportSchema,
  QuotasSchema,
  SubmitterSchema,
} from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import { identityOf } from '../access/register-access.js';
import { withinProject } from '../access/within-project.js';
import type { RoutePlugin } from '../http/route-plugin.js';

const tags = ['access'];
const ProjectParams = Type.Object({ project: ProjectSchema });

/** What a project may have at most, and how much it has. */
export const quotaRoutes: RoutePlugin = async (app, { services: { jobs } }) => {
  const quotasOf = async (project: string) => {
    const [quotas, defaults] = await Promise.all([jobs.quotas.of(project), jobs.quotas.defaults()]);
    return { project, quotas, defaults };
  };

  app.get(
    '/quota',
    {
      schema: {
        tags,
        summary: 'The quotas of a project and of whoever asks, and how much of them is used',
        description:
          'Without a limit there is none. What the store holds is measured every hour and counted in between. Who has no name, as where nobody logs in, names the submitter.',
        querystring: Type.Object({
          project: Type.Optional({
            ...ProjectSchema,
            description: 'That for which is asked unless given: another of one’s own, and any for an admin.',
          }),
          submitter: Type.Optional({ ...SubmitterSchema, description: 'Whoever has logged in unless given.' }),
        }),
        response: { 200: QuotaReportSchema },
      },
    },
    (request) => {
      const { project: own, name } = identityOf(request);
      const { project = own, submitter = name } = withinProject(request, request.query);
      return jobs.quotas.report(project, submitter);
    },
  );

  app.get(
    '/quotas/:project',
    {
      schema: {
        tags,
        operationId: 'getProjectQuotas',
        summary: 'What a project may have at most',
        params: ProjectParams,
        response: { 200: ProjectQuotasSchema },
      },
    },
    ({ params }) => quotasOf(projectOf(params)),
  );

  app.put(
    '/quotas/:project',
    {
      schema: {
        tags,
        operationId: 'putProjectQuotas',
        summary: 'Say what a project may have at most',
        description:
          'The body takes the place of all that was said of the project before. What there is already stays, also where it is more. Jobs that wait as their project ran too many begin when they may.',
        params: ProjectParams,
        body: QuotasSchema,
        response: { 200: ProjectQuotasSchema },
      },
    },
    async ({ params, body }) => {
      await jobs.quotas.set(projectOf(params), body);
      return quotasOf(projectOf(params));
    },
  );
};
