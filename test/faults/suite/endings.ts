import { given, isTerminal, type Job } from '@rondel/contracts';
import type { Redis } from 'ioredis';
import type { Ending } from './load.js';
import type { PatientClient } from './patient-client.js';
import type { AcceptedJob, AcceptedLoad } from './submit-load.js';

export interface EndedJob extends AcceptedJob {
  readonly ending: string;
  readonly attempts: number;
  /** Data reference of the image. */
  readonly image?: string;
}

export interface Endings {
  readonly jobs: readonly EndedJob[];
  readonly broken: readonly string[];
}

const atOnce = 16;

/** Looks at every accepted job: its state, its events, and the sweep that it belongs to. */
export async function readEndings(load: AcceptedLoad, patient: PatientClient, redis: Redis): Promise<Endings> {
  const jobs: EndedJob[] = [];
  const broken: string[] = [];
  for (let start = 0; start < load.jobs.length; start += atOnce) {
    const read = load.jobs.slice(start, start + atOnce).map(async (accepted) => {
      const job = await patient.patiently((client) => client.job(accepted.id));
      const image = job.result?.artifact;
      const ended = { ...accepted, ending: endingOf(job), attempts: job.attempts.made, ...given({ image }) };
      jobs.push(ended);
      broken.push(...problemsOf(ended, job), ...eventProblems(job, await eventsOf(redis, job.id)));
    });
    await Promise.all(read);
  }
  for (const { id, jobs: expected } of load.sweeps) {
    const { total, ended, items } = await patient.patiently((client) => client.sweep(id));
    const found = items.map(({ job }) => job);
    if (total !== expected.length || ended !== total || found.join() !== expected.join()) {
      broken.push(`sweep ${id} has ${total} jobs, ${ended} of them ended; ${expected.length} were accepted`);
    }
  }
  broken.push(...(await unknownJobs(load.jobs, redis)));
  return { jobs, broken };
}

function endingOf({ state, error }: Job): string {
  return state === 'failed' ? `failed ${error?.code ?? 'without a code'}` : state;
}

function problemsOf({ id, kind, ending, allowed, image }: EndedJob, { state, error }: Job): string[] {
  const problems: string[] = [];
  if (!allowed.includes(ending as Ending)) {
    problems.push(`${kind} job ${id} is "${ending}", not "${allowed.join('" or "')}": ${error?.message ?? ''}`);
  }
  if (isTerminal(state) && (state === 'completed') !== (image !== undefined)) {
    problems.push(`${kind} job ${id} is ${state} and has ${image === undefined ? 'no image' : 'an image'}`);
  }
  return problems;
}

interface StreamEvent {
  readonly type: string;
  readonly state?: string;
}

async function eventsOf(redis: Redis, id: string): Promise<StreamEvent[]> {
  const entries = await redis.xrange(`{rondel}:job:${id}:events`, '-', '+');
  return entries.map(([, [, type = '', , data = '{}']]) => ({
    type,
    ...(JSON.parse(data) as { readonly state?: string }),
  }));
}

/** A job ends once: one result, which says what the record says, and nothing after it. */
function eventProblems({ id, state }: Job, events: readonly StreamEvent[]): string[] {
  const results = events.filter(({ type }) => type === 'result');
  const ends = events.filter(
    (event) => event.type === 'state' && ['completed', 'failed', 'cancelled'].includes(event.state ?? ''),
  );
  if (results.length === 1 && ends.length === 1 && results[0]?.state === state && events.at(-1)?.type === 'result') {
    return [];
  }
  const last = events.slice(-6).map(({ type, state: of }) => `${type}${of === undefined ? '' : ` ${of}`}`);
  return [`job ${id} is ${state} and has ${results.length} results and ${ends.length} ends: ... ${last.join(', ')}`];
}

/** What was sent again under its key must not have become a second job. */
async function unknownJobs(accepted: readonly AcceptedJob[], redis: Redis): Promise<string[]> {
  const known = new Set(accepted.map(({ id }) => id));
  const problems = known.size === accepted.length ? [] : ['two requests were given the same job'];
  const found = await redis.zrange('{rondel}:jobs', '0', '-1');
  return [...problems, ...found.filter((id) => !known.has(id)).map((id) => `nobody was told of job ${id}`)];
}
