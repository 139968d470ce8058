import { failure, isRondelError, type Failure } from '@rondel/contracts';
import { buildNews, type AlgorithmBuild, type Jobs } from '@rondel/jobs';
import type { Logger } from '@rondel/telemetry';
import { ExecutorUnusable, type BuildEnd, type ExecutorProcess } from '../process/executor-process.js';
import type { Slots } from '../process/slots.js';
import type { Warrants } from '../warrants/warrants.js';

/** How long a build stands in line before it looks whether it is still wanted. */
const inLineMs = 2000;

export interface BuilderOptions {
  readonly jobs: Pick<Jobs, 'algorithms' | 'news'>;
  /** Id of this worker. */
  readonly worker: string;
  readonly slots: Slots;
  readonly warrants: Pick<Warrants, 'algorithm'>;
  readonly logger: Logger;
}

/** Builds the warm algorithms that are bound to a worker as soon as they are. */
export interface AlgorithmBuilder {
  /** Looks for algorithms to build; for regular use, as a message can be missed. */
  look(): void;
  /** Begins nothing more, and says nothing of what is being built: another worker builds it. */
  close(): void;
}

/** With whose data roots it may read. */
type WarrantedBuild = AlgorithmBuild & { readonly project: string };

interface Building {
  /** Builds it at present: nothing else runs there. */
  executor?: ExecutorProcess | undefined;
  /** Nobody wants it any more. */
  dropped: boolean;
}

export function openAlgorithmBuilder({ jobs, worker, slots, warrants, logger }: BuilderOptions): AlgorithmBuilder {
  const running = new Map<string, Building>();
  /** How often the machine has let an algorithm down. */
  const lost = new Map<string, number>();
  let closed = false;

  const slotFor = async (building: Building) => {
    for (;;) {
      const slot = await slots.reserve(inLineMs);
      if (slot !== undefined || building.dropped || closed) return slot;
    }
  };
  const buildOnSlot = async (wanted: WarrantedBuild, building: Building) => {
    const slot = await slotFor(building);
    try {
      if (slot === undefined || building.dropped || closed) return undefined;
      const executor = slot.executorFor(wanted.planSha256);
      building.executor = executor;
      return await buildOn(executor, wanted);
    } finally {
      // From here on the executor may run jobs, while it is being reported that this one is no more to be built.
      building.executor = undefined;
      slot?.release();
    }
  };
  const build = async (wanted: AlgorithmBuild, building: Building) => {
    const end = await warrants
      .algorithm(wanted)
      .then((project) => buildOnSlot({ ...wanted, project }, building), refused);
    // Its slot is free by now: the first input comes with the report, to the executor that has built.
    if (end !== undefined) await report(wanted, end, building);
  };
  const report = async ({ id, attempts }: AlgorithmBuild, end: BuildEnd, { dropped }: Building) => {
    if (dropped || closed) return;
    const error = end.kind === 'failed' ? end.failure : undefined;
    const made = (lost.get(id) ?? 0) + 1;
    if (error?.retryable === true && made < attempts) {
      lost.set(id, made);
      logger.warn({ algorithm: id, code: error.code }, 'an algorithm was not built; it will be tried again');
      return;
    }
    lost.delete(id);
    await jobs.algorithms.built(id, worker, error);
    logger.info({ algorithm: id, ...(error && { code: error.code }) }, error ? 'algorithm failed' : 'algorithm built');
  };
  const begin = (wanted: AlgorithmBuild) => {
    const building: Building = { dropped: false };
    running.set(wanted.id, building);
    build(wanted, building)
      .catch((error: unknown) => logger.warn({ err: error, algorithm: wanted.id }, 'a build was not reported'))
      .finally(() => running.delete(wanted.id));
  };
  const follow = async () => {
    const wanted = await jobs.algorithms.toBuild(worker);
    for (const [id, building] of running) {
      if (wanted.some((one) => one.id === id)) continue;
      building.dropped = true;
      await building.executor?.kill();
    }
    for (const one of wanted) if (!closed && !running.has(one.id)) begin(one);
  };
  let following = Promise.resolve();
  let mustFollow = false;
  /** One after the other: what one has asked for would be out of date once another has begun a build. */
  const look = () => {
    if (mustFollow) return;
    mustFollow = true;
    following = following
      .then(() => {
        mustFollow = false;
        return follow();
      })
      .catch((error: unknown) => logger.warn({ err: error }, 'could not ask for algorithms to build'));
  };
  const silence = jobs.news.listen(buildNews(worker), look);
  look();
  return {
    look,
    close() {
      closed = true;
      silence();
    },
  };
}

/** It has failed before anything of it was built. */
function refused(error: unknown): BuildEnd {
  if (!isRondelError(error)) throw error;
  return { kind: 'failed', failure: error.failure };
}

async function buildOn(executor: ExecutorProcess, build: WarrantedBuild): Promise<BuildEnd> {
  const { project, plan, stages, timeoutSeconds } = build;
  let late: Failure | undefined;
  const onTime = timeoutSeconds === undefined ? undefined : setTimeout(stop, timeoutSeconds * 1000);
  function stop() {
    late = failure(
      'TIMEOUT',
      `The algorithm was not built within ${timeoutSeconds} s. Allow more with timeoutSeconds.`,
    );
    void executor.kill();
  }
  try {
    const end = await executor.build({ project, plan, stages });
    return end.kind === 'failed' && late ? { kind: 'failed', failure: late } : end;
  } catch (error) {
    if (!(error instanceof ExecutorUnusable)) throw error;
    return { kind: 'failed', failure: { ...error.failure, retryable: true } };
  } finally {
    clearTimeout(onTime);
  }
}
