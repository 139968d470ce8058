import {
  AlgorithmIdSchema,
  AlgorithmInputSchema,
  AlgorithmSchema,
  AlgorithmSubmissionSchema,
  failure,
  LeaseRequestSchema,
  LeaseSchema,
  RondelError,
  TakenSchema,
  TicketSchema,
  type AlgorithmRecord,
  type Taken,
} from '@rondel/contracts';
import type { CallerFacts, TakenTicket } from '@rondel/jobs';
import { Type, type Static } from '@rondel/contracts/schema';
import { ulid } from 'ulid';
import { acceptAlgorithm, checkRootsOfWorker } from '../algorithm-submission.js';
import { holdAnswer, waitSeconds } from '../hold-answer.js';
import { presentJob } from '../job-view.js';
import type { RouteServices } from '../services.js';
import { resolveData } from '../submission.js';
import { submitterHeaders, withSubmitter } from '../submitter.js';
import type { RoutePlugin } from './route-plugin.js';

const tags = ['algorithms'];
const params = Type.Object({ id: AlgorithmIdSchema });
const headers = Type.Object({
  'rondel-lock': Type.Optional(
    Type.String({ minLength: 1, maxLength: 100, description: 'Token of the lock, while one is held.' }),
  ),
});
const repeatable = Type.Object({
  ...headers.properties,
  'idempotency-key': Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'The same key gives the same answer for a day.' }),
  ),
});

export const algorithmRoutes: RoutePlugin = async (app, { services }) => {
  const { algorithms, news } = services.jobs;

  app.post(
    '/algorithms',
    {
      schema: {
        tags,
        summary: 'Keep an algorithm built on one worker',
        description:
          'The plan is the one of now; later changes of a session or of a built-in plan do not reach it. Its worker begins to build it at once; a fault that shows only then makes its state `failed`.',
        headers: Type.Object(submitterHeaders),
        body: AlgorithmSubmissionSchema,
        response: { 201: AlgorithmSchema },
      },
    },
    async (request, reply) => {
      const { head, work } = await acceptAlgorithm(withSubmitter(request), services);
      const algorithm = await algorithms.create(head, work);
      return reply.code(201).header('location', `/v1/algorithms/${algorithm.id}`).send(algorithm);
    },
  );

  app.get(
    '/algorithms',
    {
      schema: {
        tags,
        summary: 'All open algorithms, oldest first',
        response: { 200: Type.Object({ algorithms: Type.Array(AlgorithmSchema) }) },
      },
    },
    async () => ({ algorithms: await algorithms.list() }),
  );

  app.get(
    '/algorithms/:id',
    {
      schema: {
        tags,
        summary: 'Where an algorithm stands',
        params,
        querystring: Type.Object({
          wait: waitSeconds('what `until` says has happened, or it is closed,'),
          until: Type.Optional(
            Type.Enum(['answer', 'built'], {
              default: 'answer',
              description:
                '`answer`: something can be taken, or nothing ever will. `built`: it was built, or has failed.',
            }),
          ),
        }),
        response: { 200: AlgorithmSchema },
      },
    },
    async ({ params: { id }, query, raw }) => {
      const settled = await holdAnswer(news, { id, seconds: query.wait ?? 0, raw }, async () => {
        const algorithm = await algorithms.get(id);
        return hasCome(query.until ?? 'answer', algorithm) ? algorithm : undefined;
      });
      return settled ?? algorithms.get(id);
    },
  );

  app.post(
    '/algorithms/:id/put',
    {
      schema: {
        tags,
        summary: 'Give it an input',
        description: 'Answers at once. The input is an ordinary job, which starts when the one before it has ended.',
        params,
        headers: repeatable,
        body: AlgorithmInputSchema,
        response: { 202: TicketSchema },
      },
    },
    async ({ params: { id }, headers, body }, reply) => {
      const references = await resolveData(body.data, services);
      await checkRootsOfWorker(id, references, services);
      const input = { ...body, references };
      const ticket = await algorithms.put(id, { job: ulid(), input, ...callerOf(headers) });
      return reply.code(202).header('location', `/v1/jobs/${ticket.job}`).send(ticket);
    },
  );

  app.post(
    '/algorithms/:id/take',
    {
      schema: {
        tags,
        summary: 'Take the oldest result',
        description:
          'Results come in the order of the inputs, failures in their place, each once. 204: nothing had ended in time; ask again. With `Idempotency-Key` a result whose answer got lost on the way is given out again.',
        params,
        headers: repeatable,
        querystring: Type.Object({ wait: waitSeconds('the oldest input has ended,') }),
        response: { 200: TakenSchema, 204: Type.Null() },
      },
    },
    async ({ params: { id }, headers, query, raw }, reply) => {
      const taken = await holdAnswer(news, { id, seconds: query.wait ?? 0, raw }, () =>
        algorithms.take(id, callerOf(headers)),
      );
      return taken === undefined ? reply.code(204).send(null) : presentTaken(taken, services);
    },
  );

  app.post(
    '/algorithms/:id/lock',
    {
      schema: {
        tags,
        summary: 'Keep others from putting and taking in between',
        description:
          'While the lock is held, `put`, `take` and closing need its token in `rondel-lock`. Every use renews it; who holds it may ask for another time. Ends by itself.',
        params,
        headers,
        body: LeaseRequestSchema,
        response: { 200: LeaseSchema },
      },
    },
    async ({ params: { id }, headers, body }) => algorithms.lock(id, body.seconds ?? 60, headers['rondel-lock']),
  );

  app.delete(
    '/algorithms/:id/lock',
    { schema: { tags, summary: 'Give the lock back', params, headers, response: { 204: Type.Null() } } },
    async ({ params: { id }, headers }, reply) => {
      const token = headers['rondel-lock'];
      if (token === undefined) {
        throw new RondelError('INVALID_REQUEST', 'Say which lock is meant: put its token into the header rondel-lock.');
      }
      await algorithms.unlock(id, token);
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/algorithms/:id',
    {
      schema: {
        tags,
        summary: 'Close an algorithm',
        description: 'Inputs that have not ended are cancelled; results that were not taken stay with their jobs.',
        params,
        headers,
        response: { 200: AlgorithmSchema },
      },
    },
    async ({ params: { id }, headers }) => algorithms.close(id, headers['rondel-lock']),
  );
};

function hasCome(what: 'answer' | 'built', { state, ready, pending }: AlgorithmRecord): boolean {
  if (state === 'closed') return true;
  if (what === 'built') return state === 'ready' || state === 'failed';
  return ready > 0 || (state === 'failed' && pending === 0);
}

function callerOf(headers: Static<typeof repeatable>): CallerFacts {
  return { token: headers['rondel-lock'], idempotencyKey: headers['idempotency-key'] };
}

async function presentTaken({ ticket, job, ended }: TakenTicket, services: RouteServices): Promise<Taken> {
  if (ended === undefined) {
    const error = failure('NOT_FOUND', `Job ${job} ended so long ago that only the artifact store has its record.`);
    return { ticket, job, error };
  }
  const { warnings, result, error } = await presentJob(ended, services);
  return { ticket, job, ...(warnings && { warnings }), ...(result && { result }), ...(error && { error }) };
}
