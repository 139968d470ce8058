import { failure, isRondelError, type Problem } from '@rondel/contracts';
import type { NodeDefinition, StepDefinition } from '../node/definitions.js';
import type { BuiltNode, ParameterNode } from '../node/built-node.js';
import { childTable, stageTable, typeOf, unwrapped, type PlanTree } from './plan-steps.js';
import type { Properties } from '../node/properties.js';
import type { Registry } from '../node/registry.js';

type Parameters = Readonly<Record<string, unknown>>;

/** A step whose parameters are asked for. */
export interface ExaminedStep {
  readonly path: string;
  readonly tree: PlanTree;
  readonly definition: StepDefinition;
}

interface Examination {
  readonly registry: Registry;
  /** `undefined` for a step whose parameters can't be known here; what depends on them is then not examined. */
  readonly parametersOf: (step: ExaminedStep) => Parameters | undefined;
  readonly problems: Problem[];
}

/**
 * Asks the `validate` functions of all definitions in a plan: of steps and the values in them first; then, where these
 * have nothing to say, of the pipelines and the algorithm around them. Problems have their path in `at`.
 */
export function examinePlan(
  tree: PlanTree,
  registry: Registry,
  parametersOf: Examination['parametersOf'],
): readonly Problem[] {
  const examination: Examination = { registry, parametersOf, problems: [] };
  examineAlgorithm(examination, tree);
  return examination.problems;
}

function examineAlgorithm(examination: Examination, tree: PlanTree): void {
  const { registry } = examination;
  const definition = registry.definition(typeOf(tree, ''));
  const parameter = childTable(tree, 'parameter', '');
  const outer = registry.definition(typeOf(parameter, 'parameter'));
  // A distributed algorithm has the paths of the one inside, whose rules hold.
  if (outer.kind === 'wrapper' && outer.holds === 'algo') {
    examineAlgorithm(examination, childTable(parameter, 'algo', 'parameter'));
    return;
  }
  const built = examineNode(examination, parameter, 'parameter');
  if (built === undefined || definition.kind !== 'algorithm') return;
  attempt(examination, 'parameter', () => definition.validate?.(built));
}

function examineNode(examination: Examination, outer: PlanTree, path: string): BuiltNode | undefined {
  const { tree } = unwrapped({ tree: outer, path }, examination.registry);
  const definition = examination.registry.definition(typeOf(tree, path));
  if (definition.kind === 'step') return examineStep(examination, { path, tree, definition });
  if (definition.kind !== 'pipeline') return undefined;
  const examined = Object.keys(definition.stages).flatMap((name): [string, BuiltNode | undefined][] => {
    const stage = stageTable(tree, { name, path, definition });
    return stage === undefined ? [] : [[name, examineNode(examination, stage, `${path}.${name}`)]];
  });
  const stages = Object.fromEntries(examined.flatMap(([name, stage]) => (stage === undefined ? [] : [[name, stage]])));
  if (Object.keys(stages).length < examined.length) return undefined;
  const fits = attempt(examination, path, () => definition.validate?.(stages));
  return fits ? { type: definition.type, parameters: stages } : undefined;
}

function examineStep(examination: Examination, step: ExaminedStep): BuiltNode | undefined {
  const { definition, path } = step;
  const parameters = examination.parametersOf(step);
  if (parameters === undefined) return undefined;
  const values = examineValues(examination, { properties: definition.properties, parameters }, path);
  const own = attempt(examination, path, () => definition.validate?.(parameters));
  return values && own ? { type: definition.type, parameters } : undefined;
}

interface Held {
  readonly properties: Properties;
  readonly parameters: Parameters;
}

/** Whether the nodes that a step's properties hold are in order. */
function examineValues(examination: Examination, { properties, parameters }: Held, path: string): boolean {
  return Object.entries(properties)
    .map(([name, property]) => {
      const value = parameters[name];
      if (property.holds === 'node')
        return !isParameterNode(value) || examineValue(examination, value, `${path}.${name}`);
      if (property.holds !== 'nodes' || !Array.isArray(value)) return true;
      return value
        .filter(isParameterNode)
        .map((item, index) => examineValue(examination, item, `${path}.${name}[${index + 1}]`))
        .every(Boolean);
    })
    .every(Boolean);
}

function examineValue(examination: Examination, { type, parameters }: ParameterNode, path: string): boolean {
  const definition: NodeDefinition = examination.registry.definition(type);
  if (definition.kind !== 'value' && definition.kind !== 'step') return true;
  const inside = examineValues(examination, { properties: definition.properties, parameters }, path);
  return attempt(examination, path, () => definition.validate?.(parameters)) && inside;
}

/** Whether the work throws no failure of a plan; one that it throws is noted with its path. */
function attempt({ problems }: Examination, path: string, work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (!isRondelError(error) || !error.code.startsWith('PLAN_')) throw error;
    const { code, message, at, details } = error.failure;
    problems.push(failure(code, message, { at: at === undefined ? path : `${path}.${at}`, details }));
    return false;
  }
}

function isParameterNode(value: unknown): value is ParameterNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'parameters' in value;
}
