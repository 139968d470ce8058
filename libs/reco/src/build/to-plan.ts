import type { JsonValue } from '@rondel/contracts';
import type { Algorithm, BuiltStep } from './build.js';
import { isTable, typeOf, type PlanTree } from './plan-steps.js';
import type { Property } from '../node/properties.js';
import type { Registry } from '../node/registry.js';

/**
 * The plan of a built algorithm, complete: every step with the parameters it was built with, wrappers and their workers
 * where they were. A value that was resolved on the worker is the reference it was resolved from. Building the plan again
 * gives the same algorithm.
 */
export function toPlan(algorithm: Algorithm, registry: Registry): PlanTree {
  const steps = new Map(algorithm.steps.map((step) => [step.path, step]));
  return planOf(algorithm.plan, '', { steps, registry });
}

interface Built {
  readonly steps: ReadonlyMap<string, BuiltStep>;
  readonly registry: Registry;
}

function planOf(tree: PlanTree, path: string, built: Built): PlanTree {
  const definition = built.registry.definition(typeOf(tree, path));
  const inside = (names: readonly string[], below: (name: string) => string): PlanTree => ({
    ...tree,
    ...Object.fromEntries(
      names.flatMap((name) => {
        const child = tree[name];
        if (child === undefined) return [];
        return [[name, isTable(child) ? planOf(child, below(name), built) : child] as const];
      }),
    ),
  });
  switch (definition.kind) {
    case 'algorithm':
      return inside(['parameter'], () => 'parameter');
    case 'wrapper':
      return inside([definition.holds], () => path);
    case 'pipeline':
      return inside(Object.keys(definition.stages), (name) => `${path}.${name}`);
    case 'step':
      return stepPlan(tree, built.steps.get(path));
    case 'value':
      return tree;
  }
}

function stepPlan(tree: PlanTree, step: BuiltStep | undefined): PlanTree {
  if (step === undefined) return tree;
  const properties = Object.entries(step.definition.properties).flatMap(([name, property]) => {
    const value = writtenValue(property, step.parameters[name], tree[name]);
    return value === undefined ? [] : [[name, value] as const];
  });
  const tags = Object.entries(tree).filter(([name]) => name.startsWith('_'));
  return Object.fromEntries([...tags, ...properties]);
}

function writtenValue(property: Property, value: unknown, source: JsonValue | undefined): JsonValue | undefined {
  // A reference is what the plan says; the step was built with what it leads to.
  if (isReference(source)) return source;
  switch (property.holds) {
    case 'node':
      return source ?? (property.default === undefined ? undefined : { _type: property.default });
    case 'nodes':
    case 'file':
    case 'files':
      return source;
    case 'type':
      return typeof value === 'string' ? { _type: 'Type', _value: value } : undefined;
    case 'value':
  }
  if (value === undefined) return undefined;
  // Was read from a plan, or is a default, which the catalog carries as JSON.
  return value as JsonValue;
}

function isReference(source: JsonValue | undefined): boolean {
  return isTable(source) && ('_remote' in source || source._type === 'Type');
}
