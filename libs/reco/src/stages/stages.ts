import { isRondelError, RondelError, throwProblems } from '@rondel/contracts';
import { readParameters } from '../build/build.js';
import { conditionalNames, fixedHalo, haloAlong, parallelAlong, parallelNames } from '../node/parallel-axes.js';
import { rootsIn } from '../build/plan-needs.js';
import { stepsOf, type PlacedStep, type PlanTree } from '../build/plan-steps.js';
import type { Registry } from '../node/registry.js';
import { validatePlan } from '../build/validate-plan.js';

/** Steps that one queue job runs in one process, or that several run on blocks of the data. */
export interface JobStage {
  readonly steps: readonly { readonly path: string; readonly type: string }[];
  /** Data roots that remote values of the steps are read from. */
  readonly roots: readonly string[];
  /** A pool, a worker or a label; absent: where the job as a whole runs. */
  readonly placement?: string;
  /** Axis along which the stage is fanned out; absent: one block. */
  readonly axis?: string;
  /** Neighbours that its steps together need on either side of a block; absent: none. */
  readonly halo?: number;
}

/** A step as a stage lists it, and whether it runs on blocks. */
export interface DividedStep {
  readonly path: string;
  readonly type: string;
  readonly divided: boolean;
  /** Neighbours that it needs on either side of a block. */
  readonly halo: number;
}

/**
 * The stages that a stage becomes when it is divided along an axis while it runs: the first holds what it has done, which
 * may be nothing, and leaves blocks; the last one of the job joins them.
 */
export function divideStage(
  {
    done,
    steps,
    last,
  }: { readonly done: JobStage['steps']; readonly steps: readonly DividedStep[]; readonly last: boolean },
  axis: string,
): Pick<JobStage, 'steps' | 'axis' | 'halo'>[] {
  const stages: { steps: { path: string; type: string }[]; axis?: string; halo?: number }[] = [{ steps: [...done] }];
  let open = stages[0];
  for (const { divided, halo, ...step } of steps) {
    if (open === undefined || open === stages[0] || (open.axis !== undefined) !== divided) {
      open = { steps: [], ...(divided && { axis }) };
      stages.push(open);
    }
    open.steps.push(step);
    if (divided && halo > 0) open.halo = (open.halo ?? 0) + halo;
  }
  if (last && stages.at(-1)?.axis !== undefined) stages.push({ steps: [] });
  return stages;
}

interface OpenStage extends JobStage {
  readonly steps: { path: string; type: string }[];
  roots: readonly string[];
  halo?: number;
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
  for (const placed of stepsOf(tree, registry)) {
    const { path, tree: node, definition, placement } = placed;
    const roots = rootsIn(node, registry.catalog);
    const split = axis !== undefined && isSplit(placed, registry, axis) ? axis : undefined;
    const halo = split === undefined ? 0 : stepHalo(placed, registry, split);
    const step = { path, type: definition.type };
    const last = stages.at(-1);
    if (last && last.placement === placement && last.axis === split) {
      last.steps.push(step);
      last.roots = [...new Set([...last.roots, ...roots])].sort();
      if (halo > 0) last.halo = (last.halo ?? 0) + halo;
    } else {
      stages.push({
        steps: [step],
        roots,
        ...(placement && { placement }),
        ...(split && { axis: split }),
        ...(halo > 0 && { halo }),
      });
    }
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

/** Where that depends on a value that only the worker will know, or on the data, it stays whole. */
function isSplit(placed: PlacedStep, registry: Registry, axis: string): boolean {
  const { tree, definition } = placed;
  if (!parallelNames(definition).includes(axis)) return false;
  if (!conditionalNames(definition).includes(axis)) return true;
  try {
    const parameters = readParameters(definition.properties, tree, registry);
    return parallelAlong({ definition, parameters }).includes(axis);
  } catch (error) {
    if (isRondelError(error) && error.code === 'PLAN_INVALID_VALUE') return false;
    throw error;
  }
}

/** Throws `PLAN_INVALID_VALUE` where the halo depends on a value that only the worker will know. */
function stepHalo({ path, tree, definition }: PlacedStep, registry: Registry, axis: string): number {
  const fixed = fixedHalo(definition, axis);
  if (fixed !== undefined) return haloAlong(definition, {}, axis);
  try {
    return haloAlong(definition, readParameters(definition.properties, tree, registry), axis);
  } catch (error) {
    if (!isRondelError(error) || error.code !== 'PLAN_INVALID_VALUE') throw error;
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `${path} cannot be split along "${axis}" while it has a _remote value: its parameters decide how many neighbours a block needs. Write the value into the plan, or leave split out.`,
      { at: path, cause: error },
    );
  }
}
