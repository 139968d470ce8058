import type { JsonValue, Problem } from '@rondel/contracts';
import { readParameters } from './build.js';
import { examinePlan } from './examine.js';
import { isTable, type PlanTree } from './plan-steps.js';
import type { Registry } from '../node/registry.js';

/**
 * What the packages' `validate` functions say about a plan that `checkPlan` has found in order and `withDefaults` has
 * completed; needs no package's code. Steps with `_remote` values are examined where these are resolved, when they are
 * built.
 *
 * Throws `PLAN_INVALID_VALUE` when something that cannot run stands where a step must be.
 */
export function validatePlan(tree: PlanTree, registry: Registry): readonly Problem[] {
  return examinePlan(tree, registry, (step) =>
    holdsRemote(step.tree) ? undefined : readParameters(step.definition.properties, step.tree, registry),
  );
}

/** Whether a value of a plan is a remote value, or has one within it. */
export function holdsRemote(value: JsonValue | undefined): boolean {
  if (Array.isArray(value)) return value.some(holdsRemote);
  return isTable(value) && ('_remote' in value || Object.values(value).some(holdsRemote));
}
