import type { EngineName, Requirements } from '@rondel/contracts';
import {
  subjobPlace,
  subjobQueue,
  mostQueuesOfOne,
  mostSpecialQueues,
  poolUnknown,
  tooManyInAll,
  tooManyOfOne,
  type StageHead,
} from '@rondel/jobs';
import { packagesIn, planStages, rootsIn, sizedSteps, type JobStage, type PlanTree, type Registry } from '@rondel/reco';
import type { FleetFacts } from '../../fleet/fleet-view.js';
import { installedManifests } from '../../server/installed-manifests.js';

/** Where a job goes unless its plan says otherwise, and what it needs there. */
export interface JobPlace {
  readonly pool: string;
  /** A pool, the id of a worker or a label. */
  readonly worker?: string | undefined;
  readonly engine?: EngineName | undefined;
  /** Whose job it is. */
  readonly submitter?: string | undefined;
}

/** What of a plan's stages does not depend on where they go. */
export interface StagedPlan {
  readonly stages: readonly JobStage[];
  /** Packages that a worker may not have. */
  readonly packages: string[];
  /** Its steps, as far as the size of what they make is known. */
  readonly sized: ReturnType<typeof sizedSteps>;
}

/** A stage of a plan with the queue that its sub-jobs go to. */
export interface PlacedStage {
  readonly head: StageHead;
  /** What the plan itself says of the stage's place. */
  readonly placement?: string;
  readonly requires: Requirements;
}

/** Throws what `planStages` throws. */
export function stagePlan(tree: PlanTree, registry: Registry, axis?: string): StagedPlan {
  const packages = packagesIn(tree, registry.catalog).filter((name) => !comesAlong.has(name));
  return { stages: planStages(tree, registry, axis), packages, sized: sizedSteps(tree, registry) };
}

/**
 * Makes a plan's stages those of a job. Throws `POOL_UNKNOWN` and `QUOTA_EXCEEDED`.
 *
 * @param roots Data roots that the job's raw data lies in.
 */
export type StagePlacer = (plan: StagedPlan, roots?: readonly string[]) => PlacedStage[];

/**
 * Places many plans alike. What nobody has now may come, so a placement is refused only when it
 * names no pool, no worker and no label, or when too many kinds of work are about that not every worker can do.
 */
export function stagePlacer(place: JobPlace, fleet: FleetFacts): StagePlacer {
  const special = new Map(fleet.special.map(({ queue, submitter }) => [queue, submitter]));
  const everywhere = place.worker ?? place.pool;
  return ({ stages, packages }, dataRoots = []) =>
    stages.map((stage, index) => {
      const readsInput = index === 1 && readsRawData(stages, place, dataRoots);
      const at = resolvePlacement(stage.placement ?? everywhere, fleet);
      const roots = [...stage.roots, ...(index === 0 || readsInput ? dataRoots : [])];
      const requires = requirementsOf({ engine: place.engine, packages, roots, labels: at.labels });
      const to = subjobQueue(at.place, requires);
      if (to.requires !== undefined) reserve(to.queue, special, place.submitter ?? '');
      return {
        head: { ...headOf(stage, to), ...(readsInput && { readsInput }) },
        requires,
        ...(stage.placement !== undefined && { placement: stage.placement }),
      };
    });
}

/** Every worker has them, so nothing needs to be looked for. */
const comesAlong: ReadonlySet<string> = new Set([...installedManifests.map(({ name }) => name), '@rondel/reco']);

/**
 * Whether the blocks of a plan that begins with a split step read the raw data themselves: where every worker can, or
 * where they go to the same place as the sub-job that divides it, which needs the data roots anyway.
 */
function readsRawData(
  [first, second]: readonly JobStage[],
  { worker, pool }: JobPlace,
  roots: readonly string[],
): boolean {
  if (first?.steps.length !== 0 || second === undefined) return false;
  return roots.length === 0 || second.placement === undefined || second.placement === (worker ?? pool);
}

/** What a worker must have to read the remote values of a part of a plan. Throws `DATA_*`. */
export function readingNeeds(part: PlanTree, { catalog }: Registry): Requirements {
  return requirementsOf({
    engine: undefined,
    packages: packagesIn(part, catalog).filter((name) => !comesAlong.has(name)),
    roots: rootsIn(part, catalog),
    labels: undefined,
  });
}

function headOf({ steps, axis, halo }: JobStage, to: ReturnType<typeof subjobQueue>): StageHead {
  return { steps, ...to, ...(axis !== undefined && { axis }), ...(halo !== undefined && { halo }) };
}

/** Without what does not matter; sorted, so that the record of a job reads the same however it was asked for. */
function requirementsOf({
  engine,
  packages,
  roots,
  labels,
}: {
  readonly engine: EngineName | undefined;
  readonly packages: string[];
  readonly roots: readonly string[];
  readonly labels: Record<string, string> | undefined;
}): Requirements {
  return {
    ...(engine !== undefined && { engine }),
    ...(packages.length > 0 && { packages }),
    ...(roots.length > 0 && { roots: [...new Set(roots)].sort() }),
    ...(labels !== undefined && { labels }),
  };
}

function resolvePlacement(
  placement: string,
  { pools, workers }: FleetFacts,
): { readonly place: string; readonly labels?: Record<string, string> } {
  const [key = '', value] = placement.split(/=(.*)/s);
  if (value !== undefined) return { place: subjobPlace.anywhere, labels: { [key]: value } };
  if (workers.some(({ id }) => id === placement)) return { place: subjobPlace.worker(placement) };
  if (pools.includes(placement)) return { place: subjobPlace.pool(placement) };
  throw poolUnknown(placement, pools);
}

/**
 * Whoever submits may ask for anything, but each kind of work costs every worker something. What others bring into being at
 * the same moment is counted where the job is written down.
 */
function reserve(queue: string, known: Map<string, string>, submitter: string): void {
  if (known.has(queue)) return;
  const own = [...known.values()].filter((owner) => owner === submitter).length;
  if (own >= mostQueuesOfOne) throw tooManyOfOne(submitter);
  if (known.size >= mostSpecialQueues) throw tooManyInAll();
  known.set(queue, submitter);
}
