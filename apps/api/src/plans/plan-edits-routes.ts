import {
  BuildSchema,
  ClearSchema,
  LinkSchema,
  PropertyPathSchema,
  SessionChangeSchema,
  SessionIdSchema,
  SetAllSchema,
  type BuildAnswer,
} from '@rondel/contracts';
import { planHash, withDefaults, type WatchedPlan, type PlanEdit } from '@rondel/plan';
import type { Registry } from '@rondel/reco';
import type { FastifyReply } from 'fastify';
import { Type } from '@rondel/contracts/schema';
import { planProblems } from '../jobs/submission/plan-source.js';
import { EditHeaders, expectedVersion, presentChange, SessionParams, tagVersion } from './plan-session-calls.js';
import type { RoutePlugin } from '../http/route-plugin.js';

const LinkParams = Type.Object({ id: SessionIdSchema, path: PropertyPathSchema });

interface EditRequest {
  readonly params: { readonly id: string };
  readonly headers: { 'if-match'?: string };
}

/** Changes to several places of a session, its links, and whether it can be built. */
export const planEditRoutes: RoutePlugin = async (app, { services: { plans, registry } }) => {
  const answer = async ({ params, headers }: EditRequest, reply: FastifyReply, edit: PlanEdit) => {
    const edited = await plans.edit(params.id, edit, expectedVersion(headers));
    return tagVersion(reply, edited).send(presentChange(edited));
  };
  const editSchema = { tags: ['plans'], headers: EditHeaders, response: { 200: SessionChangeSchema } };

  app.post(
    '/plans/:id/set-all',
    {
      schema: { ...editSchema, summary: 'Set many properties at once', params: SessionParams, body: SetAllSchema },
    },
    (request, reply) => answer(request, reply, { kind: 'set-all', parameters: request.body }),
  );

  app.post(
    '/plans/:id/clear',
    {
      schema: {
        ...editSchema,
        summary: 'Make every property of the plan, or of a node, missing',
        description: 'Links of what is cleared are gone too.',
        params: SessionParams,
        body: ClearSchema,
      },
    },
    (request, reply) => {
      const { path, keepStructure } = request.body;
      return answer(request, reply, { kind: 'clear', path, keepNodes: keepStructure });
    },
  );

  app.put(
    '/plans/:id/links/:path',
    {
      schema: {
        ...editSchema,
        summary: 'Let a property follow another one until somebody sets it',
        params: LinkParams,
        body: LinkSchema,
      },
    },
    (request, reply) => {
      const { source, function: name } = request.body;
      return answer(request, reply, { kind: 'link', target: request.params.path, source, function: name });
    },
  );

  app.delete(
    '/plans/:id/links/:path',
    { schema: { ...editSchema, summary: 'Let a property follow nothing any more', params: LinkParams } },
    (request, reply) => answer(request, reply, { kind: 'unlink', target: request.params.path }),
  );

  app.post(
    '/plans/:id/build',
    {
      schema: {
        tags: ['plans'],
        summary: 'Whether the plan can be built; if not, everything that is missing or wrong',
        params: SessionParams,
        response: { 200: BuildSchema },
      },
    },
    async ({ params }, reply) => {
      const { plan } = await plans.read(params.id);
      return tagVersion(reply, plan).send(build(plan, registry));
    },
  );
};

function build({ tree, version }: WatchedPlan, registry: Registry): BuildAnswer {
  const problems = planProblems(tree, registry);
  if (problems.length === 0) return { ready: true, version, sha256: planHash(withDefaults(tree, registry.catalog)) };
  return {
    ready: false,
    version,
    problems: problems.map(({ code, message, at }) => ({
      code,
      detail: message,
      ...(at !== undefined && { path: at }),
    })),
  };
}
