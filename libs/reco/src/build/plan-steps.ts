import { RondelError, type JsonValue } from '@rondel/contracts';
import type { PipelineDefinition, StepDefinition, WrapperDefinition } from '../node/definitions.js';
import type { Registry } from '../node/registry.js';

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
  /** `maxsize` of the innermost cache around the step; around a pipeline it is for what the last step returns. */
  readonly cacheSize?: number;
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

/** What wrappers say of the step inside; the innermost of a kind counts. */
interface Wrapping {
  readonly placement?: string;
  readonly cacheSize?: number;
}

/** A table as it counts once the wrappers around it are taken away, and what they say. */
export interface Unwrapped extends Wrapping {
  readonly tree: PlanTree;
}

/**
 * What stands inside a node's wrappers: the step in `param`; the parameters of the algorithm in `algo`, so that a
 * distributed algorithm has the steps and paths of the one inside. `path` is for messages.
 */
export function unwrapped({ tree, path, ...outer }: Place, registry: Registry): Unwrapped {
  const definition = registry.definition(typeOf(tree, path));
  if (definition.kind !== 'wrapper') return { tree, ...outer };
  const said = { ...placementOf(tree), ...cacheSizeOf(tree, definition) };
  const held = childTable(tree, definition.holds, path);
  const inner = definition.holds === 'algo' ? parameterOf(held, `${path}.algo`, registry) : held;
  return unwrapped({ tree: inner, path, ...outer, ...said }, registry);
}

function placementOf({ worker }: PlanTree): Wrapping {
  return typeof worker === 'string' ? { placement: worker } : {};
}

function cacheSizeOf({ maxsize }: PlanTree, { properties }: WrapperDefinition): Wrapping {
  const declared = properties.maxsize;
  if (declared?.holds !== 'value') return {};
  const size = maxsize ?? declared.default;
  return typeof size === 'number' ? { cacheSize: size } : {};
}

function parameterOf(tree: PlanTree, path: string, registry: Registry): PlanTree {
  const { kind, type } = registry.definition(typeOf(tree, path));
  if (kind === 'algorithm') return childTable(tree, 'parameter', path);
  throw new RondelError('PLAN_INVALID_VALUE', `${path} must hold an algorithm; ${type} is a ${kind}.`, { at: path });
}

interface Place extends Wrapping {
  readonly tree: PlanTree;
  readonly path: string;
}

function stepsIn(outer: Place, registry: Registry): PlacedStep[] {
  const { path } = outer;
  const place = { path, ...unwrapped(outer, registry) };
  const { tree } = place;
  const definition = registry.definition(typeOf(tree, path));
  switch (definition.kind) {
    case 'step':
      return [{ ...place, definition }];
    case 'pipeline': {
      const { cacheSize: _, ...every } = place;
      const stages = Object.keys(definition.stages).flatMap((name) => {
        const stage = stageTable(tree, { name, path, definition });
        return stage === undefined ? [] : [{ tree: stage, path: `${path}.${name}` }];
      });
      return stages.flatMap((stage, index) =>
        stepsIn({ ...(index === stages.length - 1 ? place : every), ...stage }, registry),
      );
    }
    case 'algorithm':
    case 'value':
    case 'wrapper':
      throw new RondelError('PLAN_INVALID_VALUE', `${path} holds ${definition.type}, which cannot run.`, { at: path });
  }
}

export function childTable(tree: PlanTree, name: string, path: string): PlanTree {
  const child = tree[name];
  if (isTable(child)) return child;
  const at = path === '' ? name : `${path}.${name}`;
  throw new RondelError('PLAN_MISSING_PROPERTY', `${at} is missing: it must hold a node.`, { at });
}

/** What stands in a stage of a pipeline: what the plan gives, else the default of the stage; undefined where it is left out. */
export function stageTable(
  tree: PlanTree,
  { name, path, definition }: { readonly name: string; readonly path: string; readonly definition: PipelineDefinition },
): PlanTree | undefined {
  const { default: type, optional } = definition.stages[name] ?? {};
  if (tree[name] !== undefined || (type === undefined && optional !== true)) return childTable(tree, name, path);
  return type === undefined ? undefined : { _type: type };
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
