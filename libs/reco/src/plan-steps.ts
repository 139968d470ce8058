import { RondelError, type JsonValue } from '@rondel/contracts';
import type { StepDefinition } from './definitions.js';
import type { Registry } from './registry.js';

/** A plan as plain tables: `_type` and properties, as `toTree` of `@rondel/plan` returns it. */
export type PlanTree = Readonly<Record<string, JsonValue>>;

/** A step at its place in a plan. */
export interface PlacedStep {
  /** e.g. `parameter.reco`; a wrapper adds nothing to the path. */
  readonly path: string;
  readonly tree: PlanTree;
  readonly definition: StepDefinition;
  /** What the innermost wrapper around the step says: a pool, a worker or a label. */
  readonly placement?: string;
}

/**
 * The steps of a plan that `checkPlan` has found in order, in the order in which they run.
 *
 * Throws `PLAN_INVALID_VALUE` when the root is no algorithm or something that cannot run stands where a step must be.
 */
export function stepsOf(tree: PlanTree, registry: Registry): PlacedStep[] {
  const root = registry.definition(typeOf(tree, ''));
  if (root.kind !== 'algorithm') {
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `${root.type} is a ${root.kind}, not an algorithm: the root of a plan must be an algorithm.`,
    );
  }
  return stepsIn({ tree: childTable(tree, 'parameter', ''), path: 'parameter' }, registry);
}

interface Place {
  readonly tree: PlanTree;
  readonly path: string;
  readonly placement?: string;
}

function stepsIn(place: Place, registry: Registry): PlacedStep[] {
  const { tree, path } = place;
  const definition = registry.definition(typeOf(tree, path));
  switch (definition.kind) {
    case 'step':
      return [{ ...place, definition }];
    case 'wrapper': {
      const placement = typeof tree.worker === 'string' ? { placement: tree.worker } : {};
      return stepsIn({ ...place, ...placement, tree: childTable(tree, 'param', path) }, registry);
    }
    case 'pipeline':
      return Object.keys(definition.stages).flatMap((name) =>
        stepsIn({ ...place, tree: childTable(tree, name, path), path: `${path}.${name}` }, registry),
      );
    case 'algorithm':
    case 'value':
      throw new RondelError('PLAN_INVALID_VALUE', `${path} holds ${definition.type}, which cannot run.`, { at: path });
  }
}

export function childTable(tree: PlanTree, name: string, path: string): PlanTree {
  const child = tree[name];
  if (isTable(child)) return child;
  const at = path === '' ? name : `${path}.${name}`;
  throw new RondelError('PLAN_MISSING_PROPERTY', `${at} is missing: it must hold a node.`, { at });
}

export function typeOf(tree: PlanTree, path: string): string {
  const tag = tree._type;
  if (typeof tag !== 'string') {
    throw new RondelError('PLAN_UNKNOWN_TYPE', `${path || 'The root of the plan'} has no _type.`, { at: path });
  }
  return /^RecoPlan\{(.*)\}$/.exec(tag)?.[1] ?? tag;
}

export function isTable(value: JsonValue | undefined): value is PlanTree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
