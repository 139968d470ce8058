import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { given, RondelError } from '@rondel/contracts';
import {
  heartbeatMs,
  openJobs,
  resultLimits,
  takeFittingSubjobs,
  type Jobs,
  type Subjob,
  type WriteRecord,
} from '@rondel/jobs';
import {
  openArtifactStore,
  openCheckpointArea,
  openPartArea,
  openResultArea,
  storeIdentity,
  type ArtifactStore,
} from '@rondel/store';
import { openTrust, openVerifier } from '@rondel/warrants';
import { createLogger, openTroubleLog, watchOpenFiles, type Logger } from '@rondel/telemetry';
import type { NoteRefusal } from './warrants/refuse.js';
import { openWarrants, unsigned, type Warrants } from './warrants/warrants.js';
import { openAlgorithmBuilder } from './answers/algorithm-builder.js';
import { openHeartbeat } from './heartbeat.js';
import { openLeaving, type Leaving } from './leaving.js';
import { noting } from './noting.js';
import { openAside, type Aside } from './watch/aside.js';
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
import { subjobRunner, type SubjobRunnerOptions } from './run-subjob.js';
import { openSlots, type Slots } from './process/slots.js';
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
  const id = `${host}-${randomBytes(2).toString('hex')}-${process.pid}`;
  return noting(id, options, (trail) => superviseAs(id, { ...options, trail }));
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
  const { redisUrl, pools } = options;
  const jobs = await openJobs({ redisUrl, pools, onError, news: 'work' });
  try {
    const storeWatch = await openStoreWatch(options.storeDirectory, jobs.store);
    const store = openArtifactStore(options.storeDirectory, { willRecord: true });
    const warrants = await openWorkerWarrants(id, options, { store, onError });
    const slots = await openSlots(options.concurrency ?? 1, executorSettings(options), startOne).catch(asRondelError);
    const { leastFreeBytes } = options;
    const disk = openDiskWatch({ directory: options.storeDirectory, leastFreeBytes, everyMs: heartbeatMs });
    // Before it takes anything; from then on it is looked at with every heartbeat, and says what keeps it from looking.
    await disk.look().catch(() => false);
    return serve({ id, options, logger, jobs, store, warrants, storeWatch, disk, dataRoots, slots, onError });
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
  readonly warrants: Warrants;
  readonly storeWatch: StoreWatch;
  readonly disk: DiskWatch;
  readonly dataRoots: DataRoots;
  readonly slots: Slots;
  readonly onError: (error: Error) => void;
}

function serve(parts: Parts): RunningWorker {
  const { id, options, logger, jobs, slots, storeWatch, warrants, dataRoots, onError } = parts;
  const running = new Set<Subjob>();
  const startedAt = new Date().toISOString();

  const capabilities = () => ({ ...describeWorker(id, options, slots), roots: dataRoots.present() });
  const heartbeat = openHeartbeat(
    () => ({
      ...capabilities(),
      state: leaving.begun() ? 'draining' : 'running',
      ...given({ aside: aside.now(), store: storeWatch.identity() }),
      running: [...new Set([...running].map(({ job }) => job))],
      startedAt,
    }),
    { jobs, logger },
  );
  const aside = openAside(parts, {
    onBegin() {
      taker.rest();
      heartbeat.soon();
    },
    onEnd() {
      taker.look();
      heartbeat.soon();
    },
  });
  const lookAtRoots = async () => {
    if (!(await dataRoots.look())) return;
    // Nobody shall send what cannot be read, and none of it shall be taken again.
    heartbeat.beat();
    taker.look();
  };

  const areas = openAreas(parts);
  const recorder = openRecorder(jobs.ledger, areas.record, logger);
  const { graceSeconds = defaultGraceSeconds, concurrency = 1, giveWayEvery } = options;
  const leaving = openLeaving({ graceSeconds, logger, leave });
  const noteRun = (subjob: Subjob) => {
    running.add(subjob);
    heartbeat.soon();
    return () => {
      running.delete(subjob);
      heartbeat.soon();
    };
  };
  const taker = takeFittingSubjobs(capabilities, jobs, {
    concurrency,
    ...given({ giveWayEvery }),
    run: subjobRunner(runnerOptions(parts, { ...areas, recorder, aside, leaving, lookAtRoots, noteRun })),
    onError,
    resting: () => aside.now() !== undefined,
    beginAs: { worker: id, reserve: () => slots.reserveNow() },
  });
  const builder = openAlgorithmBuilder({ jobs, worker: id, slots, warrants, logger });
  const questions = openReaderQuestions({
    ...{ jobs, worker: id, warrants, logger },
    reader: openReaderProcess(executorSettings(options)),
  });
  const drainListener = listenForDrain(jobs, { id, logger }, leaving.begin);
  const lookAtStore = () => {
    storeWatch.look().then(leaving.leaveFor, (error: unknown) => {
      logger.warn({ err: error }, 'could not ask which artifact store it should be');
    });
  };
  const heart = setInterval(() => {
    heartbeat.beat();
    for (const each of [taker, builder, questions, drainListener]) each.look();
    lookAtStore();
    void aside.look();
    void lookAtRoots();
  }, heartbeatMs);
  const stopRegular = [
    () => clearInterval(heart),
    watchOpenFiles(logger),
    collectResultsRegularly({ results: jobs.results, ...areas.kept, logger }),
  ];
  heartbeat.beat();
  logger.info({ pools: options.pools, engine: slots.facts.engine }, 'worker is ready');

  async function leave(withinGrace: (end: Promise<void>) => Promise<void>) {
    heartbeat.beat();
    builder.close();
    await withinGrace(taker.close().then(() => recorder.close()));
    heartbeat.close();
    for (const stop of stopRegular) stop();
    aside.close();
    await questions.close();
    await slots.close();
    await jobs.fleet.leave(id);
    await jobs.close();
    logger.info('worker has left');
  }
  void slots.updated.then(leaving.leaveFor);
  const { closed, drain, hurry } = leaving;
  return { id, closed, drain, hurry };
}

/** Where in the artifact store jobs leave something for each other, for their next attempt, and for good. */
function openAreas({ options: { storeDirectory, resultLimits: limits }, store }: Parts) {
  const record: WriteRecord = (job, archive) => store.putRecord(job, archive);
  return {
    kept: { area: openResultArea(storeDirectory), limits: { ...resultLimits, ...limits } },
    checkpoints: openCheckpointArea(storeDirectory),
    parts: openPartArea(storeDirectory),
    record,
  };
}

interface RunnerParts extends Pick<SubjobRunnerOptions, 'kept' | 'checkpoints' | 'parts' | 'record' | 'recorder'> {
  readonly aside: Aside;
  readonly leaving: Leaving;
  readonly lookAtRoots: () => Promise<void>;
  readonly noteRun: SubjobRunnerOptions['onBegin'];
}

function runnerOptions(
  { id, options, logger, jobs, store, slots, storeWatch, warrants, dataRoots }: Parts,
  { aside, leaving, lookAtRoots, noteRun, ...areas }: RunnerParts,
): SubjobRunnerOptions {
  const { checkpointSeconds = defaultCheckpointSeconds, splitFromBytes = defaultSplitFromBytes } = options;
  const { memoryBytes: roomBytes, ownMemory } = slots.facts.engine;
  return {
    ...areas,
    ...{ jobs, worker: id, slots, store, warrants, logger, checkpointSeconds },
    noteRefusal: refusalNoter(options),
    mustLeave: leaving.mustLeave,
    memory: { learnt: openMemoryFactors(), roomBytes, ownMemory, splitFromBytes },
    mustNotBegin: async () => leaving.begun() || (await aside.fullDisk({ fresh: false })) !== undefined,
    onBegin: noteRun,
    onRan: ({ job }, { failure }) => aside.note(job, failure),
    async storeProblem(asked) {
      const problem = await storeWatch.problem(asked);
      leaving.leaveFor(problem);
      return problem;
    },
    async lostRoots() {
      await lookAtRoots();
      return dataRoots.lost();
    },
    fullDisk: () => aside.fullDisk({ fresh: true }),
  };
}

function refusalNoter({ trail }: WorkerOptions): NoteRefusal {
  return (what, id) => trail?.note({ what: `${what}.refused`, ids: [id], code: 'WARRANT_REFUSED' });
}

/** Throws `INVALID_REQUEST` for a key that cannot be used. */
async function openWorkerWarrants(
  id: string,
  options: WorkerOptions,
  { store, onError }: { readonly store: ArtifactStore; readonly onError: (error: Error) => void },
): Promise<Warrants> {
  const { trustKeys, storeDirectory, pools, labels = {} } = options;
  if (trustKeys === undefined) return unsigned;
  return openWarrants({
    verifier: openVerifier({ trust: await openTrust(trustKeys, onError) }),
    installation: await storeIdentity(storeDirectory),
    worker: { id, pools: [...pools], labels },
    store,
    parts: openPartArea(storeDirectory),
    noteRefusal: refusalNoter(options),
  });
}

function asRondelError(error: unknown): never {
  if (error instanceof ExecutorUnusable) throw RondelError.from(error.failure);
  throw error;
}
