import { failure, quantity } from '@rondel/contracts';
import {
  recordJob,
  type BegunAttempt,
  type BegunSubjob,
  type Subjob,
  type SubjobVerdict,
  type WriteRecord,
} from '@rondel/jobs';
import { runAttempt, type AttemptEnd, type AttemptOptions } from './attempt/attempt.js';
import type { Slot, Slots } from './process/slots.js';
import { endRefused } from './warrants/refuse.js';
import type { JobVerdict, Warrants } from './warrants/warrants.js';
import { dropPassing } from './watch/passing-files.js';

/** A slot may be taken for building an algorithm. A sub-job waits for it so long; after that others get it for a while. */
const inLineMs = 500;
const busyDelayMs = 250;

export interface SubjobRunnerOptions extends Omit<AttemptOptions, 'slot' | 'warranted'> {
  readonly slots: Slots;
  readonly record: WriteRecord;
  /** Whether it is what an API has signed. */
  readonly warrants: Warrants;
  /** Nothing may begin: the worker leaves, or its disk is full. */
  readonly mustNotBegin: () => Promise<boolean>;
  /** Hears of every sub-job that begins, and is called when it is over. */
  readonly onBegin: (subjob: Subjob) => () => void;
  /** Hears how an executor has ended. */
  readonly onRan: (subjob: Subjob, ran: NonNullable<AttemptEnd['ran']>) => void;
}

/** What a worker does with a sub-job that it has taken: begins it in the ledger, runs the attempt, removes what it has left. */
export function subjobRunner(
  options: SubjobRunnerOptions,
): (subjob: Subjob, already?: BegunSubjob<Slot>) => Promise<SubjobVerdict> {
  const { jobs, slots } = options;
  return async (subjob, already) => {
    const slot = already?.place ?? (await slots.reserve(inLineMs));
    if (slot === undefined || (await options.mustNotBegin())) {
      slot?.release();
      if (already?.answer.answer === 'begun') await jobs.ledger.giveBack(already.answer.attempt, 'drained');
      return { kind: 'again', delayMs: busyDelayMs };
    }
    const over: (() => void)[] = [];
    try {
      return await runIn(slot, { subjob, already, onBegun: () => over.push(options.onBegin(subjob)) }, options);
    } finally {
      slot.release();
      for (const tell of over) tell();
    }
  };
}

interface TakenSubjob {
  readonly subjob: Subjob;
  readonly already: BegunSubjob<Slot> | undefined;
  readonly onBegun: () => void;
}

async function runIn(
  slot: Slot,
  { subjob, already, onBegun }: TakenSubjob,
  options: SubjobRunnerOptions,
): Promise<SubjobVerdict> {
  const { jobs, worker, logger, noteRefusal } = options;
  const { job } = subjob;
  const begun = already?.answer ?? (await jobs.ledger.begin(subjob, worker));
  if (begun.answer === 'later') {
    const { version } = begun;
    logger.warn({ job, version }, 'a job of a later version of Rondel is left to others');
    return { kind: 'later', version };
  }
  // What it may have left of an earlier attempt is needed then.
  if (begun.answer === 'held') return { kind: 'done' };
  if (begun.answer === 'forbidden') {
    noteRefusal('job', job);
    logger.error({ job }, 'a sub-job was taken of a job that is not of the pools of this worker’s user of Redis');
    // Whoever misses it where it belongs puts it there.
    return { kind: 'done' };
  }
  if (begun.answer !== 'begun') {
    if (begun.answer === 'exhausted') await giveUp(job, begun.attempts, options);
    if (begun.answer === 'damaged') await failDamaged(job, begun.reason, options);
    await dropLeft(job, options);
    return { kind: 'done' };
  }
  const judged = await options.warrants.job(begun.attempt);
  if (judged.kind !== 'warranted') return withoutWarrant(begun.attempt, judged, options);
  onBegun();
  const { verdict, mayHaveLeft, ran } = await runAttempt(begun.attempt, { ...options, ...judged, slot });
  if (ran !== undefined) options.onRan(subjob, ran);
  if (!mayHaveLeft) return verdict;
  if (verdict.kind === 'done' && verdict.along) {
    return { kind: 'done', along: verdict.along.then(() => dropLeft(job, options)) };
  }
  await dropLeft(job, options);
  return verdict;
}

/** Nothing of it runs. */
async function withoutWarrant(
  attempt: BegunAttempt,
  judged: Exclude<JobVerdict, { kind: 'warranted' }>,
  options: SubjobRunnerOptions,
): Promise<SubjobVerdict> {
  const { jobs, logger, noteRefusal } = options;
  const { job } = attempt.subjob;
  if (judged.kind === 'refused') {
    const { error, continues } = judged;
    await endRefused(attempt, { error: error.failure, continues }, options);
    await dropLeft(job, options);
    return { kind: 'done' };
  }
  await jobs.ledger.giveBack(attempt, 'drained');
  if (judged.kind === 'not-yet') return { kind: 'again', delayMs: busyDelayMs };
  // Whoever misses it where it belongs puts it there.
  noteRefusal('job', job);
  logger.error({ job, place: judged.place }, 'a sub-job lay on a queue for which it was not signed');
  return { kind: 'done' };
}

/** Nobody computes this job any more here. What cannot be removed now is removed when the store is collected. */
async function dropLeft(job: string, { jobs, checkpoints, parts, logger }: SubjobRunnerOptions): Promise<void> {
  await dropPassing(job, jobs, { checkpoints, parts }).catch((error: unknown) => {
    logger.warn({ err: error, job }, 'checkpoints and parts were not removed');
  });
}

async function failDamaged(job: string, reason: string, { jobs, record, logger }: SubjobRunnerOptions): Promise<void> {
  try {
    await jobs.ledger.failDamaged(job, reason);
    await recordJob(jobs.ledger, job, record);
  } catch (error) {
    // Of which too little is left to end it.
    logger.error({ err: error, job }, 'a damaged job could not be ended');
  }
}

async function giveUp(job: string, attempts: number, { jobs, record }: SubjobRunnerOptions): Promise<void> {
  const algorithm = (await jobs.ledger.head(job))?.algorithm;
  await jobs.ledger.finish(job, { state: 'failed', error: lostTooOften(attempts) });
  if (algorithm !== undefined) await jobs.algorithms.proceed(algorithm);
  await recordJob(jobs.ledger, job, record);
}

function lostTooOften(attempts: number) {
  return failure(
    'WORKER_LOST',
    `The job was started ${quantity(attempts, 'time')} and the worker was lost every time. It may need more memory than the workers have.`,
  );
}
