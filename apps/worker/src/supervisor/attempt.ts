import { setTimeout as sleep } from 'node:timers/promises';
import { failure, isRondelError, type Failure, type Progress, type StepRecord } from '@rondel/contracts';
import {
  recordJob,
  type BegunAttempt,
  type JobOutcome,
  type Jobs,
  type LegOutput,
  type LegVerdict,
  type ResultLimits,
  type StageHead,
  type WriteRecord,
} from '@rondel/jobs';
import type { CheckpointArea, ResultArea } from '@rondel/store';
import type { Logger } from '@rondel/telemetry';
import type { RunPart } from '../executor/messages.js';
import { ExecutorUnusable, type ExecutorProcess, type RunEnd, type RunEvents } from './executor-process.js';
import { openResultDesk, type ResultDesk } from './result-desk.js';

/** How often progress reaches Redis at most. */
const reportEveryMs = 500;
/** How often a silent attempt asks whether it is still wanted; catches what a lost message would have said. */
const stillWantedEveryMs = 2000;
const firstRetryDelayMs = 1000;
const longestRetryDelayMs = 30_000;
/** How long the end of a job is kept trying to reach Redis. */
const finishTries = 60;

export interface AttemptOptions {
  readonly jobs: Jobs;
  readonly worker: string;
  readonly executor: ExecutorProcess;
  /** Writes the record of an ended job into the artifact store. */
  readonly record: WriteRecord;
  /** Fires when the leg's lock is lost. */
  readonly lockLost: AbortSignal;
  /** Fires when the worker must leave and cannot wait for the job. */
  readonly mustLeave: AbortSignal;
  readonly logger: Logger;
  /** Results that jobs leave for each other. */
  readonly kept: { readonly area: ResultArea; readonly limits: ResultLimits };
  /** What the leg's steps leave for its next attempt. */
  readonly checkpoints: CheckpointArea;
}

type Ending =
  | { readonly why: 'ended'; readonly end: RunEnd }
  /** The job is no longer ours: cancelled, or taken over by another worker. */
  | { readonly why: 'unwanted' }
  | { readonly why: 'timeout'; readonly seconds: number }
  | { readonly why: 'leaving' };

/** Runs one attempt at a job from its first message to its place in the ledger. */
export async function runAttempt(attempt: BegunAttempt, options: AttemptOptions): Promise<LegVerdict> {
  const { jobs, logger } = options;
  const { leg } = attempt;
  const log = logger.child({ job: leg.job, leg: `${leg.stage}.${leg.block}`, attempt: attempt.attempt });
  log.info('attempt started');
  const reporter = startReporter(attempt, jobs, options.worker, log);
  const desk = openDesk(attempt, options, reporter);
  const ending = await waitForEnding(attempt, options, { ...reporter, onAsk: desk.answer });
  const steps = reporter.stop();
  if (ending.why !== 'ended') await options.executor.kill();
  await desk.close();
  log.info(describeEnding(ending), 'attempt ended');
  const finish = (outcome: JobOutcome) => finishAttempt(attempt, outcome, options);
  switch (ending.why) {
    case 'unwanted':
      return { kind: 'done' };
    case 'leaving':
      await jobs.ledger.giveBack(attempt, 'drained');
      return { kind: 'again', delayMs: 0 };
    case 'timeout':
      return finish({ state: 'failed', error: timeoutFailure(ending.seconds), steps });
    case 'ended':
      if (ending.end.kind === 'done') {
        const { outcome } = ending.end;
        return outcome.kind === 'part'
          ? handOn(attempt, { output: outcome.output, steps }, options)
          : finish({ state: 'completed', result: outcome.result, provenance: outcome.provenance, steps });
      }
      if (mayTryAgain(attempt, ending.end.failure)) return tryAgain(attempt, ending.end.failure, jobs);
      return finish({ state: 'failed', error: ending.end.failure, steps });
  }
}

function describeEnding(ending: Ending): { ending: string; code?: string } {
  if (ending.why !== 'ended') return { ending: ending.why };
  return ending.end.kind === 'done' ? { ending: 'done' } : { ending: 'failed', code: ending.end.failure.code };
}

/** The first thing that ends the attempt: an answer, a deadline, or nobody wanting it any more. */
async function waitForEnding(attempt: BegunAttempt, options: AttemptOptions, events: RunEvents): Promise<Ending> {
  const over = new AbortController();
  const { work, leg, head } = attempt;
  const run = options.executor.run(
    {
      job: leg.job,
      attempt: attempt.attempt,
      worker: options.worker,
      plan: work.plan,
      planToml: work.planToml,
      planSha256: head.plan.sha256,
      parameters: work.parameters,
      data: work.data,
      part: partOf(attempt),
    },
    events,
  );
  try {
    return await Promise.race([
      run.then(
        (end): Ending => ({ why: 'ended', end }),
        (error: unknown): Ending => ({ why: 'ended', end: { kind: 'failed', failure: startFailure(error) } }),
      ),
      unwanted(attempt, options, over.signal),
      deadline(work.timeoutSeconds, over.signal),
      aborted(options.mustLeave, over.signal).then((): Ending => ({ why: 'leaving' })),
    ]);
  } finally {
    over.abort();
  }
}

function openDesk(attempt: BegunAttempt, options: AttemptOptions, { onStep, onLog }: Reporter): ResultDesk {
  const { jobs, worker, logger, kept } = options;
  const { job, stage, block } = attempt.leg;
  return openResultDesk({
    jobs,
    ...kept,
    holder: { job, worker, attempt: `${stage}.${block} ${attempt.attempt}` },
    logger,
    onWaiting(step, holder) {
      onStep({ ...step, state: 'waiting' });
      onLog('info', `${step.path} waits for job ${holder}, which computes the same result.`);
    },
  });
}

/** Which steps the leg runs and what it leaves for the stage after it. */
function partOf({ leg, head, work, inputs }: BegunAttempt): RunPart {
  const stage = head.stages[leg.stage];
  const next = head.stages[leg.stage + 1];
  return {
    leg: `${leg.stage}.${leg.block}`,
    steps: stage?.steps.map(({ path }) => path) ?? [],
    inputs,
    leaves: leftFor(next, stage, work.blockSize),
    alone: head.stages.length === 1,
  };
}

function leftFor(next: StageHead | undefined, stage: StageHead | undefined, size?: number): RunPart['leaves'] {
  if (next === undefined) return { kind: 'image' };
  // A block of a stage goes as it is to the block of the next stage, or to the leg that joins them.
  if (next.axis === undefined || stage?.axis !== undefined) return { kind: 'dataset' };
  return { kind: 'blocks', axis: next.axis, ...(size !== undefined && { size }) };
}

/** Resolves when the ledger no longer counts this attempt. */
function unwanted(attempt: BegunAttempt, { jobs, lockLost }: AttemptOptions, over: AbortSignal): Promise<Ending> {
  return new Promise((resolve) => {
    const stop = () => resolve({ why: 'unwanted' });
    const look = () => {
      // While Redis is away nobody can say that the attempt is unwanted.
      jobs.ledger.report(attempt, {}).then(
        (wanted) => !wanted && stop(),
        () => undefined,
      );
    };
    const silence = jobs.news.listen(attempt.leg.job, () => {
      jobs.ledger.report(attempt, {}).then(
        (wanted) => !wanted && stop(),
        () => undefined,
      );
    });
    const timer = setInterval(look, stillWantedEveryMs);
    look();
    lockLost.addEventListener('abort', stop, { once: true, signal: over });
    over.addEventListener('abort', () => {
      silence();
      clearInterval(timer);
    });
  });
}

async function deadline(seconds: number | undefined, over: AbortSignal): Promise<Ending> {
  if (seconds === undefined) return new Promise(() => undefined);
  await sleep(seconds * 1000, undefined, { signal: over }).catch(() => new Promise(() => undefined));
  return { why: 'timeout', seconds };
}

function aborted(signal: AbortSignal, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true, signal: over });
  });
}

interface Reporter extends Omit<RunEvents, 'onAsk'> {
  /** Stops reporting and returns the steps as they stand. */
  stop(): StepRecord[];
}

/** Gathers what the executor says and passes it on at a bounded rate. */
function startReporter(attempt: BegunAttempt, jobs: Jobs, worker: string, logger: Logger): Reporter {
  const { leg, head } = attempt;
  const isBlock = head.stages[leg.stage]?.axis !== undefined;
  const steps = new Map<string, StepRecord>();
  let progress: Progress | undefined;
  let timer: NodeJS.Timeout | undefined;
  const send = (report: Parameters<Jobs['ledger']['report']>[1]) => {
    jobs.ledger
      .report(attempt, report)
      .catch((error: unknown) => logger.warn({ err: error }, 'progress was not stored'));
  };
  const flush = () => {
    timer = undefined;
    send({ steps: [...steps.values()], ...(progress && { progress }) });
  };
  const soon = () => (timer ??= setTimeout(flush, reportEveryMs));
  return {
    onProgress(latest) {
      progress = latest;
      soon();
    },
    onStep(step) {
      steps.set(step.path, { ...step, worker });
      soon();
    },
    // The executor bounds the rate.
    onPreview: (preview) => send({ preview: { ...preview, ...(isBlock && { block: `${leg.stage}.${leg.block}` }) } }),
    onLog: (level, message) => send({ log: { level, message } }),
    stop() {
      clearTimeout(timer);
      return [...steps.values()].map((step) =>
        ['active', 'waiting'].includes(step.state) ? { ...step, state: 'failed' } : step,
      );
    },
  };
}

/** Faults of machines are tried again while attempts are left; faults of plans and data are final. */
function mayTryAgain(attempt: BegunAttempt, error: Failure): boolean {
  return error.retryable && attempt.attempt < attempt.allowed;
}

async function tryAgain(attempt: BegunAttempt, error: Failure, jobs: Jobs): Promise<LegVerdict> {
  await persistently(() => jobs.ledger.giveBack(attempt, 'lost', error));
  return { kind: 'again', delayMs: Math.min(longestRetryDelayMs, firstRetryDelayMs * 2 ** (attempt.attempt - 1)) };
}

/** The leg's part goes to the ledger first; the next stage's legs are queued before this one is done with. */
async function handOn(
  attempt: BegunAttempt,
  part: { output: LegOutput; steps: StepRecord[] },
  { jobs, checkpoints, logger }: AttemptOptions,
): Promise<LegVerdict> {
  const { leg } = attempt;
  const counted = await persistently(() => jobs.ledger.completeLeg(attempt, part.output, part.steps));
  if (!counted) return { kind: 'done' };
  await persistently(() => jobs.advance(leg.job));
  // Blocks of a large job need not all keep theirs until the job ends, when the rest is removed.
  await checkpoints.remove(leg.job, `${leg.stage}.${leg.block}`).catch((error: unknown) => {
    logger.warn({ err: error, job: leg.job }, 'a checkpoint was not removed; it goes with the job');
  });
  return { kind: 'done' };
}

async function finishAttempt(
  attempt: BegunAttempt,
  outcome: JobOutcome,
  { jobs, worker, record, logger }: AttemptOptions,
): Promise<LegVerdict> {
  const answer = await persistently(() => jobs.ledger.finish(attempt.leg.job, outcome, attempt));
  if (answer === 'done') {
    await letNextIn(attempt, outcome, { jobs, worker });
    // The reconciler records what could not be recorded here.
    await recordJob(jobs.ledger, attempt.leg.job, record).catch((error: unknown) => {
      logger.warn({ err: error, job: attempt.leg.job }, 'the job record was not written; it will be tried again');
    });
  }
  return { kind: 'done' };
}

/** The end of an input of a warm algorithm is the turn of the next one. */
async function letNextIn(
  { head: { algorithm } }: BegunAttempt,
  { state }: JobOutcome,
  { jobs, worker }: Pick<AttemptOptions, 'jobs' | 'worker'>,
): Promise<void> {
  if (algorithm === undefined) return;
  await persistently(() => jobs.algorithms.proceed(algorithm, state === 'completed' ? worker : undefined));
}

/** A result is worth waiting for: tries again while Redis is away, as long as the leg may still be ours. */
async function persistently<T>(command: () => Promise<T>): Promise<T> {
  for (let left = finishTries; ; left -= 1) {
    try {
      return await command();
    } catch (error) {
      const away = isRondelError(error) && error.code === 'SERVICE_UNAVAILABLE';
      if (!away || left === 0) throw error;
      await sleep(1000);
    }
  }
}

function startFailure(error: unknown): Failure {
  if (error instanceof ExecutorUnusable) return { ...error.failure, retryable: true };
  return failure('WORKER_LOST', error instanceof Error ? error.message : String(error));
}

function timeoutFailure(seconds: number): Failure {
  return failure(
    'TIMEOUT',
    `The job did not end within ${seconds} s. Allow more with timeoutSeconds, or reconstruct less at a time.`,
  );
}
