import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { failure, isTerminal, RondelError, toFailure, type EngineName, type WorkerRecord } from '@rondel/contracts';
import {
  heartbeatMs,
  openJobs,
  queueName,
  recordJob,
  takeLegs,
  type Jobs,
  type Leg,
  type LegVerdict,
  type WriteRecord,
} from '@rondel/jobs';
import { openArtifactStore, type ArtifactStore } from '@rondel/store';
import { createLogger, type Logger, type LogLevel } from '@rondel/telemetry';
import { runAttempt } from './attempt.js';
import { listenForDrain } from './drain-request.js';
import { ExecutorUnusable } from './executor-process.js';
import { openSlots, type Slots } from './slots.js';

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
  /** Running jobs get this long to end when the worker is asked to leave; then they go back to the queue. */
  readonly graceSeconds?: number;
  readonly logLevel?: LogLevel;
}

export interface RunningWorker {
  readonly id: string;
  /** Resolves when the worker has left. */
  readonly closed: Promise<void>;
  /** Takes no more jobs, lets the running ones end within the grace period, gives back the rest, and leaves. */
  drain(): Promise<void>;
}

const defaultGraceSeconds = 20;
/** A worker that takes from several queues may be offered more than it has slots; others get the leg after this. */
const busyDelayMs = 250;

/**
 * Starts the queue side of a worker. It never computes: BullMQ renews the locks of running jobs on this event loop.
 *
 * Throws `DATA_NOT_FOUND` for a data root that is no folder, `ENGINE_UNAVAILABLE` when the engine does not open,
 * `SERVICE_UNAVAILABLE` when Redis cannot be used.
 */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const id = `${hostname()
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, '-')}-${process.pid}`;
  const logger = createLogger('worker', options.logLevel).child({ worker: id });
  await checkRoots(options.roots ?? {});
  const onError = (error: Error) => logger.warn({ err: error }, 'redis');
  const jobs = await openJobs({ redisUrl: options.redisUrl, onError });
  try {
    const store = openArtifactStore(options.storeDirectory);
    const slots = await openSlots(options.concurrency ?? 1, executorSettings(options)).catch(asRondelError);
    return serve({ id, options, logger, jobs, store, slots, onError });
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
  readonly slots: Slots;
  readonly onError: (error: Error) => void;
}

function serve({ id, options, logger, jobs, store, slots, onError }: Parts): RunningWorker {
  const running = new Set<Leg>();
  const mustLeave = new AbortController();
  const startedAt = new Date().toISOString();
  let state: WorkerRecord['state'] = 'running';

  const beat = () => {
    const record = {
      ...describe(id, options, slots),
      state,
      running: [...new Set([...running].map(({ job }) => job))],
      startedAt,
    };
    jobs.fleet
      .beat({ ...record, heartbeatAt: new Date().toISOString() })
      .catch((error: unknown) => logger.warn({ err: error }, 'heartbeat was not stored'));
  };

  const record: WriteRecord = (job, archive) => store.putRecord(job, archive);
  const runLeg = async (leg: Leg, lockLost: AbortSignal): Promise<LegVerdict> => {
    const executor = slots.acquire();
    if (executor === undefined) return { kind: 'again', delayMs: busyDelayMs };
    try {
      const begun = await jobs.ledger.begin(leg, id);
      if (begun.answer === 'missing' || begun.answer === 'ended') return { kind: 'done' };
      if (begun.answer === 'exhausted') return await giveUp(leg.job, begun.attempts);
      running.add(leg);
      beat();
      const { signal } = mustLeave;
      return await runAttempt(begun.attempt, {
        jobs,
        worker: id,
        executor,
        record,
        lockLost,
        mustLeave: signal,
        logger,
      });
    } finally {
      running.delete(leg);
      slots.release(executor);
      beat();
      // Nobody draws for this leg any more. What cannot be removed now is removed by the store's sweep.
      await dropPreview(leg.job, jobs, store).catch((error: unknown) => {
        logger.warn({ err: error, job: leg.job }, 'the preview was not removed');
      });
    }
  };
  const giveUp = async (job: string, attempts: number): Promise<LegVerdict> => {
    await jobs.ledger.finish(job, { state: 'failed', error: lostTooOften(attempts) });
    await recordJob(jobs.ledger, job, record);
    return { kind: 'done' };
  };

  const takers = queuesOf(id, options).map((queue) =>
    takeLegs({ redisUrl: options.redisUrl, queue, concurrency: options.concurrency ?? 1, run: runLeg, onError }),
  );
  const heart = setInterval(() => {
    beat();
    drainListener.look();
  }, heartbeatMs);
  beat();
  logger.info({ pools: options.pools, engine: slots.facts.engine }, 'worker is ready');

  const leave = async () => {
    state = 'draining';
    beat();
    const grace = new AbortController();
    const closing = Promise.all(takers.map((taker) => taker.close()));
    sleep((options.graceSeconds ?? defaultGraceSeconds) * 1000, undefined, { signal: grace.signal }).then(
      () => mustLeave.abort(),
      () => undefined,
    );
    await closing;
    grace.abort();
    clearInterval(heart);
    await slots.close();
    await jobs.fleet.leave(id);
    await jobs.close();
    logger.info('worker has left');
  };
  let leaving: Promise<void> | undefined;
  let resolveClosed: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => (resolveClosed = resolve));
  const drain = () => (leaving ??= leave().finally(resolveClosed));
  const drainListener = listenForDrain(jobs, { id, startedAt, logger }, () => {
    drain().catch((error: unknown) => logger.error({ err: error }, 'the worker could not leave in order'));
  });
  return { id, closed, drain };
}

/** A job that has ended needs no preview. */
async function dropPreview(id: string, { ledger }: Jobs, store: ArtifactStore): Promise<void> {
  const job = await ledger.get(id);
  if (job === undefined || isTerminal(job.state)) await store.removePreview(id);
}

/** Its pools', its own, and one for each of its labels. */
function queuesOf(id: string, { pools, labels = {} }: WorkerOptions): string[] {
  return [
    ...pools.map(queueName.pool),
    queueName.worker(id),
    ...Object.entries(labels).map(([key, value]) => queueName.label(key, value)),
  ];
}

/** A root that is not there would only show when the first job asks for it. */
async function checkRoots(roots: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, folder] of Object.entries(roots)) {
    const facts = await stat(folder).catch((error: unknown) => {
      const { message } = toFailure(error);
      throw new RondelError('DATA_NOT_FOUND', `The data root "${name}" cannot be used: ${message}.`, { cause: error });
    });
    if (facts.isDirectory()) continue;
    throw new RondelError('DATA_NOT_FOUND', `The data root "${name}" leads to ${folder}, which is not a folder.`);
  }
}

function executorSettings({ storeDirectory, roots = {}, engine, threads }: WorkerOptions) {
  return { storeDirectory, roots, engine, ...(threads !== undefined && { threads }) };
}

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
    memoryBytes: engine.memoryBytes,
    packages: { ...packages },
    roots: Object.keys(options.roots ?? {}),
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
