import { RondelError } from '@rondel/contracts';
import { poolUnknown, queueName, type StageHead } from '@rondel/jobs';
import { planStages, type PlanTree } from '@rondel/reco';
import type { Services } from './services.js';

/**
 * The stages of a job, each with the queue that its legs go to.
 *
 * Throws `POOL_UNKNOWN` for a placement that names no pool, no worker and no label that a worker has, and what
 * `planStages` throws.
 */
export async function placeStages(
  tree: PlanTree,
  { pool, worker, axis }: { pool: string; worker?: string | undefined; axis?: string | undefined },
  services: Services,
): Promise<StageHead[]> {
  const stages = planStages(tree, services.registry, axis);
  const queueOf = await placementResolver(services);
  return stages.map(({ steps, placement, axis: split }) => ({
    steps,
    queue: queueOf(placement ?? worker ?? pool),
    ...(split !== undefined && { axis: split }),
  }));
}

async function placementResolver({ jobs }: Services): Promise<(placement: string) => string> {
  const [pools, workers] = await Promise.all([jobs.fleet.pools(), jobs.fleet.workers()]);
  return (placement) => {
    const [key = '', value] = placement.split(/=(.*)/s);
    if (value !== undefined) {
      if (workers.some(({ labels }) => labels[key] === value)) return queueName.label(key, value);
      throw new RondelError(
        'POOL_UNKNOWN',
        `No worker has the label ${placement}. Start one with: rondel worker --label ${placement}`,
      );
    }
    if (workers.some(({ id }) => id === placement)) return queueName.worker(placement);
    if (pools.includes(placement)) return queueName.pool(placement);
    throw poolUnknown(placement, pools);
  };
}
