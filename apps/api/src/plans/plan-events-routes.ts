import { hidePaths, isRondelError, PropertyPathSchema, ValueTransformSchema } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import { payAttention, sendEvents, stillHere } from '../http/event-stream.js';
import type { RouteServices } from '../services.js';
import { endsWatch, eventsOf, restarted, type Watch } from './sessions/session-events.js';
import { SessionParams } from './plan-session-calls.js';
import type { RoutePlugin } from '../http/route-plugin.js';

export const planEventRoutes: RoutePlugin = async (app, { services }) => {
  app.get(
    '/plans/:id/events',
    {
      schema: {
        tags: ['plans'],
        summary: 'What happens to a session, as server-sent events',
        description:
          'First `open` with the version, then `change` for everything that is set: `{version, path, value}` or `{version, path, missing: true}`, with a transform `{version, path, transform, value}`, in which the value itself is never sent. `property` watches one property, or a node with all that is in it. Resumes after `Last-Event-ID`; after a long absence what happened in between is told as one, or, for the whole plan, as `restart`: read the tree again. `cleared`, the last event, when a node that has the property was cleared: as in Julia its observers are gone. `end` when the session is gone.',
        params: SessionParams,
        querystring: Type.Object({
          property: Type.Optional(PropertyPathSchema),
          transform: Type.Optional(ValueTransformSchema),
        }),
        headers: Type.Object({ 'last-event-id': Type.Optional(Type.String({ pattern: '^[0-9]{1,15}$' })) }),
        produces: ['text/event-stream'],
      },
    },
    async ({ params, query, headers }, reply) => {
      const { plan } = await services.plans.read(params.id);
      // Throws for a property that the plan can't have.
      if (query.property !== undefined) plan.get(query.property);
      const after = headers['last-event-id'] === undefined ? plan.version : Number(headers['last-event-id']);
      return sendEvents(reply, eventLines(params.id, { ...query, after }, services));
    },
  );
};

async function* eventLines(
  id: string,
  watch: Watch & { readonly after: number },
  { plans, jobs, hidesNames = false }: RouteServices,
): AsyncGenerator<string> {
  const attention = payAttention(jobs.news, id);
  const eventLine = (type: string, version: number, data: unknown) =>
    `id: ${version}\nevent: ${type}\ndata: ${JSON.stringify(hidesNames ? hidePaths(data) : data)}\n\n`;
  try {
    let last = watch.after;
    yield eventLine('open', last, { version: last });
    for (;;) {
      const steps = await plans.since(id, last);
      if (steps === undefined) {
        const { plan } = await plans.read(id);
        last = plan.version;
        const { type, data } = restarted(plan, watch);
        yield eventLine(type, last, data);
      }
      for (const step of steps ?? []) {
        last = step.version;
        for (const data of eventsOf(step, watch)) yield eventLine('change', last, data);
        if (!endsWatch(step, watch)) continue;
        yield eventLine('cleared', last, { path: watch.property });
        return;
      }
      if (!(await attention.wait())) yield stillHere;
    }
  } catch (error) {
    if (!isRondelError(error) || error.code !== 'NOT_FOUND') throw error;
    yield `event: end\ndata: ${JSON.stringify({ reason: error.message })}\n\n`;
  } finally {
    attention.close();
  }
}
