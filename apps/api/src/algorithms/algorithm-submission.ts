import {
  carriedFields,
  givenOf,
  RondelError,
  rootsOf,
  type AlgorithmSubmission,
  type JsonValue,
} from '@rondel/contracts';
import {
  placeOfSubjobs,
  reachOf,
  subjobPlace,
  type AlgorithmHead,
  type AlgorithmWork,
  type Reach,
  type StageHead,
} from '@rondel/jobs';
import { stagePlacer, stagePlan, type PlacedStage } from '../jobs/submission/stage-placement.js';
import { checkStrict, planWarnings } from '../jobs/submission/plan-warnings.js';
import { requireFiles } from '../jobs/submission/job-data.js';
import { attemptSeconds } from '../server/limits.js';
import { jobBounds, outputBounds } from '../quotas/job-bounds.js';
import type { SeenServices, Services } from '../services.js';
import { checkPool, checkWorkSize, preparePlan } from '../jobs/submission/submission.js';

const defaults = { pool: 'default', lane: 'interactive', priority: 100, attempts: 3, idleSeconds: 3600 } as const;

/** An algorithm that is to be opened. */
interface AcceptedAlgorithm {
  readonly head: AlgorithmHead;
  readonly work: AlgorithmWork;
}

/**
 * Checks a plan and makes it an algorithm. A plan that as a whole names a place, as a distributed algorithm does, is bound
 * to a worker there; steps that name one of their own run there for every input.
 *
 * Throws `PLAN_*`, `POOL_UNKNOWN`, and `STRICT_WARNING` for a doubtful plan of a strict one.
 */
export async function acceptAlgorithm(
  submission: AlgorithmSubmission,
  services: SeenServices,
): Promise<AcceptedAlgorithm> {
  const plan = await preparePlan(submission, services);
  const pool = submission.pool ?? defaults.pool;
  const fleet = await services.fleet.freshFacts();
  checkPool(pool, fleet);
  const forms = services.prepared.forms(plan);
  const { tree, toml, characters } = forms;
  await requireFiles(tree, services);
  const { parameters = {} } = submission;
  checkWorkSize(characters + JSON.stringify(parameters).length);
  const bounds = await jobBounds(submission, services);
  const work: AlgorithmWork = {
    plan: tree,
    planToml: toml,
    // Came out of JSON.parse, so it can only hold JSON values.
    parameters: parameters as Record<string, JsonValue>,
    timeoutSeconds: attemptSeconds(submission.timeoutSeconds, bounds),
    ...outputBounds(bounds),
    ...(services.hidesNames === true && { hidesPaths: true }),
  };
  const { name } = typeof submission.plan === 'object' && 'name' in submission.plan ? submission.plan : {};
  const warnings = planWarnings(plan, services.registry.catalog);
  checkStrict(warnings, submission.strict);
  const placed = placeAlgorithm(stagePlacer({ pool }, fleet)(stagePlan(tree, services.registry)), pool);
  return {
    head: {
      id: services.newJobId(reachOfAlgorithm(placed, pool)),
      pool,
      ...placed,
      lane: submission.lane ?? defaults.lane,
      priority: submission.priority ?? defaults.priority,
      attemptsPerRun: submission.attempts ?? defaults.attempts,
      labels: submission.labels ?? {},
      plan: { sha256: forms.sha256, ...(typeof name === 'string' && { name }) },
      createdAt: new Date().toISOString(),
      idleSeconds: submission.idleSeconds ?? defaults.idleSeconds,
      ...(warnings.length > 0 && { warnings }),
      ...givenOf(submission, carriedFields),
    },
    work,
  };
}

function placeAlgorithm(
  placed: readonly PlacedStage[],
  pool: string,
): Pick<AlgorithmHead, 'place' | 'requires' | 'stages'> {
  const first = placed[0]?.placement;
  const common = placed.every(({ placement }) => placement === first) ? first : undefined;
  const isBound = ({ placement }: PlacedStage) => common !== undefined || placement === undefined;
  const bound = placed.filter(isBound).map(({ requires }) => requires);
  return {
    place: common ?? pool,
    requires: {
      packages: [...new Set(bound.flatMap(({ packages = [] }) => packages))],
      roots: [...new Set(bound.flatMap(({ roots = [] }) => roots))],
    },
    stages: placed.map((stage) => (isBound(stage) ? boundStage(stage.head) : stage.head)),
  };
}

/** Stages that are bound run where it is placed. */
function reachOfAlgorithm({ place, stages }: Pick<AlgorithmHead, 'place' | 'stages'>, pool: string): Reach {
  const elsewhere = stages.filter(({ bound }) => bound !== true);
  return reachOf([place === pool ? pool : subjobPlace.anywhere, ...elsewhere.map(placeOfSubjobs)]);
}

/** The worker is chosen by what the algorithm requires, so the queue is the worker's own. */
function boundStage({ requires: _, ...head }: StageHead): StageHead {
  return { ...head, bound: true };
}

/** Throws `DATA_NOT_FOUND` for data in a root that the worker of an algorithm does not have. */
export async function checkRootsOfWorker(
  id: string,
  references: Readonly<Record<string, string>>,
  { jobs }: Services,
): Promise<void> {
  const needed = rootsOf(references);
  if (needed.length === 0) return;
  const [{ worker: bound }, workers] = await Promise.all([jobs.algorithms.get(id), jobs.fleet.workers()]);
  const worker = workers.find((candidate) => candidate.id === bound);
  const missing = needed.find((root) => worker?.roots.includes(root) === false);
  if (missing === undefined) return;
  throw new RondelError(
    'DATA_NOT_FOUND',
    `Algorithm ${id} is bound to worker ${bound}, which has no data root "${missing}". It has: ${worker?.roots.join(', ') || 'none'}. Upload the data, or submit it as a job of its own, which goes where the root is.`,
  );
}
