import { seenBy } from '../access/seen-by.js';
import {
  isRondelError,
  isTerminal,
  jobFilterFields,
  JobCountsSchema,
  JobSelectionSchema,
  mostSelected,
  SelectionAnswerSchema,
  ErasedSelectionSchema,
  type ErasedSelection,
  type JobFilter,
  type JobSelection,
  type JobState,
  type SelectionAnswer,
} from '@rondel/contracts';
import { jobNotFound, laterJob, type FoundJobs } from '@rondel/jobs';
import { Type } from '@rondel/contracts/schema';
import type { FastifyRequest } from 'fastify';
import { identityOf, type Acting } from '../access/register-access.js';
import { withinProject } from '../access/within-project.js';
import { eraseJobs } from './erase-job.js';
import { runAgain } from './run-again.js';
import type { RouteServices, SeenServices } from '../services.js';
import type { RoutePlugin } from '../http/route-plugin.js';

/** Jobs that are run again at the same time. */
const atOnce = 8;

interface Selected extends FoundJobs {
  /** Those of the ids that are jobs of other projects. */
  readonly foreign: readonly string[];
}

type Refused = SelectionAnswer['refused'][number];

/** Many jobs at once: how many there are, cancel them, run them again. */
export const jobSelectionRoutes: RoutePlugin = async (app, { services }) => {
  app.get(
    '/jobs/counts',
    {
      schema: {
        operationId: 'countJobs',
        tags: ['jobs'],
        summary: 'How many jobs are in each state',
        querystring: Type.Object(jobFilterFields),
        response: { 200: JobCountsSchema },
      },
    },
    async (request) => services.jobs.ledger.count(withinProject(request, request.query)),
  );

  app.post(
    '/jobs/cancel',
    {
      schema: {
        tags: ['jobs'],
        summary: 'Cancel many jobs',
        description: `At most ${mostSelected} of a filter's jobs in one request. Jobs that have ended stay as they are.`,
        body: JobSelectionSchema,
        response: { 200: SelectionAnswerSchema },
      },
    },
    async (request) => {
      const { cursor, foreign, ids } = await selected(request, (state) => !isTerminal(state), services);
      return withForeign(
        { ...(await cancelSelected(ids, services)), ...(cursor !== undefined && { cursor }) },
        foreign,
      );
    },
  );

  app.post(
    '/jobs/retry',
    {
      schema: {
        tags: ['jobs'],
        summary: 'Run many jobs again',
        description: `At most ${mostSelected} of a filter's jobs in one request; without \`state\` those that have failed or were cancelled. A completed job stays as it is, and a new one names it.`,
        body: JobSelectionSchema,
        response: { 200: SelectionAnswerSchema },
      },
    },
    async (request) => {
      const isMeant = (state: JobState) => state === 'failed' || state === 'cancelled';
      const { cursor, foreign, ids } = await selected(request, isMeant, services);
      return withForeign(
        { ...(await retrySelected(ids, seenBy(request, services))), ...(cursor !== undefined && { cursor }) },
        foreign,
      );
    },
  );

  app.post(
    '/jobs/erase',
    {
      schema: {
        tags: ['jobs'],
        summary: 'Erase many jobs',
        description: `Each as \`DELETE /v1/jobs/{id}?erase=true\` does; what only these jobs name goes with them. At most ${mostSelected} of a filter's jobs in one request, whatever their state. Those that run are cancelled first. Jobs that Redis does not list any more are named by their ids.`,
        body: JobSelectionSchema,
        response: { 200: ErasedSelectionSchema },
      },
    },
    async (request) => {
      const { cursor, foreign, ids } = await selected(request, () => true, services);
      return withForeign(await eraseSelected({ ids, cursor }, services), foreign);
    },
  );
};

const states: readonly JobState[] = ['queued', 'waiting', 'active', 'completed', 'failed', 'cancelled'];

/** A filter that names no state means the states for which there is something to do. */
async function selected(
  request: Acting & Pick<FastifyRequest, 'about'> & { readonly body: JobSelection },
  isMeant: (state: JobState) => boolean,
  services: RouteServices,
): Promise<Selected> {
  const found = await meant(request, isMeant, services);
  request.about = found.ids;
  return found;
}

async function meant(
  request: Acting & { readonly body: JobSelection },
  isMeant: (state: JobState) => boolean,
  services: RouteServices,
): Promise<Selected> {
  const selection = request.body;
  if ('ids' in selection) return ownAmong(request, selection.ids, services);
  const filter: JobFilter = { state: states.filter(isMeant), ...withinProject(request, selection.filter) };
  const found = await services.jobs.ledger.find({ ...filter, limit: mostSelected, cursor: selection.cursor });
  return { ...found, foreign: [] };
}

/** Ids that lead to nothing stay: whoever is told to do something with them says so. */
async function ownAmong(
  request: Pick<FastifyRequest, 'known'>,
  named: readonly string[],
  { owners }: RouteServices,
): Promise<Selected> {
  const identity = identityOf(request);
  const seen = await Promise.all(named.map((id) => owners.isSeen(identity, 'job', id)));
  return { ids: named.filter((_, index) => seen[index]), foreign: named.filter((_, index) => !seen[index]) };
}

/** Jobs of other projects are refused as those that there are not. */
function withForeign<A extends SelectionAnswer>(answer: A, foreign: readonly string[]): A {
  const refused = foreign.map((id): Refused => ({ id, code: 'NOT_FOUND', reason: jobNotFound(id).message }));
  return { ...answer, refused: [...answer.refused, ...refused] };
}

async function cancelSelected(ids: readonly string[], { jobs }: RouteServices): Promise<SelectionAnswer> {
  const { done, refused } = await jobs.cancelAll(ids);
  return {
    done: done.length,
    refused: [...refused].map(([id, state]) => ({ id, ...notCancelled(id, state) })),
  };
}

function notCancelled(id: string, state: JobState | 'missing' | 'later'): Omit<Refused, 'id'> {
  if (state === 'missing') return { code: 'NOT_FOUND', reason: jobNotFound(id).message };
  if (state === 'later') return { code: 'CONFLICT', reason: laterJob(id).message };
  return { code: 'CONFLICT', reason: `Job ${id} is ${state} already.` };
}

async function eraseSelected(
  { ids, cursor }: { readonly ids: readonly string[]; readonly cursor: string | undefined },
  services: RouteServices,
): Promise<ErasedSelection> {
  const { erasures, refused } = await eraseJobs(ids, services);
  const kept = new Map(erasures.flatMap((erasure) => erasure.kept.map((each) => [each.artifact, each] as const)));
  // What is erased is listed no more, so the next page comes after what is still there, or is the first one.
  const next = cursor && ([...refused.keys()].at(-1) ?? cursor);
  return {
    done: erasures.length,
    refused: [...refused].map(([id, { code, message }]) => ({ id, code, reason: message })),
    kept: [...kept.values()],
    ...(next !== undefined && { cursor: next }),
  };
}

async function retrySelected(ids: readonly string[], services: SeenServices): Promise<SelectionAnswer> {
  const refused: Refused[] = [];
  for (let start = 0; start < ids.length; start += atOnce) {
    const answers = await Promise.all(ids.slice(start, start + atOnce).map((id) => retryOne(id, services)));
    refused.push(...answers.flatMap((answer) => answer ?? []));
  }
  return { done: ids.length - refused.length, refused };
}

/** Why it was refused; undefined when it runs again. */
async function retryOne(id: string, services: SeenServices): Promise<Refused | undefined> {
  try {
    await runAgain(id, services);
    return undefined;
  } catch (error) {
    // Where Redis or the store is away, that is no answer about this job.
    if (!isRondelError(error) || error.code === 'SERVICE_UNAVAILABLE') throw error;
    return { id, code: error.code, reason: error.message };
  }
}
