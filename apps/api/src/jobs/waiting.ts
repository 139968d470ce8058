import { projectOf, type Job, type WorkerRecord } from '@rondel/contracts';
import { firstPlace, meets, needsIn, placesOfWorker, type JobHead, type QueuePlace } from '@rondel/jobs';
import { secondsToStart } from './estimated-start.js';
import type { FleetFacts } from '../fleet/fleet-view.js';
import { outlookOf } from './outlook.js';
import type { RouteServices } from '../services.js';

export type Waiting = NonNullable<Job['waiting']>;

/** Of a job that was submitted a moment ago. */
export interface JustSubmitted {
  readonly head: JobHead;
  /** How many jobs come before it at its place, those included that only other workers can run. */
  readonly before: number;
}

/** Why a job waits; undefined for one that does not. */
export type WaitingExplainer = (job: Job, submitted?: JustSubmitted) => Promise<Waiting | undefined>;

/** Asks for what all jobs have in common only once. */
export function waitingExplainer({ jobs, fleet: view }: RouteServices): WaitingExplainer {
  const facts = once(() => view.facts());
  const paused = oncePerName((pool) => jobs.pools.paused(pool));
  const meanSeconds = oncePerName((pool) => view.meanSeconds(pool));
  /** Also counts what those that can run it take from the other queues of its place. */
  const positionOf = async (
    { queue, place, position, order }: QueuePlace,
    { special, able }: Pick<FleetFacts, 'special'> & { readonly able: readonly WorkerRecord[] },
  ) => {
    if (position === undefined || order === undefined || able.length === 0) return position;
    const taken = special.filter(
      (other) => other.place === place && able.some((worker) => meets(worker, other.requires)),
    );
    const others = [place, ...taken.map((other) => other.queue)].filter((name) => name !== queue);
    return position + (others.length === 0 ? 0 : await jobs.countBefore(order, others));
  };
  return async (job, submitted) => {
    if (!mayWait(job)) return undefined;
    const awaited = mayAwait(job) ? await jobs.ledger.awaited(job.id) : [];
    if (awaited.length > 0) {
      const whose = awaited.length > 1 ? 'results are' : 'result is';
      return { reason: `Waits for job ${listed(awaited)} to complete, whose ${whose} its data.` };
    }
    if (await jobs.quotas.isHeld(job.id)) return { reason: heldBack(job) };
    const [place, { workers, special }, isPaused, mean] = await Promise.all([
      submitted === undefined ? jobs.queuePlace(job.id) : { ...firstPlace(submitted.head), position: submitted.before },
      facts(),
      submitted === undefined ? paused(job.pool) : view.paused(job.pool),
      meanSeconds(job.pool),
    ]);
    if (place === undefined) return undefined;
    const here = workers.filter((worker) => worker.state === 'running' && placesOfWorker(worker).includes(place.place));
    const able = here.filter((worker) => meets(worker, place.requires));
    const position = await positionOf(place, { special, able });
    const shown = position === undefined ? {} : { position };
    if (able.length === 0) return { reason: nobodyCan(place, here), ...shown };
    // A part of a running job that a worker can take is on its way.
    if (job.state === 'active') return undefined;
    if (place.place === job.pool && isPaused) {
      return {
        reason: `Pool "${job.pool}" is paused. Go on with: rondel pools resume ${job.pool}`,
        ...shown,
      };
    }
    if (able.every(({ aside }) => aside !== undefined)) return { reason: allRest(able), ...shown };
    const reason = inLine(job, place, position);
    if (position === undefined || mean === undefined) return { reason, ...shown };
    const line = { job, place: place.place, before: position, able, meanSeconds: mean };
    const outlook = await outlookOf(
      { ...line, ...(place.order !== undefined && { order: place.order }) },
      { jobs, view },
    );
    const seconds = secondsToStart(outlook);
    if (seconds === undefined) return { reason: `${reason} ${notToBeTold}`, ...shown };
    return { reason, ...shown, estimatedStart: roundMoment(seconds, jobs.clock()) };
  };
}

/** It lies on no queue until then. */
function heldBack(job: Job): string {
  return `Project "${projectOf(job)}" or its submitter runs as many jobs as may run, or has computed as long as it may today. It begins when the quota allows it: rondel quota.`;
}

/** Also a job that has begun waits when the next of its parts cannot run. */
function mayWait({ state, steps }: Job): boolean {
  if (state === 'queued' || state === 'waiting') return true;
  const parts = steps.flatMap(({ subjobs = [] }) => subjobs);
  return state === 'active' && parts.length > 0 && parts.every((part) => part.state !== 'active');
}

/** Whether a job may wait for the results of others: it has not begun. */
function mayAwait({ state, attempts, startedAt }: Job): boolean {
  return state === 'waiting' && attempts.made === 0 && startedAt === undefined;
}

function listed(words: readonly string[]): string {
  return new Intl.ListFormat('en-GB').format(words);
}

function nobodyCan({ place, requires = {} }: QueuePlace, here: readonly WorkerRecord[]): string {
  const needs = needsIn(requires).map(({ text, metBy }) => ({ text, having: here.filter(metBy).length }));
  const unmet = needs.filter(({ having }) => having === 0);
  const sentence = ({ text, having }: (typeof needs)[number]) =>
    `needs ${text}, ${having} of ${here.length} workers have it`;
  if (here.length === 0) return nobodyThere(place, needs);
  // Each is there, but nowhere all of them.
  if (unmet.length === 0) return `${needs.map(sentence).join('; ')}; none has all of it`;
  return unmet.map(sentence).join('; ');
}

function nobodyThere(place: string, needs: readonly { readonly text: string }[]): string {
  const needed = needs.map(({ text }) => text).join(', ');
  if (place.startsWith('@worker=')) return `Worker ${place.slice('@worker='.length)} is not there now.`;
  if (place.startsWith('@')) return `No worker runs now. The job needs ${needed}.`;
  const having = needed === '' ? '' : ` The job needs ${needed}.`;
  return `No worker serves pool "${place}" now. Start one with: rondel worker --pool ${place}${having}`;
}

/** Workers say why they begin nothing. */
function allRest(able: readonly WorkerRecord[]): string {
  const [first] = able.flatMap(({ aside }) => aside ?? []);
  const who =
    able.length === 1 ? 'The only worker that can run it takes' : `All ${able.length} workers that can run it take`;
  return `${who} nothing now: ${first?.reason ?? ''}`;
}

const notToBeTold = 'More comes that goes before it than its workers can do, so nobody can tell when it starts.';

function inLine({ state, attempts, labels }: Job, { place }: QueuePlace, position: number | undefined): string {
  if (state === 'waiting') return `Attempt ${attempts.made} was lost; the next one starts in a moment.`;
  if (position === undefined && labels.algorithm !== undefined) {
    return `Inputs of algorithm ${labels.algorithm} run one after the other; this one waits for its turn.`;
  }
  if (position === undefined || position === 0) return 'Next in line for a free worker.';
  const where = place.startsWith('@') ? 'its queue' : `the queue of pool "${place}"`;
  return `${position} ${position === 1 ? 'comes' : 'come'} before it in ${where}.`;
}

const longWaitMs = 60_000;

/** From the next round moment on, so that a list in which nothing else has changed is the same as a moment ago. */
function roundMoment(seconds: number, now: number): string {
  const step = 1000 * seconds < longWaitMs ? 1000 : 10_000;
  return new Date(step * Math.ceil(now / step) + Math.round(1000 * seconds)).toISOString();
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= ask());
}

function oncePerName<T>(ask: (name: string) => Promise<T>): (name: string) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (name) => {
    const answer = answers.get(name) ?? ask(name);
    answers.set(name, answer);
    return answer;
  };
}
