import { AlgorithmInputSchema, AlgorithmPlanSchema, isTerminal, TakenSchema, TicketSchema } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import { seenBy } from '../access/seen-by.js';
import { holdAnswer, waitSeconds } from '../http/hold-answer.js';
import { AlgorithmParams, callerOf, presentTaken, putInput, RepeatableHeaders } from './algorithm-calls.js';
import type { RoutePlugin } from '../http/route-plugin.js';

const tags = ['algorithms'];

/** A warm algorithm as a whole: what it was made of, and one input from beginning to end. */
export const algorithmReconstructRoutes: RoutePlugin = async (app, { services }) => {
  const { algorithms, ledger, news } = services.jobs;

  app.get(
    '/algorithms/:id/plan',
    {
      schema: {
        tags,
        summary: 'What an algorithm was made of',
        params: AlgorithmParams,
        response: { 200: AlgorithmPlanSchema },
      },
    },
    async ({ params: { id } }) => {
      const { plan: tree, planToml: plan, parameters } = await algorithms.work(id);
      return { plan, tree, parameters };
    },
  );

  app.post(
    '/algorithms/:id/reconstruct',
    {
      schema: {
        tags,
        summary: 'Give it an input and wait for the result of exactly that input',
        description:
          'The input has a place in the order like any other, but `take` does not give out its result. 202: it did not end in time; wait for the job.',
        params: AlgorithmParams,
        headers: RepeatableHeaders,
        querystring: Type.Object({ wait: waitSeconds('this input has ended,') }),
        body: AlgorithmInputSchema,
        response: { 200: TakenSchema, 202: TicketSchema },
      },
    },
    async (request, reply) => {
      const { params, query, body, raw } = request;
      const caller = await callerOf(request, `reconstruct ${params.id}`, services);
      const ticket = await putInput(params.id, body, {
        caller: { ...caller, own: true },
        reply,
        services: seenBy(request, services),
      });
      const ended = await holdAnswer(news, { id: ticket.job, seconds: query.wait ?? 0, raw }, async () => {
        const job = await ledger.get(ticket.job);
        return job === undefined || isTerminal(job.state) ? { job } : undefined;
      });
      if (ended !== undefined) return presentTaken({ ...ticket, ended: ended.job }, services);
      return reply.code(202).header('location', `/v1/jobs/${ticket.job}`).send(ticket);
    },
  );
};
