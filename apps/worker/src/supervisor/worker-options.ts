import { hostname } from 'node:os';
import type { EngineName } from '@rondel/contracts';
import type { Grants } from '@rondel/store';
import { defaultGiveWayEvery, knownRecords, type ResultLimits } from '@rondel/jobs';
import { buildIdentity, type LogLevel } from '@rondel/telemetry';
import type { AuditOptions, AuditTrail } from '@rondel/telemetry/trail';
import type { ExecutorSettings } from '../executor/messages/messages.js';
import type { Slots } from './process/slots.js';

export interface WorkerOptions {
  /** Where Redis is, as in `REDIS_URL`. */
  readonly redisUrl: string;
  /** Folder of the artifact store, shared with the API. */
  readonly storeDirectory: string;
  /** Pools whose jobs it takes; at least one. */
  readonly pools: readonly string[];
  readonly engine: EngineName | 'auto';
  /** Jobs at the same time, at least 1. Each gets an executor process of its own. @default 1 */
  readonly concurrency?: number;
  /** Threads that one job computes with, 1 to 64. @default as many as the process may run at once */
  readonly threads?: number;
  /** What jobs may ask for, name to value. @default none */
  readonly labels?: Readonly<Record<string, string>>;
  /** Data root name to folder. @default none */
  readonly roots?: Readonly<Record<string, string>>;
  /** What of them each project may read. @default all for the `default` project, nothing for any other */
  readonly grants?: Grants;
  /** Files with the public keys of APIs, or folders with such files. Absent: what Redis says is done, whoever has written it. */
  readonly trustKeys?: readonly string[];
  /** Reconstruction packages beside those that come with Rondel: npm names, or folders. @default none */
  readonly packages?: readonly string[];
  /** Variables of the environment that packages need beside those that every executor gets; see `executorEnvironment`. @default none */
  readonly environmentNames?: readonly string[];
  /**
   * Seconds that running jobs get to end when the worker is asked to leave; then they go back to the queue. Another worker
   * goes on from the last checkpoint of a step that makes some.
   * @default 20
   */
  readonly graceSeconds?: number;
  /**
   * Least distance of two checkpoints of a step in seconds; large ones come more rarely, so that making
   * them takes at most a twentieth of the time. What was computed since the last one is all that a lost worker costs.
   * @default 10
   */
  readonly checkpointSeconds?: number;
  /**
   * Bytes of the device's memory that all slots together may take, where tensors lie in the machine's memory bytes of
   * everything.
   * @default what there is
   */
  readonly memoryBytes?: number;
  /** Jobs whose data has so many bytes are spread over slots that have nothing to do. @default 67108864 */
  readonly splitFromBytes?: number;
  /** Of so many sub-jobs that it takes, one is of what others would always go before. @default 8 */
  readonly giveWayEvery?: number;
  /** Bytes of the store's disk that uploads leave free; below half of it no job begins. @default 268435456, or a twentieth of a smaller disk */
  readonly leastFreeBytes?: number;
  /** Where it notes what it refuses, and when it begins and ends. @default nowhere */
  readonly audit?: AuditOptions | undefined;
  /** What `startWorker` opens of `audit`. */
  readonly trail?: AuditTrail | undefined;
  /** @default info */
  readonly logLevel?: LogLevel;
  /** Size and age of the results that jobs leave for each other; what this worker leaves or collects keeps to it. @default `resultLimits` for what is left out */
  readonly resultLimits?: Partial<ResultLimits>;
}

export function executorSettings(options: WorkerOptions): ExecutorSettings {
  const {
    storeDirectory,
    roots = {},
    grants = {},
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
    grants,
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
export function describeWorker(id: string, options: WorkerOptions, { facts }: Slots) {
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
    giveWayEvery: options.giveWayEvery ?? defaultGiveWayEvery,
    memoryBytes: Math.floor(engine.memoryBytes * (options.concurrency ?? 1)),
    packages: { ...packages },
    records: knownRecords,
    ...buildIdentity(),
  };
}
