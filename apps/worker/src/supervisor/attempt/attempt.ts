import { setTimeout as sleep } from 'node:timers/promises';
import { failure, isRondelError, type Failure, type StepRecord, type Warning } from '@rondel/contracts';
import {
  stagesText,
  type BegunAttempt,
  type JobOutcome,
  type Jobs,
  type Subjob,
  type SubjobOutput,
  type SubjobVerdict,
  type Restart,
  type ResultLimits,
} from '@rondel/jobs';
import type { CheckpointArea, PartArea, ResultArea } from '@rondel/store';
import type { Logger } from '@rondel/telemetry';
import type { RunResult } from '../../executor/messages/messages.js';
import type { RequestSupervisor } from '../../executor/messages/supervisor-requests.js';
import { ExecutorUnusable, type ExecutorProcess, type RunEnd, type RunEvents } from '../process/executor-process.js';
import { dataNamer, namedEnd, namedEvents } from './data-names.js';
import { namingQuota } from './output-quota.js';
import { divisionAnswerer } from './division-answers.js';
import { ranOut, restartFor } from './restart-for-memory.js';
import { usedOfDevice, type MemoryFactors } from './memory-factors.js';
import type { Recorder } from './recorder.js';
import { openResultClaims, type ResultClaims } from '../answers/result-claims.js';
import { startReporter, type Reporter } from './attempt-reporter.js';
import { onAbort, onDeadline, onUnwanted } from './attempt-stops.js';
import { passingFault, type PassingFaults } from './passing-faults.js';
import { partOf } from './subjob-part.js';
import type { StoreWatch } from '../watch/store-watch.js';
import { attemptPauses, redisPauses, retryDelayMs } from './retry-delay.js';
import { endRefused, type RefusalOptions } from '../warrants/refuse.js';
import type { Warranted } from '../warrants/warrants.js';
import type { Slot } from '../process/slots.js';

const elsewhereDelayMs = 1000;
const longMs = 500;
/** How long the end of a job is kept trying to reach Redis. */
const finishTries = 60;

export interface AttemptOptions extends PassingFaults {
  readonly jobs: Jobs;
  readonly worker: string;
  /** Is released as soon as the executor has ended, before anybody hears of the end. */
  readonly slot: Slot;
  /** For whom it runs, and which run of the job it is, as far as anybody has signed it. */
  readonly warranted: Warranted;
  /** Where a worker leaves how it has divided a job. */
  readonly parts: PartArea;
  readonly store: RefusalOptions['store'];
  readonly record: RefusalOptions['record'];
  readonly noteRefusal: RefusalOptions['noteRefusal'];
  readonly recorder: Recorder;
  /** Fires when the worker must leave and cannot wait for the job. */
  readonly mustLeave: AbortSignal;
  readonly logger: Logger;
  /** Results that jobs leave for each other. */
  readonly kept: { readonly area: ResultArea; readonly limits: ResultLimits };
  /** What the sub-job's steps leave for its next attempt. */
  readonly checkpoints: CheckpointArea;
  /** No step leaves a checkpoint before it has run for so long. */
  readonly checkpointSeconds: number;
  readonly memory: MemoryTerms;
  /** Why the artifact store cannot be used; undefined when it can. */
  readonly storeProblem: StoreWatch['problem'];
}

/** How jobs and the memory of this worker get along. */
export interface MemoryTerms {
  readonly learnt: MemoryFactors;
  /** Memory that one job may take. */
  readonly roomBytes: number;
  /** On a device with a memory of its own. */
  readonly ownMemory: boolean;
  /** Jobs whose data has so many bytes are spread over idle slots. */
  readonly splitFromBytes: number;
}

export interface AttemptEnd {
  readonly verdict: SubjobVerdict;
  /** Whether checkpoints of the job may lie in the store. */
  readonly mayHaveLeft: boolean;
  /** The executor has said how it ended, or has died of it; absent: nobody waited for that. */
  readonly ran?: { readonly failure: Failure | undefined };
}

type Ending =
  | { readonly why: 'ended'; readonly end: RunEnd }
  /** The job is no longer ours: cancelled, or taken over by another worker. */
  | { readonly why: 'unwanted' }
  | { readonly why: 'timeout'; readonly seconds: number }
  | { readonly why: 'leaving' }
  /** Of a fault that says nothing about the job. */
  | { readonly why: 'passing'; readonly fault: string };

/** Runs one attempt at a job from its first message to its place in the ledger. */
export async function runAttempt(attempt: BegunAttempt, options: AttemptOptions): Promise<AttemptEnd> {
  const { jobs, logger } = options;
  const started = performance.now();
  const { subjob } = attempt;
  const log = logger.child({ job: subjob.job, subjob: `${subjob.stage}.${subjob.block}`, attempt: attempt.attempt });
  log.info('attempt started');
  const reporter = startReporter(attempt, jobs, options.worker, log);
  const claims = openClaims(attempt, options, reporter);
  const onLog = (message: string) => reporter.onLog('info', message);
  const divide = divisionAnswerer({ attempt, jobs, parts: options.parts, persistently, logger: log, onLog });
  const onAsk: RequestSupervisor = (ask) => (ask.kind === 'divide' ? divide(ask) : claims.answer(ask));
  const executor = options.slot.executorFor(attempt.head.plan.sha256);
  const ended = await waitForEnding(attempt, { ...options, executor }, { ...reporter, onAsk });
  // What a run makes of a store that is not the right one is worth nothing, whatever it says.
  // Small jobs would wait for a look at it longer than they have run.
  const fresh = performance.now() - started > longMs || (ended.why === 'ended' && ended.end.kind === 'failed');
  const misplaced = ended.why === 'ended' && (await options.storeProblem({ fresh })) !== undefined;
  const ending: Ending = misplaced ? { why: 'leaving' } : await unlessPassing(attempt, ended, options);
  if (ending.why === 'passing') reporter.onLog('warn', ending.fault);
  const steps = reporter.stop();
  if (ending.why !== 'ended' && ending.why !== 'passing') await executor.kill();
  // The next input of a warm algorithm comes with the end of this one, and must find the executor that has it built.
  options.slot.release();
  await claims.close();
  log.info(describeEnding(ending), 'attempt ended');
  const isLong = performance.now() - started >= options.checkpointSeconds * 1000;
  const mayHaveLeft = attempt.attempt > 1 || isLong;
  // Other sub-jobs of the job may have left something that is removed when it has ended.
  const mayOthers = mayHaveLeft || attempt.head.stages.length > 1;
  const warnings = reporter.warnings();
  const verdict = await settle(attempt, { ending, steps, warnings, mayHaveLeft }, options);
  const handedOn = ending.why === 'ended' && ending.end.kind === 'done' && ending.end.outcome.kind === 'part';
  return {
    verdict,
    mayHaveLeft: handedOn ? mayHaveLeft : mayOthers,
    ...(ending.why === 'ended' && { ran: { failure: ending.end.kind === 'done' ? undefined : ending.end.failure } }),
  };
}

interface Settling {
  readonly ending: Ending;
  readonly steps: StepRecord[];
  /** What the attempt was warned of. */
  readonly warnings: readonly Warning[];
  readonly mayHaveLeft: boolean;
}

/** Tells the ledger how the attempt ended. */
async function settle(
  attempt: BegunAttempt,
  { ending, steps, warnings, mayHaveLeft }: Settling,
  options: AttemptOptions,
): Promise<SubjobVerdict> {
  const { jobs } = options;
  const finish = (outcome: JobOutcome) => finishAttempt(attempt, outcome, options);
  switch (ending.why) {
    case 'unwanted':
      return handedBackOrDone(attempt, jobs);
    case 'leaving':
      await jobs.ledger.giveBack(attempt, 'drained');
      return { kind: 'again', delayMs: 0 };
    case 'passing':
      await jobs.ledger.giveBack(attempt, 'drained');
      return { kind: 'again', delayMs: elsewhereDelayMs };
    case 'timeout':
      return finish({ state: 'failed', error: timeoutFailure(ending.seconds), steps, warnings });
    case 'ended':
      if (ending.end.kind === 'done') {
        const { outcome } = ending.end;
        return outcome.kind === 'part'
          ? handOn(attempt, { output: outcome.output, steps, mayHaveLeft }, options)
          : finish({ ...imageOutcome(outcome), steps });
      }
      if (ending.end.failure.code === 'OUT_OF_MEMORY' && (await makeRoom(attempt, ending.end, { steps, options })))
        return { kind: 'done' };
      if (ending.end.failure.code === 'WARRANT_REFUSED') {
        await endRefused(attempt, { error: ending.end.failure, ...options.warranted.signed }, options);
        return { kind: 'done' };
      }
      if (await makeAgain(attempt, ending.end.failure, options)) return { kind: 'done' };
      if (mayTryAgain(attempt, ending.end.failure)) return tryAgain(attempt, ending.end.failure, jobs);
      return finish({ state: 'failed', error: ending.end.failure, steps, warnings });
  }
}

/** The image has the warnings of all sub-jobs. */
function imageOutcome({ result, provenance }: Extract<RunResult, { kind: 'image' }>): JobOutcome {
  const { warnings } = provenance;
  return { state: 'completed', result, provenance, ...(warnings && { warnings }) };
}

async function unlessPassing(attempt: BegunAttempt, ended: Ending, options: AttemptOptions): Promise<Ending> {
  if (ended.why !== 'ended' || ended.end.kind === 'done') return ended;
  const fault = await passingFault(attempt, ended.end.failure, options);
  return fault === undefined ? ended : { why: 'passing', fault };
}

function describeEnding(ending: Ending): { ending: string; code?: string } {
  if (ending.why !== 'ended') return { ending: ending.why };
  return ending.end.kind === 'done' ? { ending: 'done' } : { ending: 'failed', code: ending.end.failure.code };
}

/** The first thing that ends the attempt: an answer, a deadline, or nobody wanting it any more. */
async function waitForEnding(
  attempt: BegunAttempt,
  options: AttemptOptions & { readonly executor: ExecutorProcess },
  events: RunEvents,
): Promise<Ending> {
  const { work, subjob, head } = attempt;
  const say = dataNamer(work.data, head.dataNames);
  const run = options.executor.run(
    {
      job: subjob.job,
      run: attempt.run,
      attempt: attempt.attempt,
      worker: options.worker,
      ...options.warranted,
      plan: work.plan,
      planToml: work.planToml,
      planSha256: head.plan.sha256,
      parameters: work.parameters,
      data: work.data,
      ...(work.maxOutputBytes !== undefined && { maxOutputBytes: work.maxOutputBytes }),
      ...(head.strict !== undefined && { strict: head.strict }),
      // Inputs of a warm algorithm are others each time.
      ...(head.lane === 'interactive' && head.algorithm === undefined && { interactive: true }),
      ...(head.warnings && { warnings: head.warnings }),
      part: partOf(attempt, options.memory.splitFromBytes),
      ...(work.unlearnt !== true && { memoryFactors: options.memory.learnt.factors() }),
    },
    namedEvents(events, say),
  );
  const stops: (() => void)[] = [];
  const first = new Promise<Ending>((resolve) => {
    run.then(
      (end) => resolve({ why: 'ended', end: namedEnd(namingQuota(end, work), say) }),
      (error: unknown) => resolve({ why: 'ended', end: { kind: 'failed', failure: startFailure(error) } }),
    );
    stops.push(
      onUnwanted(attempt, options.jobs, () => resolve({ why: 'unwanted' })),
      onDeadline(work.timeoutSeconds, (seconds) => resolve({ why: 'timeout', seconds })),
      onAbort(options.mustLeave, () => resolve({ why: 'leaving' })),
    );
  });
  const ending = await first;
  for (const stop of stops) stop();
  return ending;
}

function openClaims(attempt: BegunAttempt, options: AttemptOptions, { onStep, onLog }: Reporter): ResultClaims {
  const { jobs, worker, logger, kept } = options;
  const { job, stage, block } = attempt.subjob;
  return openResultClaims({
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

/** Faults of machines are tried again while attempts are left; faults of plans and data are final. */
function mayTryAgain(attempt: BegunAttempt, error: Failure): boolean {
  return error.retryable && attempt.attempt < attempt.allowed;
}

/** Somebody may have taken the sub-job back so that it starts once more; a moment later, so that another worker can take it. */
async function handedBackOrDone({ subjob }: BegunAttempt, jobs: Jobs): Promise<SubjobVerdict> {
  const again = await persistently(() => jobs.ledger.isHandedBack(subjob));
  return again ? { kind: 'again', delayMs: elsewhereDelayMs } : { kind: 'done' };
}

/**
 * Sends a job that ran out of memory, or would, on its way in smaller blocks or to a worker with more memory, and
 * remembers what the step took. False when nothing is left to try.
 */
async function makeRoom(
  attempt: BegunAttempt,
  { failure: error, usedBytes }: Extract<RunEnd, { kind: 'failed' }>,
  { steps, options }: { readonly steps: readonly StepRecord[]; readonly options: AttemptOptions },
): Promise<boolean> {
  const { jobs, memory } = options;
  const failed = steps.find(({ state }) => state === 'failed');
  // A process that has died held nothing but its own; what the device had is gone with the allocation that failed.
  const died = error.details?.signal !== undefined;
  if (failed && ranOut(error)) {
    const onDevice = memory.ownMemory && !died;
    memory.learnt.learn(failed, onDevice ? usedOfDevice(failed.estimatedBytes, memory.roomBytes) : usedBytes);
  }
  const restart = await persistently(() => restartFor(attempt, error, jobs));
  return restart !== undefined && beginAgain(attempt, restart, options);
}

/** Starts a job over of which a part is gone or damaged. False when it is not that, or no attempt is left. */
async function makeAgain(attempt: BegunAttempt, error: Failure, options: AgainOptions): Promise<boolean> {
  if (error.details?.lostPart === undefined || !mayTryAgain(attempt, error)) return false;
  return beginAgain(attempt, { stage: 0, counts: true, error }, options);
}

type AgainOptions = Pick<AttemptOptions, 'jobs' | 'parts'>;

async function beginAgain(attempt: BegunAttempt, restart: Restart, { jobs, parts }: AgainOptions): Promise<boolean> {
  const { subjob, run } = attempt;
  if (restart.stages !== undefined) await parts.vouch({ job: subjob.job, run }, stagesText(restart.stages));
  if (!(await persistently(() => jobs.ledger.restart(attempt, restart)))) return false;
  await persistently(() => jobs.advance(attempt.subjob.job));
  return true;
}

async function tryAgain(attempt: BegunAttempt, error: Failure, jobs: Jobs): Promise<SubjobVerdict> {
  await persistently(() => jobs.ledger.giveBack(attempt, 'lost', error));
  // Neither the attempts of earlier runs of the job count nor those that a worker handed back.
  const failures = attempt.head.attemptsPerRun - (attempt.allowed - attempt.attempt);
  return { kind: 'again', delayMs: retryDelayMs(failures, attemptPauses) };
}

/**
 * The sub-job is done with once its part is in the ledger; whoever hands in the last one queues the next stage's sub-jobs, or the
 * reconciler if that worker dies before it could.
 */
function handOn(
  attempt: BegunAttempt,
  part: { output: SubjobOutput; steps: StepRecord[]; mayHaveLeft: boolean },
  options: AttemptOptions,
): SubjobVerdict {
  const { subjob } = attempt;
  const { jobs } = options;
  const counted = persistently(() => jobs.ledger.completeSubjob(attempt, part.output, part.steps));
  const handedOn = counted.then(async (end) => {
    if (end.answer === 'stage-complete') await persistently(() => jobs.advance(subjob.job, end.job));
    if (end.answer === 'stale') await queueAgain(subjob, jobs);
    else if (part.mayHaveLeft) await removeCheckpoints(subjob, options);
  });
  return { kind: 'done', along: handedOn };
}

/** One that was handed back meanwhile is done with here, but has to be on its queue. */
async function queueAgain(subjob: Subjob, jobs: Jobs): Promise<void> {
  if (await persistently(() => jobs.ledger.isHandedBack(subjob))) await persistently(() => jobs.advance(subjob.job));
}

/** Blocks of a large job need not all keep theirs until the job ends, when the rest is removed. */
async function removeCheckpoints(
  { job, stage, block }: Subjob,
  { checkpoints, logger }: Pick<AttemptOptions, 'checkpoints' | 'logger'>,
): Promise<void> {
  await checkpoints.remove(job, `${stage}.${block}`).catch((error: unknown) => {
    logger.warn({ err: error, job }, 'a checkpoint was not removed; it goes with the job');
  });
}

/** The ledger's answer is not waited for: that the sub-job is done with goes with it. */
function finishAttempt(
  attempt: BegunAttempt,
  outcome: JobOutcome,
  { jobs, worker, recorder }: AttemptOptions,
): SubjobVerdict {
  const { subjob } = attempt;
  const ended = persistently(() => jobs.ledger.end(subjob.job, outcome, attempt));
  const recorded = ended.then(async ({ answer, archive }) => {
    if (answer !== 'done') return;
    await letNextIn(attempt, outcome, { jobs, worker });
    await recorder.add(subjob.job, archive);
  });
  return { kind: 'done', along: recorded };
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

/** A result is worth waiting for: tries again while Redis is away, as long as the sub-job may still be ours. */
async function persistently<T>(command: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await command();
    } catch (error) {
      const away = isRondelError(error) && error.code === 'SERVICE_UNAVAILABLE';
      if (!away || tries > finishTries) throw error;
      await sleep(retryDelayMs(tries, redisPauses));
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
