import { RondelError, throwProblems } from '@rondel/contracts';
import { rootsIn } from './plan-needs.js';
import { stepsOf, type PlanTree } from './plan-steps.js';
import type { Registry } from './registry.js';
import { validatePlan } from './validate-plan.js';

/** Steps that one queue job runs in one process, or that several run on blocks of the data. */
export interface JobStage {
  readonly steps: readonly { readonly path: string; readonly type: string }[];
  /** Data roots that remote values of the steps are read from. */
  readonly roots: readonly string[];
  /** A pool, a worker or a label; absent: where the job as a whole runs. */
  readonly placement?: string;
  /** Axis along which the stage is fanned out; absent: one block. */
  readonly axis?: string;
}

interface OpenStage extends JobStage {
  readonly steps: { path: string; type: string }[];
  roots: readonly string[];
}

/**
 * Compiles a plan to stages. Steps that follow each other, run in the same place and are split alike share a stage, so
 * nothing is written and read between them; a plan that is neither split nor distributed is one stage.
 *
 * The first stage is never split, as the size of the data is not known before it: where the plan begins with a split step
 * it has no steps and only reads and divides. In the same way the last stage is never split: it joins the blocks.
 *
 * Throws what `validatePlan` finds, so that no job is queued that could not be built; `PLAN_INVALID_VALUE` when the job shall be split along an axis that no step allows.
 */
export function planStages(tree: PlanTree, registry: Registry, axis?: string): JobStage[] {
  const stages: OpenStage[] = [];
  throwProblems(validatePlan(tree, registry));
  for (const { path, tree: node, definition, placement } of stepsOf(tree, registry)) {
    const roots = rootsIn(node, registry.catalog);
    const split = axis !== undefined && definition.parallel.includes(axis) ? axis : undefined;
    const step = { path, type: definition.type };
    const last = stages.at(-1);
    if (last && last.placement === placement && last.axis === split) {
      last.steps.push(step);
      last.roots = [...new Set([...last.roots, ...roots])].sort();
    } else stages.push({ steps: [step], roots, ...(placement && { placement }), ...(split && { axis: split }) });
  }
  if (axis !== undefined && !stages.some((stage) => stage.axis === axis)) {
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `No step of the plan can be split along "${axis}". Leave split out, or split along another axis.`,
    );
  }
  if (stages[0]?.axis !== undefined) stages.unshift({ steps: [], roots: [] });
  if (stages.at(-1)?.axis !== undefined) stages.push({ steps: [], roots: [] });
  return stages;
}
