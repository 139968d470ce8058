import {
  ErasureOutlookSchema,
  ErasureSchema,
  isTerminal,
  jobFilterFields,
  JobIdSchema,
  JobPageSchema,
  JobSchema,
  ProvenanceSchema,
  RondelError,
  SubmissionSchema,
  type Job,
} from '@rondel/contracts';
import { endedNews, type JobHead, type SubmittedJob } from '@rondel/jobs';
import { Type } from '@rondel/contracts/schema';
import { eraseJob } from './erase-job.js';
import { erasureOutlook } from './erasure-outlook.js';
import { holdAnswer, waitSeconds, type Hold } from '../http/hold-answer.js';
import { findArchive, findJob, findRecordedJob, presentJob, presentJobs, presentSubmitted } from './job-view.js';
import type { RouteServices, Services } from '../services.js';
import { runAgain } from './run-again.js';
import { acceptSubmission } from './submission/submission.js';
import { claimKey, idempotencyHeader, markReplayed } from '../http/repeatable.js';
import { seenBy } from '../access/seen-by.js';
import { withinProject } from '../access/within-project.js';
import { keyOwner, submitterHeaders, withOwner } from '../access/submitter.js';
import type { RouteApp, RoutePlugin } from '../http/route-plugin.js';

const JobParams = Type.Object({ id: JobIdSchema });
const WaitQuery = Type.Object({ wait: waitSeconds('the job has ended') });

export const jobRoutes: RoutePlugin = async (app, { services }) => {
  submitRoute(app, services);
  listRoute(app, services);
  jobRoute(app, services);
  provenanceRoute(app, services);
  cancelOrEraseRoute(app, services);
  erasureRoute(app, services);
  stopSubjobRoute(app, services);
  retryRoute(app, services);
};

function submitRoute(app: RouteApp, services: RouteServices): void {
  const { jobs } = services;
  app.post(
    '/jobs',
    {
      schema: {
        tags: ['jobs'],
        summary: 'Submit a reconstruction',
        headers: Type.Object({
          ...idempotencyHeader('job'),
          ...submitterHeaders,
        }),
        querystring: WaitQuery,
        body: SubmissionSchema,
        response: { 202: JobSchema },
      },
    },
    async (request, reply) => {
      const submission = withOwner(request);
      const { head, work } = await acceptSubmission(submission, seenBy(request, services));
      const key = await claimKey(jobs, {
        key: request.headers['idempotency-key'],
        owner: keyOwner(submission),
        body: request.body,
      });
      const submit = async () => {
        const submitted = await jobs.submit(head, work, key);
        if (submitted.job.id !== head.id) markReplayed(reply);
        return submitted;
      };
      const job = await submitAndWait(head, submit, { seconds: request.query.wait, raw: request.raw, services });
      return reply.code(202).header('location', `/v1/jobs/${job.id}`).send(job);
    },
  );
}

function listRoute(app: RouteApp, services: RouteServices): void {
  const { jobs } = services;
  app.get(
    '/jobs',
    {
      schema: {
        tags: ['jobs'],
        summary: 'Jobs, newest first',
        description: 'Where there is a `cursor` there may be more, also when the page holds fewer than `limit`.',
        querystring: Type.Object({
          ...jobFilterFields,
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 })),
          cursor: Type.Optional(JobIdSchema),
        }),
        response: { 200: JobPageSchema },
      },
    },
    async (request) => {
      const query = withinProject(request, request.query);
      const page = await jobs.ledger.list({ ...query, limit: query.limit ?? 50 }, (id) =>
        findRecordedJob(id, services),
      );
      return { ...page, jobs: await presentJobs(page.jobs, services) };
    },
  );
}

function jobRoute(app: RouteApp, services: RouteServices): void {
  app.get(
    '/jobs/:id',
    {
      schema: {
        tags: ['jobs'],
        summary: 'One job',
        params: JobParams,
        querystring: WaitQuery,
        response: { 200: JobSchema },
      },
    },
    async ({ params, query, raw }) => {
      const { wait: seconds } = query;
      const job = await (seconds === undefined
        ? findJob(params.id, services)
        : waitForEnd(params.id, { seconds, raw, services }));
      return presentJob(job, services);
    },
  );
}

function provenanceRoute(app: RouteApp, services: RouteServices): void {
  app.get(
    '/jobs/:id/provenance',
    {
      schema: {
        tags: ['jobs'],
        summary: 'How the image was made: enough to make it again',
        params: JobParams,
        response: { 200: ProvenanceSchema },
      },
    },
    async ({ params }) => {
      const { job, provenance } = await findArchive(params.id, services);
      if (provenance) return provenance;
      throw new RondelError('CONFLICT', `Job ${job.id} is ${job.state}: only completed jobs have a provenance.`);
    },
  );
}

function cancelOrEraseRoute(app: RouteApp, services: RouteServices): void {
  const { jobs } = services;
  app.delete(
    '/jobs/:id',
    {
      schema: {
        tags: ['jobs'],
        summary: 'Cancel a job, or erase it',
        description:
          'A running step stops within a second. A job that has ended stays as it is. With `erase` the job is removed for good, with its record, its traces, and those of its images and uploads that nothing else names; the answer is 200 and says what went and what stays. It may be repeated. Whoever asks for the job later gets 410.',
        params: JobParams,
        querystring: Type.Object({ erase: Type.Optional(Type.Boolean({ default: false })) }),
        response: { 200: ErasureSchema, 202: JobSchema },
      },
    },
    async (request, reply) => {
      const { params, query } = request;
      if (query.erase === true) request.deed = 'erase';
      if (query.erase === true) return reply.code(200).send(await eraseJob(params.id, services));
      return reply.code(202).send(await presentJob(await jobs.cancel(params.id), services));
    },
  );
}

function erasureRoute(app: RouteApp, services: RouteServices): void {
  app.get(
    '/jobs/:id/erasure',
    {
      schema: {
        tags: ['jobs'],
        summary: 'What would go with a job that is erased now, and what would stay',
        description:
          'Changes nothing. The job, its record and its traces go in any case. 409 while the same is asked for another job.',
        params: JobParams,
        response: { 200: ErasureOutlookSchema },
      },
    },
    ({ params }) => erasureOutlook(params.id, services),
  );
}

function stopSubjobRoute(app: RouteApp, services: RouteServices): void {
  const { jobs } = services;
  app.delete(
    '/jobs/:id/subjobs/:subjob',
    {
      schema: {
        tags: ['jobs'],
        summary: 'Stop one sub-job',
        description:
          'It stops within a second, and the job ends as cancelled with an error that names the sub-job, unless `again` is true. A job that has ended stays as it is.',
        params: Type.Object({
          id: JobIdSchema,
          subjob: Type.String({
            pattern: '^(0|[1-9][0-9]{0,3})\\.(0|[1-9][0-9]{0,5})$',
            description: '`<stage>.<block>`, as in `steps[].subjobs[].id`.',
          }),
        }),
        querystring: Type.Object({
          again: Type.Optional(
            Type.Boolean({
              default: false,
              description: 'Starts this sub-job once more, in a fresh process, without using up an attempt.',
            }),
          ),
        }),
        response: { 202: JobSchema },
      },
    },
    async ({ params: { id, subjob }, query: { again = false } }, reply) =>
      reply.code(202).send(await presentJob(await jobs.stopSubjob(id, { subjob, again }), services)),
  );
}

function retryRoute(app: RouteApp, services: RouteServices): void {
  app.post(
    '/jobs/:id/retry',
    {
      schema: {
        tags: ['jobs'],
        summary: 'Run an ended job again',
        description:
          'One that has failed or was cancelled goes on under its id. The result of a completed one stays as it is: the answer is a new job, which names the old one as `rerunOf`.',
        params: JobParams,
        response: { 202: JobSchema },
      },
    },
    async (request, reply) => {
      const job = await runAgain(request.params.id, seenBy(request, services));
      return reply.code(202).header('location', `/v1/jobs/${job.id}`).send(job);
    },
  );
}

interface Wait extends Omit<Hold, 'id'> {
  readonly services: RouteServices;
}

/** The job as it is once it is submitted, or after that when it has ended, time is up, or nobody waits any more. */
async function submitAndWait(
  head: JobHead,
  submit: () => Promise<SubmittedJob>,
  { seconds, ...wait }: Omit<Wait, 'seconds'> & { readonly seconds: number | undefined },
): Promise<Job> {
  const { services, raw } = wait;
  if (seconds === undefined) return presentSubmitted(await submit(), head, services);
  let submitted: SubmittedJob | undefined;
  // News of the end is awaited before there is a job, so that nobody has to look whether it has ended already.
  const ended = await holdAnswer(services.jobs.news, { id: endedNews(head.id), seconds, raw }, async () => {
    if (submitted !== undefined) return findEnded(submitted.job.id, services);
    submitted = await submit();
    // An idempotency key may stand for an older job.
    return submitted.job.id === head.id ? undefined : waitForEnd(submitted.job.id, { seconds, ...wait });
  });
  if (ended !== undefined) return presentJob(ended, services);
  const { job } = submitted ?? (await submit());
  return presentJob(await findJob(job.id, services), services);
}

/** Resolves with the job as it is when it has ended, when time is up, or when nobody waits any more. Throws `NOT_FOUND`. */
async function waitForEnd(id: string, { seconds, raw, services }: Wait): Promise<Job> {
  // Nothing else that happens to the job matters to whoever waits, so it is not looked at for that.
  const hold = { id: endedNews(id), seconds, raw };
  return (await holdAnswer(services.jobs.news, hold, () => findEnded(id, services))) ?? findJob(id, services);
}

async function findEnded(id: string, services: Services): Promise<Job | undefined> {
  const job = await findJob(id, services);
  return isTerminal(job.state) ? job : undefined;
}
