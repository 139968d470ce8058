import { setTimeout as sleep } from 'node:timers/promises';
import { failure, isRondelError, isTerminal, type Failure, type Progress, type StepRecord } from '@rondel/contracts';
import {
  recordJob,
  type BegunAttempt,
  type JobOutcome,
  type Jobs,
  type LegVerdict,
  type WriteRecord,
} from '@rondel/jobs';
import type { StepReport } from '@rondel/reco';
import type { Logger } from '@rondel/telemetry';
import { ExecutorUnusable, type ExecutorProcess, type RunEnd } from './executor-process.js';

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
  const log = logger.child({ job: attempt.id, attempt: attempt.attempt });
  log.info('attempt started');
  const reporter = startReporter(attempt, jobs, options.worker, log);
  const ending = await waitForEnding(attempt, options, reporter);
  const steps = reporter.stop();
  if (ending.why !== 'ended') await options.executor.kill();
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
      if (ending.end.kind === 'done') return finish({ state: 'completed', ...ending.end.outcome, steps });
      if (mayTryAgain(attempt, ending.end.failure)) return tryAgain(attempt, ending.end.failure, jobs);
      return finish({ state: 'failed', error: ending.end.failure, steps });
  }
}

function describeEnding(ending: Ending): { ending: string; code?: string } {
  if (ending.why !== 'ended') return { ending: ending.why };
  return ending.end.kind === 'done' ? { ending: 'done' } : { ending: 'failed', code: ending.end.failure.code };
}

/** The first thing that ends the attempt: an answer, a deadline, or nobody wanting it any more. */
async function waitForEnding(attempt: BegunAttempt, options: AttemptOptions, reporter: Reporter): Promise<Ending> {
  const over = new AbortController();
  const { work, id } = attempt;
  const run = options.executor.run(
    {
      job: id,
      worker: options.worker,
      plan: work.plan,
      planToml: work.planToml,
      planSha256: attempt.planSha256,
      parameters: work.parameters,
      data: work.data,
    },
    reporter,
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
    const silence = jobs.news.listen(attempt.id, () => {
      jobs.ledger.get(attempt.id).then(
        (job) => (job === undefined || isTerminal(job.state) || job.attempts.made !== attempt.attempt) && stop(),
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

interface Reporter {
  readonly onProgress: (progress: Progress) => void;
  readonly onStep: (step: StepReport) => void;
  readonly onLog: (level: 'info' | 'warn', message: string) => void;
  /** Stops reporting and returns the steps as they stand. */
  stop(): StepRecord[];
}

/** Gathers what the executor says and passes it on at a bounded rate. */
function startReporter(attempt: BegunAttempt, jobs: Jobs, worker: string, logger: Logger): Reporter {
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
    onLog: (level, message) => send({ log: { level, message } }),
    stop() {
      clearTimeout(timer);
      return [...steps.values()].map((step) => (step.state === 'active' ? { ...step, state: 'failed' } : step));
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

async function finishAttempt(
  attempt: BegunAttempt,
  outcome: JobOutcome,
  { jobs, record, logger }: AttemptOptions,
): Promise<LegVerdict> {
  const answer = await persistently(() => jobs.ledger.finish(attempt, outcome));
  if (answer === 'done') {
    // The reconciler records what could not be recorded here.
    await recordJob(jobs.ledger, attempt.id, record).catch((error: unknown) => {
      logger.warn({ err: error, job: attempt.id }, 'the job record was not written; it will be tried again');
    });
  }
  return { kind: 'done' };
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
