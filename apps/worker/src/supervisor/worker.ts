import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { failure, isTerminal, RondelError, type EngineName, type WorkerRecord } from '@rondel/contracts';
import {
  heartbeatMs,
  openJobs,
  recordJob,
  resultLimits,
  takeFittingLegs,
  type BegunLeg,
  type Jobs,
  type Leg,
  type LegVerdict,
  type ResultLimits,
  type WriteRecord,
} from '@rondel/jobs';
import {
  openArtifactStore,
  openCheckpointArea,
  openPartArea,
  openResultArea,
  type ArtifactStore,
  type CheckpointArea,
  type PartArea,
} from '@rondel/store';
import { createLogger, type Logger, type LogLevel } from '@rondel/telemetry';
import type { ExecutorSettings } from '../executor/messages.js';
import { openAlgorithmBuilder } from './algorithm-builder.js';
import { openClockWatch } from './clock-watch.js';
import { runAttempt, type MemoryTerms } from './attempt.js';
import { openDataRoots, type DataRoots } from './data-roots.js';
import { listenForDrain } from './drain-request.js';
import { ExecutorUnusable, startExecutor } from './executor-process.js';
import { openMemoryLessons } from './memory-lessons.js';
import { openQuestionDesk } from './question-desk.js';
import { openStoreWatch, type StoreWatch } from './store-watch.js';
import { openReaderProcess } from './reader-process.js';
import { openRecorder } from './recorder.js';
import { sweepRegularly } from './result-sweep.js';
import { openSlots, type Slot, type Slots } from './slots.js';

export interface WorkerOptions {
  readonly redisUrl: string;
  /** Folder of the artifact store, shared with the API. */
  readonly storeDirectory: string;
  /** Pools whose jobs it takes; at least one. */
  readonly pools: readonly string[];
  readonly engine: EngineName | 'auto';
  /** Jobs at the same time, 1 unless said otherwise. Each gets an executor process of its own. */
  readonly concurrency?: number;
  /** Threads that one job computes with. */
  readonly threads?: number;
  readonly labels?: Readonly<Record<string, string>>;
  /** Data root name to folder. */
  readonly roots?: Readonly<Record<string, string>>;
  /** Reconstruction packages beside those that come with Rondel: npm names, or folders. */
  readonly packages?: readonly string[];
  /** Variables of the environment that packages need beside those that every executor gets; see `executorEnvironment`. */
  readonly environmentNames?: readonly string[];
  /**
   * Running jobs get this long to end when the worker is asked to leave; then they go back to the queue. Another worker
   * goes on from the last checkpoint of a step that makes some.
   */
  readonly graceSeconds?: number;
  /**
   * Least distance of two checkpoints of a step, 10 s unless said otherwise; large ones come more rarely, so that making
   * them takes at most a twentieth of the time. What was computed since the last one is all that a lost worker costs.
   */
  readonly checkpointSeconds?: number;
  /**
   * Bytes of the device's memory that all slots together may take, where tensors lie in the machine's memory bytes of
   * everything; unless said otherwise what there is.
   */
  readonly memoryBytes?: number;
  /** Jobs whose data has so many bytes, 64 MiB unless said otherwise, are spread over slots that have nothing to do. */
  readonly splitFromBytes?: number;
  readonly logLevel?: LogLevel;
  /** Size and age of the results that jobs leave for each other; what this worker leaves or sweeps keeps to it. */
  readonly resultLimits?: Partial<ResultLimits>;
}

export interface RunningWorker {
  readonly id: string;
  /** Resolves when the worker has left; rejects with the reason when it had to, as its artifact store was not the API's any more. */
  readonly closed: Promise<void>;
  /** Takes no more jobs, lets the running ones end within the grace period, gives back the rest, and leaves. */
  drain(): Promise<void>;
}

const defaultGraceSeconds = 20;
const defaultCheckpointSeconds = 10;
/** What a worker runs is told with its heartbeat, and this soon after it has changed. */
const tellAfterMs = 200;
/** Writing and reading blocks of smaller data takes as long as what is gained. */
const defaultSplitFromBytes = 64 * 2 ** 20;
/** A slot may be taken for building an algorithm. A leg waits for it so long; after that others get it for a while. */
const inLineMs = 500;
const busyDelayMs = 250;

/**
 * Starts the queue side of a worker. It never computes: BullMQ renews the locks of running jobs on this event loop.
 *
 * Throws `DATA_NOT_FOUND` for a data root that is no folder, `ENGINE_UNAVAILABLE` when the engine does not open,
 * `SERVICE_UNAVAILABLE` when Redis cannot be used, or the folder of the store is not the store of the API.
 */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const host = hostname()
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, '-');
  // Machines that were copied have the same name, and in a container every worker has the same process id.
  return superviseAs(`${host}-${randomBytes(2).toString('hex')}-${process.pid}`, options);
}

/** `startWorker` under a given id, which nobody else in the fleet may have, and with what stands for an executor process. */
export async function superviseAs(
  id: string,
  options: WorkerOptions,
  startOne = startExecutor,
): Promise<RunningWorker> {
  const logger = createLogger('worker', options.logLevel).child({ worker: id });
  const dataRoots = await openDataRoots(options.roots ?? {}, {
    onLost: (name, reason) => logger.error(`data root "${name}" is lost: ${reason}; its jobs wait, or go elsewhere`),
    onBack: (name) => logger.info(`data root "${name}" is back`),
  });
  const onError = (error: Error) => logger.warn({ err: error }, 'redis');
  const jobs = await openJobs({ redisUrl: options.redisUrl, onError, news: 'work' });
  try {
    const storeWatch = await openStoreWatch(options.storeDirectory, jobs.store);
    const store = openArtifactStore(options.storeDirectory, { willRecord: true });
    const slots = await openSlots(options.concurrency ?? 1, executorSettings(options), startOne).catch(asRondelError);
    return serve({ id, options, logger, jobs, store, storeWatch, dataRoots, slots, onError });
  } catch (error) {
    await jobs.close();
    throw error;
  }
}

interface Parts {
  readonly id: string;
  readonly options: WorkerOptions;
  readonly logger: Logger;
  readonly jobs: Jobs;
  readonly store: ArtifactStore;
  readonly storeWatch: StoreWatch;
  readonly dataRoots: DataRoots;
  readonly slots: Slots;
  readonly onError: (error: Error) => void;
}

function serve({ id, options, logger, jobs, store, storeWatch, dataRoots, slots, onError }: Parts): RunningWorker {
  const running = new Set<Leg>();
  const mustLeave = new AbortController();
  const startedAt = new Date().toISOString();
  let state: WorkerRecord['state'] = 'running';

  const tellClock = openClockWatch((message) => logger.warn(message));
  const capabilities = () => ({ ...describe(id, options, slots), roots: dataRoots.present() });
  const beat = () => {
    const record = {
      ...capabilities(),
      state,
      running: [...new Set([...running].map(({ job }) => job))],
      startedAt,
    };
    jobs.fleet
      .beat(record)
      .then(tellClock)
      .catch((error: unknown) => logger.warn({ err: error }, 'heartbeat was not stored'));
  };

  const kept = {
    area: openResultArea(options.storeDirectory),
    limits: { ...resultLimits, ...options.resultLimits },
  };
  const stopSweeping = sweepRegularly({ results: jobs.results, ...kept, logger });

  let telling: NodeJS.Timeout | undefined;
  const tellSoon = () => {
    telling ??= setTimeout(() => {
      telling = undefined;
      beat();
    }, tellAfterMs);
  };

  const checkpoints = openCheckpointArea(options.storeDirectory);
  const { checkpointSeconds = defaultCheckpointSeconds } = options;
  const memory: MemoryTerms = {
    lessons: openMemoryLessons(),
    roomBytes: slots.facts.engine.memoryBytes,
    splitFromBytes: options.splitFromBytes ?? defaultSplitFromBytes,
  };
  const parts = openPartArea(options.storeDirectory);
  const record: WriteRecord = (job, archive) => store.putRecord(job, archive);
  const recorder = openRecorder(jobs.ledger, record, logger);
  const mustNotBegin = () => state === 'draining';
  const runLeg = async (leg: Leg, already?: BegunLeg<Slot>): Promise<LegVerdict> => {
    const slot = already?.place ?? (await slots.reserve(inLineMs));
    if (slot === undefined || mustNotBegin()) {
      slot?.release();
      if (already?.answer.answer === 'begun') await jobs.ledger.giveBack(already.answer.attempt, 'drained');
      return { kind: 'again', delayMs: busyDelayMs };
    }
    // Nobody computes this leg any more here. What cannot be removed now is removed by the store's sweep.
    const dropLeft = async () => {
      await dropPassing(leg.job, jobs, { store, checkpoints, parts }).catch((error: unknown) => {
        logger.warn({ err: error, job: leg.job }, 'preview, checkpoints and parts were not removed');
      });
    };
    try {
      const begun = already?.answer ?? (await jobs.ledger.begin(leg, id));
      if (begun.answer !== 'begun') {
        if (begun.answer === 'exhausted') await giveUp(leg.job, begun.attempts);
        await dropLeft();
        return { kind: 'done' };
      }
      running.add(leg);
      tellSoon();
      const { attempt } = begun;
      const { signal } = mustLeave;
      const { verdict, mayHaveLeft } = await runAttempt(attempt, {
        jobs,
        worker: id,
        slot,
        recorder,
        mustLeave: signal,
        logger,
        kept,
        checkpoints,
        checkpointSeconds,
        memory,
        async storeProblem(asked) {
          const problem = await storeWatch.problem(asked);
          leaveStore(problem);
          return problem;
        },
        async lostRoots() {
          await lookAtRoots();
          return dataRoots.lost();
        },
      });
      if (!mayHaveLeft) return verdict;
      if (verdict.kind === 'done' && verdict.along) return { kind: 'done', along: verdict.along.then(dropLeft) };
      await dropLeft();
      return verdict;
    } finally {
      running.delete(leg);
      slot.release();
      tellSoon();
    }
  };
  const giveUp = async (job: string, attempts: number): Promise<void> => {
    const algorithm = (await jobs.ledger.head(job))?.algorithm;
    await jobs.ledger.finish(job, { state: 'failed', error: lostTooOften(attempts) });
    if (algorithm !== undefined) await jobs.algorithms.proceed(algorithm);
    await recordJob(jobs.ledger, job, record);
  };

  const { concurrency = 1 } = options;
  const taker = takeFittingLegs(capabilities, jobs, {
    concurrency,
    run: runLeg,
    onError,
    beginAs: { worker: id, reserve: () => slots.reserveNow() },
  });
  const builder = openAlgorithmBuilder({ jobs, worker: id, slots, logger });
  const reader = openReaderProcess(executorSettings(options));
  const desk = openQuestionDesk({ jobs, worker: id, reader, logger });
  const heart = setInterval(() => {
    beat();
    taker.look();
    builder.look();
    desk.look();
    drainListener.look();
    lookAtStore();
    void lookAtRoots();
  }, heartbeatMs);
  beat();
  logger.info({ pools: options.pools, engine: slots.facts.engine }, 'worker is ready');

  const leave = async () => {
    state = 'draining';
    beat();
    builder.close();
    const grace = new AbortController();
    const closing = taker.close();
    sleep((options.graceSeconds ?? defaultGraceSeconds) * 1000, undefined, { signal: grace.signal }).then(
      () => mustLeave.abort(),
      () => undefined,
    );
    await closing;
    await recorder.close();
    grace.abort();
    clearTimeout(telling);
    clearInterval(heart);
    stopSweeping();
    await desk.close();
    await slots.close();
    await jobs.fleet.leave(id);
    await jobs.close();
    logger.info('worker has left');
  };
  let leaving: Promise<void> | undefined;
  let misplaced: RondelError | undefined;
  let settleClosed: () => void = () => undefined;
  const closed = new Promise<void>((resolve, reject) => {
    settleClosed = () => (misplaced === undefined ? resolve() : reject(misplaced));
  });
  // Whoever drains the worker need not wait for it.
  closed.catch(() => undefined);
  const drain = () => (leaving ??= leave().finally(settleClosed));
  const leaveStore = (problem: string | undefined) => {
    if (problem === undefined || leaving !== undefined) return;
    logger.error(problem);
    misplaced = new RondelError('SERVICE_UNAVAILABLE', problem);
    mustLeave.abort();
    drain().catch((error: unknown) => logger.error({ err: error }, 'the worker could not leave in order'));
  };
  const lookAtStore = () => {
    storeWatch.look().then(leaveStore, (error: unknown) => {
      logger.warn({ err: error }, 'could not ask which artifact store it should be');
    });
  };
  const lookAtRoots = async () => {
    if (!(await dataRoots.look())) return;
    // Nobody shall send what cannot be read, and none of it shall be taken again.
    beat();
    taker.look();
  };
  const drainListener = listenForDrain(jobs, { id, logger }, () => {
    drain().catch((error: unknown) => logger.error({ err: error }, 'the worker could not leave in order'));
  });
  return { id, closed, drain };
}

interface PassingFiles {
  readonly store: ArtifactStore;
  readonly checkpoints: CheckpointArea;
  readonly parts: PartArea;
}

/** A job that has ended needs neither preview nor checkpoints nor parts. */
async function dropPassing(id: string, { ledger }: Jobs, { store, checkpoints, parts }: PassingFiles): Promise<void> {
  if (await parts.has(id)) await parts.remove({ job: id, run: await ledger.overRun(id) });
  const job = await ledger.get(id);
  if (job !== undefined && !isTerminal(job.state)) return;
  await store.removePreview(id);
  await checkpoints.remove(id);
}

function executorSettings(options: WorkerOptions): ExecutorSettings {
  const {
    storeDirectory,
    roots = {},
    packages = [],
    environmentNames = [],
    engine,
    threads,
    checkpointSeconds,
    memoryBytes,
    concurrency,
  } = options;
  return {
    storeDirectory,
    roots,
    packages,
    environmentNames,
    engine,
    ...(threads !== undefined && { threads }),
    ...(checkpointSeconds !== undefined && { checkpointSeconds }),
    ...(memoryBytes !== undefined && { memoryBytes }),
    ...(concurrency !== undefined && { slots: concurrency }),
  };
}

/** All that a worker says of itself and that does not change. */
function describe(id: string, options: WorkerOptions, { facts }: Slots) {
  const { engine, packages } = facts;
  return {
    id,
    pools: [...options.pools],
    labels: { ...options.labels },
    host: hostname(),
    pid: process.pid,
    engine: engine.name,
    device: engine.device,
    concurrency: options.concurrency ?? 1,
    threads: engine.threads,
    memoryBytes: Math.floor(engine.memoryBytes * (options.concurrency ?? 1)),
    packages: { ...packages },
  };
}

function lostTooOften(attempts: number) {
  return failure(
    'WORKER_LOST',
    `The job was started ${attempts} time${attempts === 1 ? '' : 's'} and the worker was lost every time. It may need more memory than the workers have.`,
  );
}

function asRondelError(error: unknown): never {
  if (error instanceof ExecutorUnusable) throw RondelError.from(error.failure);
  throw error;
}
