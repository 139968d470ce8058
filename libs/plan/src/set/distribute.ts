import { RondelError } from '@rondel/contracts';
import { nodeAt, setAt } from '../value/edit.js';
import { isNode, unwrapUnion, type PlanNode, type PlanValue } from '../value/plan-value.js';
import { childOf, distributedAlgorithm, distributedParameter, distributedStep, wrapperOf } from '../value/wrapper.js';

export interface Distribution {
  /** A pool, the id of a worker or a label such as `gpu=a100`. */
  readonly worker: string;
  /** Paths of the steps to move; the whole algorithm when there are none. */
  readonly steps?: readonly string[];
}

/**
 * A plan that runs elsewhere, as `loadDaggerPlan` makes it in Julia: the algorithm inside a `DaggerReconstructionAlgorithm`,
 * or single steps inside a `DaggerReconstructionUtility`. What is wrapped already moves to the new worker and keeps its
 * contents.
 *
 * Throws `PLAN_UNKNOWN_PROPERTY` when a path leads to no node.
 */
export function distributePlan(plan: PlanNode, { worker, steps = [] }: Distribution): PlanNode {
  if (steps.length === 0) return distributeAlgorithm(plan, worker);
  return steps.reduce((changed, path) => distributeStep(changed, { path, worker }), plan);
}

function distributeAlgorithm(plan: PlanNode, worker: string): PlanNode {
  const parameter = childOf(plan, 'parameter');
  const held = parameter === undefined ? undefined : unwrapUnion(parameter);
  if (isNode(held) && held.type === distributedParameter.type) return setAt(plan, 'parameter.worker', worker);
  return planNode(distributedAlgorithm, { parameter: planNode(distributedParameter, { algo: plan, worker }) });
}

function distributeStep(plan: PlanNode, { path, worker }: { path: string; worker: string }): PlanNode {
  const node = nodeAt(plan, path);
  if (node === undefined) {
    throw new RondelError('PLAN_UNKNOWN_PROPERTY', `The plan has no step at ${path}. Name one, e.g. parameter.reco.`, {
      at: path,
    });
  }
  if (wrapperOf(node)?.places === true) return setAt(plan, `${path}.worker`, worker);
  return setAt(plan, path, planNode(distributedStep, { param: node, worker }));
}

function planNode(
  { module, type }: { readonly module: string; readonly type: string },
  properties: Readonly<Record<string, PlanValue>>,
): PlanNode {
  return { kind: 'node', module, type, wrapped: true, properties: new Map(Object.entries(properties)) };
}
