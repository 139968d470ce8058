import {
  NewSessionSchema,
  SessionIdSchema,
  SessionPageSchema,
  SessionSchema,
  throwProblems,
  type NewSession,
} from '@rondel/contracts';
import { printPlan, toTree } from '@rondel/plan';
import { Type } from '@rondel/contracts/schema';
import { identityOf } from '../access/register-access.js';
import { seenBy } from '../access/seen-by.js';
import { projectSeen } from '../access/within-project.js';
import { readPlanWith } from '../jobs/submission/plan-source.js';
import { presentSession, SessionParams, tagVersion } from './plan-session-calls.js';
import { defaultPageLength, pageQuery } from '../http/page-query.js';
import type { RouteApp, RoutePlugin } from '../http/route-plugin.js';
import type { RouteServices } from '../services.js';

/** Plan sessions as a whole: made, read, copied, ended. */
export const planRoutes: RoutePlugin = async (app, { services }) => {
  makeRoute(app, services);
  listRoute(app, services);
  sessionRoute(app, services);
  treeRoute(app, services);
  tomlRoute(app, services);
  forkRoute(app, services);
  closeRoute(app, services);
};

function makeRoute(app: RouteApp, services: RouteServices): void {
  const { plans } = services;
  app.post(
    '/plans',
    {
      schema: {
        tags: ['plans'],
        summary: 'Make a plan live',
        description:
          'The plan may be incomplete; `parameters` are set first, and what follows them through links with them. A session that nobody uses for a day expires. A copy of a session begins as that one is now.',
        body: NewSessionSchema,
        response: { 201: SessionSchema },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const { plan: tree, released, problems } = await readPlanWith(body, seenBy(request, services));
      throwProblems(problems);
      const { project, name: submitter } = identityOf(request);
      const view = await plans.create({ tree, released, project, submitter, name: nameOf(body.plan) });
      return tagVersion(reply, view).code(201).header('location', `/v1/plans/${view.id}`).send(presentSession(view));
    },
  );
}

function listRoute(app: RouteApp, services: RouteServices): void {
  const { plans } = services;
  app.get(
    '/plans',
    {
      schema: {
        tags: ['plans'],
        summary: 'Sessions, newest first',
        description: 'Those that have not expired. Listing them does not keep them.',
        querystring: pageQuery(SessionIdSchema),
        response: { 200: SessionPageSchema },
      },
    },
    async (request) => {
      const { limit = defaultPageLength, cursor } = request.query;
      const { sessions, ...rest } = await plans.list({ limit, cursor, project: projectSeen(request) });
      return { ...rest, sessions: sessions.map((facts) => ({ ...presentSession(facts), plan: facts.plan })) };
    },
  );
}

function sessionRoute(app: RouteApp, services: RouteServices): void {
  const { plans } = services;
  app.get(
    '/plans/:id',
    {
      schema: {
        tags: ['plans'],
        summary: 'One session: version and expiry',
        params: SessionParams,
        response: { 200: SessionSchema },
      },
    },
    async ({ params }, reply) => {
      const view = await plans.read(params.id);
      return tagVersion(reply, view).send(presentSession(view));
    },
  );
}

function treeRoute(app: RouteApp, services: RouteServices): void {
  const { plans } = services;
  app.get(
    '/plans/:id/tree',
    {
      schema: {
        tags: ['plans'],
        summary: 'The plan as a tree',
        params: SessionParams,
        response: { 200: Type.Record(Type.String(), Type.Unknown(), { description: 'Tables of the TOML file.' }) },
      },
    },
    async ({ params }, reply) => {
      const view = await plans.read(params.id);
      return tagVersion(reply, view).send(toTree(view.plan.tree));
    },
  );
}

function tomlRoute(app: RouteApp, services: RouteServices): void {
  const { plans } = services;
  app.get(
    '/plans/:id/toml',
    {
      schema: {
        tags: ['plans'],
        summary: 'The plan as a file',
        description: 'As `savePlan` writes it: `worker` of wrappers is left out.',
        params: SessionParams,
        produces: ['application/toml'],
        response: { 200: Type.String() },
      },
    },
    async ({ params }, reply) => {
      const view = await plans.read(params.id);
      return tagVersion(reply, view)
        .header('content-type', 'application/toml; charset=utf-8')
        .send(printPlan(view.plan.tree, 'toml'));
    },
  );
}

function forkRoute(app: RouteApp, services: RouteServices): void {
  const { plans } = services;
  app.post(
    '/plans/:id/fork',
    {
      schema: {
        tags: ['plans'],
        summary: 'A new session that begins as this one is now',
        params: SessionParams,
        response: { 201: SessionSchema },
      },
    },
    async (request, reply) => {
      const { plan } = await plans.read(request.params.id);
      const { project, name: submitter } = identityOf(request);
      const view = await plans.create({ tree: plan.tree, released: plan.released, project, submitter });
      return tagVersion(reply, view).code(201).header('location', `/v1/plans/${view.id}`).send(presentSession(view));
    },
  );
}

function closeRoute(app: RouteApp, services: RouteServices): void {
  const { plans } = services;
  app.delete(
    '/plans/:id',
    {
      schema: {
        tags: ['plans'],
        summary: 'End a session',
        description: 'Jobs that were submitted from it keep the plan as it was then.',
        params: SessionParams,
        response: { 204: Type.Null() },
      },
    },
    async ({ params }, reply) => {
      await plans.remove(params.id);
      return reply.code(204).send(null);
    },
  );
}

function nameOf(source: NewSession['plan']): string | undefined {
  if (typeof source === 'string' || '_type' in source || !('name' in source)) return undefined;
  return typeof source.name === 'string' ? source.name : undefined;
}
