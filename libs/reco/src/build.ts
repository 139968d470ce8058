import { isRondelError, RondelError, type JsonValue } from '@rondel/contracts';
import type { ParameterNode, PipelineDefinition, StepDefinition } from './definitions.js';
import type { Step } from './package.js';
import type { Properties, Property } from './properties.js';
import type { ExecutableRegistry } from './registry.js';

/** A step of a built algorithm, at its place in the plan. */
export interface BuiltStep {
  /** e.g. `parameter.reco` */
  readonly path: string;
  readonly definition: StepDefinition;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly step: Step;
}

/** A plan turned into code, ready for any number of runs. Keeps operators warm until it is disposed. */
export interface Algorithm {
  readonly type: string;
  readonly steps: readonly BuiltStep[];
  dispose(): void;
}

/** A plan as plain tables: `_type` and properties, as `toTree` of `@rondel/plan` returns it. */
export type PlanTree = Readonly<Record<string, JsonValue>>;

/**
 * Builds an algorithm from a plan that `checkPlan` has found in order.
 *
 * Throws `PLAN_INVALID_VALUE` with a path when a step refuses its parameters.
 */
export function buildAlgorithm(tree: PlanTree, registry: ExecutableRegistry): Algorithm {
  const root = registry.definition(typeOf(tree, ''));
  if (root.kind !== 'algorithm') {
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `${root.type} is a ${root.kind}, not an algorithm: the root of a plan must be an algorithm.`,
    );
  }
  const steps: BuiltStep[] = [];
  try {
    for (const { path, tree: stepTree } of stagesOf(childTable(tree, 'parameter', ''), 'parameter', registry)) {
      steps.push(buildStep(stepTree, path, registry));
    }
  } catch (error) {
    disposeAll(steps);
    throw error;
  }
  return { type: root.type, steps, dispose: () => disposeAll(steps) };
}

function stagesOf(tree: PlanTree, path: string, registry: ExecutableRegistry): { path: string; tree: PlanTree }[] {
  const definition = registry.definition(typeOf(tree, path));
  if (definition.kind === 'step') return [{ path, tree }];
  if (definition.kind !== 'pipeline') {
    throw new RondelError('PLAN_INVALID_VALUE', `${path} holds ${definition.type}, which cannot run.`, { at: path });
  }
  return pipelineStages(definition, tree, path).flatMap((stage) => stagesOf(stage.tree, stage.path, registry));
}

function pipelineStages(definition: PipelineDefinition, tree: PlanTree, path: string) {
  return Object.keys(definition.stages).map((name) => ({
    path: `${path}.${name}`,
    tree: childTable(tree, name, path),
  }));
}

function buildStep(tree: PlanTree, path: string, registry: ExecutableRegistry): BuiltStep {
  const definition = registry.definition(typeOf(tree, path));
  if (definition.kind !== 'step') {
    throw new RondelError('PLAN_INVALID_VALUE', `${path} holds ${definition.type}, which is not a step.`, { at: path });
  }
  try {
    const parameters = readParameters(definition.properties, tree, registry);
    return { path, definition, parameters, step: registry.factory(definition.type)(parameters) };
  } catch (error) {
    throw withPath(error, path);
  }
}

function readParameters(
  properties: Properties,
  tree: PlanTree,
  registry: ExecutableRegistry,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [name, readProperty(property, tree[name], registry)]),
  );
}

function readProperty(property: Property, value: JsonValue | undefined, registry: ExecutableRegistry): unknown {
  switch (property.holds) {
    case 'value':
      if (isTable(value) && '_remote' in value) throw remoteValue();
      return value ?? property.default;
    case 'type':
      return isTable(value) ? value._value : (value ?? property.default);
    case 'node':
      return isTable(value) ? readParameterNode(value, registry) : undefined;
    case 'nodes':
      return Array.isArray(value) ? value.filter(isTable).map((item) => readParameterNode(item, registry)) : [];
  }
}

function remoteValue(): RondelError {
  return new RondelError(
    'PLAN_INVALID_VALUE',
    'The plan holds a _remote value, which this version cannot resolve. Write the value itself into the plan.',
  );
}

function readParameterNode(tree: PlanTree, registry: ExecutableRegistry): ParameterNode {
  const definition = registry.definition(typeOf(tree, ''));
  const properties = definition.kind === 'value' || definition.kind === 'step' ? definition.properties : {};
  return { type: definition.type, parameters: readParameters(properties, tree, registry) };
}

function childTable(tree: PlanTree, name: string, path: string): PlanTree {
  const child = tree[name];
  if (isTable(child)) return child;
  const at = path === '' ? name : `${path}.${name}`;
  throw new RondelError('PLAN_MISSING_PROPERTY', `${at} is missing: it must hold a node.`, { at });
}

function typeOf(tree: PlanTree, path: string): string {
  const tag = tree._type;
  if (typeof tag !== 'string') {
    throw new RondelError('PLAN_UNKNOWN_TYPE', `${path || 'The root of the plan'} has no _type.`, { at: path });
  }
  return /^RecoPlan\{(.*)\}$/.exec(tag)?.[1] ?? tag;
}

function isTable(value: JsonValue | undefined): value is PlanTree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withPath(error: unknown, path: string): unknown {
  if (!isRondelError(error)) return error;
  const { code, message, at, ...rest } = error.failure;
  return new RondelError(code, message, { ...rest, at: at === undefined ? path : `${path}.${at}`, cause: error });
}

function disposeAll(steps: readonly BuiltStep[]): void {
  for (const { step } of steps) step.dispose?.();
}
