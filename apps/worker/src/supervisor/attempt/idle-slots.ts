import type { WorkerRecord } from '@rondel/contracts';
import { meets, placeOfSubjobs, placesOfWorker, type Jobs, type StageHead } from '@rondel/jobs';

/** Workers that run now and take sub-jobs of the stage's queue. */
export async function workersFor(stage: StageHead, { fleet }: Pick<Jobs, 'fleet'>): Promise<WorkerRecord[]> {
  const place = placeOfSubjobs(stage);
  return (await fleet.workers()).filter(
    (worker) => worker.state === 'running' && placesOfWorker(worker).includes(place) && meets(worker, stage.requires),
  );
}

/**
 * How many slots would have nothing to do if the sub-job that asks, which has one of them, were over: those of the pool's
 * workers that take sub-jobs of its kind, less what they run and what waits in the pool. 0 for a sub-job that is bound to one
 * worker or to a label, and while the pool is paused.
 */
export async function idleSlots(stage: StageHead, jobs: Pick<Jobs, 'fleet' | 'pools'>): Promise<number> {
  const pool = placeOfSubjobs(stage);
  if (pool.startsWith('@')) return 0;
  const [workers, demand] = await Promise.all([workersFor(stage, jobs), jobs.pools.demand(pool)]);
  if (demand.paused) return 0;
  const slots = workers.reduce((sum, { concurrency }) => sum + concurrency, 0);
  const said = workers.reduce((sum, { running }) => sum + running.length, 0);
  return Math.max(0, slots - Math.max(said, demand.active) - demand.runnable + 1);
}
