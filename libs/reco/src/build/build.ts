import { didYouMean, nearestNames } from '@rondel/plan';
import { isRondelError, RondelError, throwProblems, type Dataset, type JsonValue } from '@rondel/contracts';
import type { StepDefinition } from '../node/definitions.js';
import type { FileParameter, ParameterNode } from '../node/built-node.js';
import { examinePlan } from './examine.js';
import type { Step } from '../node/package.js';
import type { Properties, Property, TypeProperty } from '../node/properties.js';
import { isTable, stepsOf, typeOf, unwrapped, type PlacedStep, type PlanTree } from './plan-steps.js';
import type { ExecutableRegistry, Registry } from '../node/registry.js';

/** A step of a built algorithm, at its place in the plan. */
export interface BuiltStep {
  /** e.g. `parameter.reco` */
  readonly path: string;
  readonly definition: StepDefinition;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly step: Step;
  /** Where the step runs on blocks with neighbours: how many entries are wanted of this one, by the name of its axis. */
  readonly wantedOf?: (input: Dataset) => Readonly<Record<string, number>>;
}

/** A plan turned into code, ready for any number of runs. Keeps operators warm until it is disposed. */
export interface Algorithm {
  readonly type: string;
  readonly steps: readonly BuiltStep[];
  /** What it was built from; see `toPlan`. */
  readonly plan: PlanTree;
  dispose(): void;
}

/**
 * Builds an algorithm from a plan that `checkPlan` has found in order and `resolveRemoteValues` has completed. `only`
 * names the paths of the steps to build, where others run elsewhere; all unless told.
 *
 * Throws `PLAN_INVALID_VALUE` with a path when a step refuses its parameters or they don't fit together.
 */
export function buildAlgorithm(tree: PlanTree, registry: ExecutableRegistry, only?: readonly string[]): Algorithm {
  const read = stepsOf(tree, registry)
    .filter(({ path }) => only?.includes(path) ?? true)
    .map((placed) => readStep(placed, registry));
  const parameters = new Map(read.map((step) => [step.path, step.parameters]));
  throwProblems(examinePlan(tree, registry, ({ path }) => parameters.get(path)));
  const steps: BuiltStep[] = [];
  try {
    for (const step of read) steps.push(buildStep(step, registry));
  } catch (error) {
    disposeAll(steps);
    throw error;
  }
  return { type: typeOf(tree, ''), steps, plan: tree, dispose: () => disposeAll(steps) };
}

type ReadStep = Omit<BuiltStep, 'step'>;

function readStep({ tree, path, definition }: PlacedStep, registry: Registry): ReadStep {
  try {
    return { path, definition, parameters: readParameters(definition.properties, tree, registry) };
  } catch (error) {
    throw withPath(error, path);
  }
}

function buildStep(step: ReadStep, registry: ExecutableRegistry): BuiltStep {
  try {
    return { ...step, step: registry.factory(step.definition.type)(step.parameters) };
  } catch (error) {
    throw withPath(error, step.path);
  }
}

/** The properties of a node as its code sees them: defaults filled in, nodes as type and parameters. */
export function readParameters(
  properties: Properties,
  tree: PlanTree,
  registry: Registry,
  above: readonly string[] = [],
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [
      name,
      readProperty(
        property,
        { name, value: givenIn(tree, name, properties), place: [...above, name].join('.') },
        registry,
      ),
    ]),
  );
}

/** What a node says of a property, if it has it: some exist for some values of another one. */
function givenIn(tree: PlanTree, name: string, properties: Properties): JsonValue | undefined {
  const { onlyFor } = properties[name] ?? {};
  if (onlyFor === undefined) return tree[name];
  const said = wordOf(tree[onlyFor.property], onlyFor.property) ?? defaultWord(properties[onlyFor.property]);
  return said !== undefined && onlyFor.values.includes(said) ? tree[name] : undefined;
}

function wordOf(value: JsonValue | undefined, name: string): string | undefined {
  if (!isTable(value)) return typeof value === 'string' ? value : undefined;
  const word = value._type === 'Type' ? value._value : typeOf(value, name);
  return typeof word === 'string' ? word : undefined;
}

function defaultWord(property: Property | undefined): string | undefined {
  const word = property !== undefined && 'default' in property ? property.default : undefined;
  return typeof word === 'string' ? word : undefined;
}

interface GivenProperty {
  readonly name: string;
  readonly value: JsonValue | undefined;
  /** Path from the step. */
  readonly place: string;
}

function readProperty(property: Property, given: GivenProperty, registry: Registry): unknown {
  const { name, value, place } = given;
  switch (property.holds) {
    case 'value':
      if (isTable(value) && '_remote' in value) throw unresolved();
      // Nothing is an empty table where the property holds tables, and else no more than an absent property.
      if (value === null && holdsTable(property.schema)) return {};
      return value ?? property.default;
    case 'type':
      return typeOfName(property, { name, value: isTable(value) ? value._value : (value ?? property.default) });
    case 'node':
      if (value === undefined && property.default !== undefined) {
        return readParameterNode({ _type: property.default }, place, registry);
      }
      return isTable(value) ? readParameterNode(value, place, registry) : undefined;
    case 'nodes':
      return listOf(value)
        .filter(isTable)
        .map((item, index) => readParameterNode(item, `${place}[${index + 1}]`, registry));
    case 'file':
      return typeof value === 'string' ? fileParameter(value) : undefined;
    case 'files':
      return (typeof value === 'string' ? [value] : listOf(value))
        .filter((item) => typeof item === 'string')
        .map(fileParameter);
  }
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value.map((item: JsonValue) => item) : [];
}

function fileParameter(reference: string): FileParameter {
  return { reference };
}

/** A step gets a type that it knows or none, whoever built the plan and whether it was checked or not. */
function typeOfName(
  { accepts, optional }: TypeProperty,
  { name, value }: Omit<GivenProperty, 'place'>,
): string | undefined {
  if (value === undefined && optional) return undefined;
  const known = accepts.find((type) => type === value);
  if (known !== undefined) return known;
  const nearest = typeof value === 'string' ? nearestNames(value, accepts) : [];
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `${name} must be the name of a type, one of ${accepts.join(', ')}; got ${value === undefined ? 'none' : JSON.stringify(value)}.${didYouMean(nearest)}`,
    { at: name, details: { nearest } },
  );
}

function holdsTable(schema: object): boolean {
  return 'type' in schema && schema.type === 'object';
}

function unresolved(): RondelError {
  return new RondelError(
    'PLAN_INVALID_VALUE',
    'The plan holds a _remote value that has not been resolved. Workers resolve them; a program calls resolveRemoteValues before it builds.',
  );
}

function readParameterNode(outer: PlanTree, place: string, registry: Registry): ParameterNode {
  const { tree, cacheSize } = unwrapped({ tree: outer, path: '' }, registry);
  const definition = registry.definition(typeOf(tree, ''));
  const properties = definition.kind === 'value' || definition.kind === 'step' ? definition.properties : {};
  return {
    type: definition.type,
    parameters: readParameters(properties, tree, registry, [place]),
    ...(cacheSize !== undefined && { cacheSize, place }),
  };
}

function withPath(error: unknown, path: string): unknown {
  if (!isRondelError(error)) return error;
  const { code, message, at, ...rest } = error.failure;
  return new RondelError(code, message, { ...rest, at: at === undefined ? path : `${path}.${at}`, cause: error });
}

function disposeAll(steps: readonly BuiltStep[]): void {
  for (const { step } of steps) step.dispose?.();
}
