import { isRondelError, RondelError, type JsonValue } from '@rondel/contracts';
import type { ParameterNode, StepDefinition } from './definitions.js';
import type { Step } from './package.js';
import type { Properties, Property } from './properties.js';
import { isTable, stepsOf, typeOf, type PlacedStep, type PlanTree } from './plan-steps.js';
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

/**
 * Builds an algorithm from a plan that `checkPlan` has found in order.
 *
 * Throws `PLAN_INVALID_VALUE` with a path when a step refuses its parameters.
 */
export function buildAlgorithm(tree: PlanTree, registry: ExecutableRegistry): Algorithm {
  const steps: BuiltStep[] = [];
  try {
    for (const placed of stepsOf(tree, registry)) steps.push(buildStep(placed, registry));
  } catch (error) {
    disposeAll(steps);
    throw error;
  }
  return { type: typeOf(tree, ''), steps, dispose: () => disposeAll(steps) };
}

function buildStep({ tree, path, definition }: PlacedStep, registry: ExecutableRegistry): BuiltStep {
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

function withPath(error: unknown, path: string): unknown {
  if (!isRondelError(error)) return error;
  const { code, message, at, ...rest } = error.failure;
  return new RondelError(code, message, { ...rest, at: at === undefined ? path : `${path}.${at}`, cause: error });
}

function disposeAll(steps: readonly BuiltStep[]): void {
  for (const { step } of steps) step.dispose?.();
}
