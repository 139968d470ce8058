import type { Failure } from '@rondel/contracts';
import type { superviseAs } from '@rondel/worker/supervisor';
import { imageResult } from '../api/queued-jobs.js';

type StartOne = NonNullable<Parameters<typeof superviseAs>[2]>;
type Executor = ReturnType<StartOne>;
type Engine = Awaited<Executor['ready']>['engine'];
type RunRequest = Parameters<Executor['run']>[0];

export interface SimulatedExecutors {
  /** Stands for an executor process of a real supervisor. */
  readonly start: StartOne;
  /** All that supervisors have told: settings at the start, runs and builds. */
  readonly told: readonly unknown[];
  /** Of a job. */
  readonly requests: (job: string) => readonly RunRequest[];
}

/** Computes nothing. @param failureOf What ends a run, other than with an image. */
export function simulatedExecutors(failureOf: (request: RunRequest) => Failure | undefined): SimulatedExecutors {
  const told: unknown[] = [];
  const runs: RunRequest[] = [];
  const engine: Engine = {
    name: 'wasm',
    version: '1',
    device: 'none',
    memoryBytes: 2 ** 30,
    hostBytes: 2 ** 30,
    ownMemory: false,
    threads: 1,
  };
  const start: StartOne = (settings) => {
    told.push(settings);
    return {
      pid: undefined,
      ready: Promise.resolve({ engine, packages: {} }),
      alive: () => true,
      run(request) {
        told.push(request);
        runs.push(request);
        const failure = failureOf(request);
        if (failure !== undefined) return Promise.resolve({ kind: 'failed', failure });
        return Promise.resolve({ kind: 'done', outcome: { kind: 'image', ...outcomeOf(request, engine) } });
      },
      build(request) {
        told.push(request);
        return Promise.resolve({ kind: 'built' });
      },
      kill: () => Promise.resolve(),
    };
  };
  return { start, told, requests: (job) => runs.filter((request) => request.job === job) };
}

function outcomeOf({ planToml, planSha256, parameters, worker }: RunRequest, { name, version, device }: Engine) {
  return {
    result: imageResult(),
    provenance: {
      ...{ plan: planToml, planSha256, parameters: { ...parameters }, data: [], packages: {} },
      ...{ engine: { name, version, device }, node: process.version, worker, timings: { total: 0 }, warm: true },
    },
  };
}
