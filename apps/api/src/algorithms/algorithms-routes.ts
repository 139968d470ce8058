import {
  AlgorithmInputSchema,
  AlgorithmSchema,
  AlgorithmSubmissionSchema,
  LeaseRequestSchema,
  LeaseSchema,
  projectOf,
  RondelError,
  TakenSchema,
  TicketSchema,
  type AlgorithmRecord,
} from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import { acceptAlgorithm } from './algorithm-submission.js';
import { holdAnswer, waitSeconds } from '../http/hold-answer.js';
import { seenBy } from '../access/seen-by.js';
import { projectSeen } from '../access/within-project.js';
import { keyOwner, submitterHeaders, withOwner } from '../access/submitter.js';
import {
  AlgorithmParams,
  callerOf,
  LockHeaders,
  presentTaken,
  putInput,
  RepeatableHeaders,
} from './algorithm-calls.js';
import { claimKey, idempotencyHeader, markReplayed } from '../http/repeatable.js';
import type { RouteApp, RoutePlugin } from '../http/route-plugin.js';
import type { RouteServices } from '../services.js';

const tags = ['algorithms'];
export const algorithmRoutes: RoutePlugin = async (app, { services }) => {
  createRoute(app, services);
  listRoute(app, services);
  algorithmRoute(app, services);
  putRoute(app, services);
  takeRoute(app, services);
  lockRoute(app, services);
  unlockRoute(app, services);
  closeRoute(app, services);
};

function createRoute(app: RouteApp, services: RouteServices): void {
  const { algorithms } = services.jobs;
  app.post(
    '/algorithms',
    {
      schema: {
        tags,
        summary: 'Keep an algorithm built on one worker',
        description:
          'It keeps the plan as it is now; later changes of a session or a built-in plan do not reach it. Its worker begins to build it at once. If that fails, its state is `failed`.',
        headers: Type.Object({ ...idempotencyHeader('algorithm'), ...submitterHeaders }),
        body: AlgorithmSubmissionSchema,
        response: { 201: AlgorithmSchema },
      },
    },
    async (request, reply) => {
      const submission = withOwner(request);
      const { head, work } = await acceptAlgorithm(submission, seenBy(request, services));
      const key = await claimKey(services.jobs, {
        key: request.headers['idempotency-key'],
        owner: `algorithm ${keyOwner(submission)}`,
        body: request.body,
      });
      const algorithm = await algorithms.create(head, work, key);
      if (algorithm.id !== head.id) markReplayed(reply);
      return reply.code(201).header('location', `/v1/algorithms/${algorithm.id}`).send(algorithm);
    },
  );
}

function listRoute(app: RouteApp, services: RouteServices): void {
  const { algorithms } = services.jobs;
  app.get(
    '/algorithms',
    {
      schema: {
        tags,
        summary: 'All open algorithms, oldest first',
        response: { 200: Type.Object({ algorithms: Type.Array(AlgorithmSchema) }) },
      },
    },
    async (request) => {
      const project = projectSeen(request);
      const all = await algorithms.list();
      return { algorithms: all.filter((each) => project === undefined || projectOf(each) === project) };
    },
  );
}

function algorithmRoute(app: RouteApp, services: RouteServices): void {
  const { algorithms, news } = services.jobs;
  app.get(
    '/algorithms/:id',
    {
      schema: {
        tags,
        summary: 'Where an algorithm stands',
        params: AlgorithmParams,
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
}

function putRoute(app: RouteApp, services: RouteServices): void {
  app.post(
    '/algorithms/:id/put',
    {
      schema: {
        tags,
        summary: 'Give it an input',
        description: 'Answers at once. The input is an ordinary job, which starts when the one before it has ended.',
        params: AlgorithmParams,
        headers: RepeatableHeaders,
        body: AlgorithmInputSchema,
        response: { 202: TicketSchema },
      },
    },
    async (request, reply) => {
      const { params, body } = request;
      const caller = await callerOf(request, `put ${params.id}`, services);
      const ticket = await putInput(params.id, body, { caller, reply, services: seenBy(request, services) });
      return reply.code(202).header('location', `/v1/jobs/${ticket.job}`).send(ticket);
    },
  );
}

function takeRoute(app: RouteApp, services: RouteServices): void {
  const { algorithms, news } = services.jobs;
  app.post(
    '/algorithms/:id/take',
    {
      schema: {
        tags,
        summary: 'Take the oldest result',
        description:
          'Results come in the order of the inputs, failures in their place, each once. 204: nothing ended in time; ask again. With `Idempotency-Key`, a result whose answer got lost is given out again.',
        params: AlgorithmParams,
        headers: RepeatableHeaders,
        querystring: Type.Object({ wait: waitSeconds('the oldest input has ended,') }),
        response: { 200: TakenSchema, 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { params, query, raw } = request;
      const { id } = params;
      const caller = await callerOf(request, `take ${id}`, services);
      const taken = await holdAnswer(news, { id, seconds: query.wait ?? 0, raw }, () => algorithms.take(id, caller));
      if (taken === undefined) return reply.code(204).send(null);
      if (taken.replayed) markReplayed(reply);
      return presentTaken(taken, services);
    },
  );
}

function lockRoute(app: RouteApp, services: RouteServices): void {
  const { algorithms } = services.jobs;
  app.post(
    '/algorithms/:id/lock',
    {
      schema: {
        tags,
        summary: 'Keep others from putting and taking',
        description:
          'While the lock is held, `put`, `take` and closing need its token in `rondel-lock`. Every use renews it, and its holder may ask for a different time. It runs out by itself.',
        params: AlgorithmParams,
        headers: LockHeaders,
        body: LeaseRequestSchema,
        response: { 200: LeaseSchema },
      },
    },
    async ({ params: { id }, headers, body }) => algorithms.lock(id, body.seconds ?? 60, headers['rondel-lock']),
  );
}

function unlockRoute(app: RouteApp, services: RouteServices): void {
  const { algorithms } = services.jobs;
  app.delete(
    '/algorithms/:id/lock',
    {
      schema: {
        tags,
        summary: 'Give the lock back',
        params: AlgorithmParams,
        headers: LockHeaders,
        response: { 204: Type.Null() },
      },
    },
    async ({ params: { id }, headers }, reply) => {
      const token = headers['rondel-lock'];
      if (token === undefined) {
        throw new RondelError('INVALID_REQUEST', 'Say which lock is meant: put its token into the header rondel-lock.');
      }
      await algorithms.unlock(id, token);
      return reply.code(204).send(null);
    },
  );
}

function closeRoute(app: RouteApp, services: RouteServices): void {
  const { algorithms } = services.jobs;
  app.delete(
    '/algorithms/:id',
    {
      schema: {
        tags,
        summary: 'Close an algorithm',
        description: 'Inputs that have not ended are cancelled; results that were not taken stay with their jobs.',
        params: AlgorithmParams,
        headers: LockHeaders,
        response: { 200: AlgorithmSchema },
      },
    },
    async ({ params: { id }, headers }) => algorithms.close(id, headers['rondel-lock']),
  );
}

function hasCome(what: 'answer' | 'built', { state, ready, pending }: AlgorithmRecord): boolean {
  if (state === 'closed') return true;
  if (what === 'built') return state === 'ready' || state === 'failed';
  return ready > 0 || (state === 'failed' && pending === 0);
}
