import { hidePaths, isTerminal, JobIdSchema } from '@rondel/contracts';
import type { Jobs, StoredEvent } from '@rondel/jobs';
import { Type } from '@rondel/contracts/schema';
import { payAttention, sendEvents, stillHere } from '../http/event-stream.js';
import { findJob, presentPreview } from './job-view.js';
import type { RoutePlugin } from '../http/route-plugin.js';

const fromTheBeginning = '0-0';

export const jobEventRoutes: RoutePlugin = async (app, { services }) => {
  app.get(
    '/jobs/:id/events',
    {
      schema: {
        tags: ['jobs'],
        summary: 'What happens to a job, as server-sent events',
        description:
          'Events `state`, `progress`, `preview` (its `links.image` leads to the newest picture), `warning`, `log` and, as the last one, `result`. Resumes after `Last-Event-ID`; without it, begins with the first event.',
        params: Type.Object({ id: JobIdSchema }),
        headers: Type.Object({ 'last-event-id': Type.Optional(Type.String({ pattern: '^[0-9]{1,16}-[0-9]{1,10}$' })) }),
        produces: ['text/event-stream'],
      },
    },
    async (request, reply) => {
      const job = await findJob(request.params.id, services);
      const after = request.headers['last-event-id'] ?? fromTheBeginning;
      const shown =
        services.hidesNames === true ? (data: unknown) => hidePaths(data, job.data) : (data: unknown) => data;
      return sendEvents(reply, eventLines({ id: job.id, after, shown }, services.jobs));
    },
  );
};

/** The events of a job as they come, until it has ended and all has been told. */
interface Following {
  readonly id: string;
  readonly after: string;
  /** What may be told of what has happened. */
  readonly shown: (data: unknown) => unknown;
}

async function* eventLines({ id, after, shown }: Following, { ledger, news }: Jobs): AsyncGenerator<string> {
  const attention = payAttention(news, id);
  try {
    yield ': connected\n\n';
    for (let last = after; ;) {
      // The state is read before the events: once it is terminal, its stream is complete.
      const state = (await ledger.get(id))?.state;
      const events = await ledger.events(id, last);
      for (const event of events) yield eventLine(id, event, shown);
      last = events.at(-1)?.id ?? last;
      if (events.length === 0 && (state === undefined || isTerminal(state))) return;
      if (events.length > 0) continue;
      if (!(await attention.wait())) yield stillHere;
    }
  } finally {
    attention.close();
  }
}

function eventLine(job: string, { id, event }: StoredEvent, shown: Following['shown']): string {
  const data = event.type === 'preview' ? presentPreview(job, event.data) : event.data;
  return `id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(shown(data))}\n\n`;
}
