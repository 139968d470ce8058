import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { given, RondelError, type WorkerRecord } from '@rondel/contracts';
import {
  heartbeatMs,
  openJobs,
  resultLimits,
  takeFittingSubjobs,
  type Jobs,
  type Subjob,
  type WriteRecord,
} from '@rondel/jobs';
import { openArtifactStore, openCheckpointArea, openPartArea, openResultArea, type ArtifactStore } from '@rondel/store';
import { createLogger, openTroubleLog, watchOpenFiles, type Logger } from '@rondel/telemetry';
import { openAlgorithmBuilder } from './answers/algorithm-builder.js';
import { openHeartbeat } from './heartbeat.js';
import { type MemoryTerms } from './attempt/attempt.js';
import { openDataRoots, type DataRoots } from './watch/data-roots.js';
import { openDiskWatch, type DiskWatch } from './watch/disk-watch.js';
import { listenForDrain } from './watch/drain-request.js';
import { ExecutorUnusable, startExecutor } from './process/executor-process.js';
import { openMemoryFactors } from './attempt/memory-factors.js';
import { openReaderQuestions } from './answers/reader-questions.js';
import { openStoreWatch, type StoreWatch } from './watch/store-watch.js';
import { openReaderProcess } from './process/reader-process.js';
import { openRecorder } from './attempt/recorder.js';
import { collectResultsRegularly } from './answers/result-collection.js';
import { subjobRunner } from './run-subjob.js';
import { openSlots, type Slots } from './process/slots.js';
import { openTimeOut } from './watch/time-out.js';
import { describeWorker, executorSettings, type WorkerOptions } from './worker-options.js';

export type { WorkerOptions } from './worker-options.js';

export interface RunningWorker {
  readonly id: string;
  /** Resolves when the worker has left; rejects with the reason when it had to, as its artifact store was not the API's any more or Rondel was updated. */
  readonly closed: Promise<void>;
  /** Takes no more jobs, lets the running ones end within the grace period, gives back the rest, and leaves. */
  drain(): Promise<void>;
  /** The grace period is over: what runs goes back at once, without costing an attempt. */
  hurry(): void;
}

const defaultGraceSeconds = 20;
const defaultCheckpointSeconds = 10;
/** Writing and reading blocks of smaller data takes as long as what is gained. */
const defaultSplitFromBytes = 64 * 2 ** 20;
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
  const onError = openTroubleLog(logger);
  const jobs = await openJobs({ redisUrl: options.redisUrl, onError, news: 'work' });
  try {
    const storeWatch = await openStoreWatch(options.storeDirectory, jobs.store);
    const store = openArtifactStore(options.storeDirectory, { willRecord: true });
    const slots = await openSlots(options.concurrency ?? 1, executorSettings(options), startOne).catch(asRondelError);
    const { leastFreeBytes } = options;
    const disk = openDiskWatch({ directory: options.storeDirectory, leastFreeBytes, everyMs: heartbeatMs });
    // Before it takes anything; from then on it is looked at with every heartbeat, and says what keeps it from looking.
    await disk.look().catch(() => false);
    return serve({ id, options, logger, jobs, store, storeWatch, disk, dataRoots, slots, onError });
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
  readonly disk: DiskWatch;
  readonly dataRoots: DataRoots;
  readonly slots: Slots;
  readonly onError: (error: Error) => void;
}

function serve({
  id,
  options,
  logger,
  jobs,
  store,
  storeWatch,
  disk,
  dataRoots,
  slots,
  onError,
}: Parts): RunningWorker {
  const running = new Set<Subjob>();
  const mustLeave = new AbortController();
  const startedAt = new Date().toISOString();
  let state: WorkerRecord['state'] = 'running';

  const capabilities = () => ({ ...describeWorker(id, options, slots), roots: dataRoots.present() });
  const timeOut = openTimeOut({
    onBegin(milliseconds, reason) {
      taker.rest();
      logger.warn(`takes no jobs for ${milliseconds / 1000} s: ${reason}`);
    },
    onEnd() {
      taker.look();
      heartbeat.soon();
    },
  });
  const lookAtDisk = async () => {
    const changed = await disk.look().catch((error: unknown) => {
      logger.warn({ err: error }, 'could not ask how much room the disk of the store has');
      return false;
    });
    if (!changed) return;
    const full = disk.now();
    if (full === undefined) {
      logger.info('the disk of the store has room again; takes jobs');
      taker.look();
    } else {
      logger.warn(`takes no jobs: ${full.reason}`);
      taker.rest();
    }
    heartbeat.soon();
  };
  /** Why nothing may begin now: it may have become full since the last heartbeat. */
  const fullDisk = async (): Promise<string | undefined> => {
    if (!disk.isFresh()) await lookAtDisk();
    return disk.now()?.reason;
  };
  const heartbeat = openHeartbeat(
    () => ({
      ...capabilities(),
      state,
      ...given({ aside: timeOut.now() ?? disk.now(), store: storeWatch.identity() }),
      running: [...new Set([...running].map(({ job }) => job))],
      startedAt,
    }),
    { jobs, logger },
  );

  const kept = {
    area: openResultArea(options.storeDirectory),
    limits: { ...resultLimits, ...options.resultLimits },
  };
  const stopCounting = watchOpenFiles(logger);
  const stopCollecting = collectResultsRegularly({ results: jobs.results, ...kept, logger });

  const checkpoints = openCheckpointArea(options.storeDirectory);
  const { checkpointSeconds = defaultCheckpointSeconds } = options;
  const memory: MemoryTerms = {
    learnt: openMemoryFactors(),
    roomBytes: slots.facts.engine.memoryBytes,
    ownMemory: slots.facts.engine.ownMemory,
    splitFromBytes: options.splitFromBytes ?? defaultSplitFromBytes,
  };
  const parts = openPartArea(options.storeDirectory);
  const record: WriteRecord = (job, archive) => store.putRecord(job, archive);
  const recorder = openRecorder(jobs.ledger, record, logger);
  const mustNotBegin = async () => state === 'draining' || (await fullDisk()) !== undefined;
  const runSubjob = subjobRunner({
    jobs,
    worker: id,
    slots,
    recorder,
    record,
    mustLeave: mustLeave.signal,
    logger,
    kept,
    checkpoints,
    parts,
    checkpointSeconds,
    memory,
    mustNotBegin,
    onBegin(subjob) {
      running.add(subjob);
      heartbeat.soon();
      return () => {
        running.delete(subjob);
        heartbeat.soon();
      };
    },
    onRan: ({ job }, { failure }) => timeOut.note(job, failure),
    async storeProblem(asked) {
      const problem = await storeWatch.problem(asked);
      leaveFor(problem);
      return problem;
    },
    async lostRoots() {
      await lookAtRoots();
      return dataRoots.lost();
    },
    async fullDisk() {
      await lookAtDisk();
      return disk.now()?.reason;
    },
  });

  const { concurrency = 1 } = options;
  const taker = takeFittingSubjobs(capabilities, jobs, {
    concurrency,
    ...(options.giveWayEvery !== undefined && { giveWayEvery: options.giveWayEvery }),
    run: runSubjob,
    onError,
    resting: () => timeOut.now() !== undefined || disk.now() !== undefined,
    beginAs: { worker: id, reserve: () => slots.reserveNow() },
  });
  const builder = openAlgorithmBuilder({ jobs, worker: id, slots, logger });
  const reader = openReaderProcess(executorSettings(options));
  const questions = openReaderQuestions({ jobs, worker: id, reader, logger });
  const heart = setInterval(() => {
    heartbeat.beat();
    taker.look();
    builder.look();
    questions.look();
    drainListener.look();
    lookAtStore();
    void lookAtDisk();
    void lookAtRoots();
  }, heartbeatMs);
  heartbeat.beat();
  logger.info({ pools: options.pools, engine: slots.facts.engine }, 'worker is ready');

  const leave = async () => {
    state = 'draining';
    heartbeat.beat();
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
    heartbeat.close();
    clearInterval(heart);
    timeOut.close();
    stopCollecting();
    stopCounting();
    await questions.close();
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
  /** Gives back at once what runs: whatever it makes is worth nothing here. */
  const leaveFor = (problem: string | undefined) => {
    if (problem === undefined || leaving !== undefined) return;
    logger.error(problem);
    misplaced = new RondelError('SERVICE_UNAVAILABLE', problem);
    mustLeave.abort();
    drain().catch((error: unknown) => logger.error({ err: error }, 'the worker could not leave in order'));
  };
  const lookAtStore = () => {
    storeWatch.look().then(leaveFor, (error: unknown) => {
      logger.warn({ err: error }, 'could not ask which artifact store it should be');
    });
  };
  const lookAtRoots = async () => {
    if (!(await dataRoots.look())) return;
    // Nobody shall send what cannot be read, and none of it shall be taken again.
    heartbeat.beat();
    taker.look();
  };
  const drainListener = listenForDrain(jobs, { id, logger }, () => {
    drain().catch((error: unknown) => logger.error({ err: error }, 'the worker could not leave in order'));
  });
  void slots.updated.then(leaveFor);
  return { id, closed, drain, hurry: () => mustLeave.abort() };
}

function asRondelError(error: unknown): never {
  if (error instanceof ExecutorUnusable) throw RondelError.from(error.failure);
  throw error;
}
