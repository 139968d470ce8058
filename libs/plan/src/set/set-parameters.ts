import { dataOptionSentence, RondelError, toFailure, type Catalog, type Problem } from '@rondel/contracts';
import { assignEverywhere } from './assign-everywhere.js';
import { assignAt } from './assign-at.js';
import { indexCatalog, type CatalogIndex } from '../check/catalog-index.js';
import { didYouMean, nearestNames } from '../text/nearest.js';
import { takeInventory, type AbsentProperty, type Inventory } from '../check/inventory.js';
import type { LookAtList } from '../value/list-facts.js';
import { planLimits } from '../value/limits.js';
import { formatPath, parsePath, type PathSegment } from '../value/path.js';
import { checkSize } from '../text/plan-size.js';
import type { PlanNode, PlanValue } from '../value/plan-value.js';
import { problemList, type ProblemList } from '../check/problem-list.js';
import { alternatives, cut, quote } from '../value/text.js';
import { canonicalName } from '../value/property-name.js';
import { valueFromTree } from '../text/tree-reader.js';

/** A property to set: a bare name or a path, and its value: plain JSON (see `planFromTree`) or a node. */
export interface Parameter {
  readonly name: string;
  readonly value: unknown;
}

/** What became of a plan and a set of parameters. */
export interface AppliedParameters {
  /** The plan with every parameter that could be set. */
  readonly plan: PlanNode;
  readonly problems: readonly Problem[];
}

/**
 * Sets many properties and nothing else: links do not follow. Nodes are set before plain values, what decides which other
 * properties there are before those, bare names before paths and short paths before long ones. `details.parameter` of a problem is the name as given.
 */
export function assignParameters(
  plan: PlanNode,
  parameters: Readonly<Record<string, unknown>>,
  catalog: Catalog,
): AppliedParameters {
  const index = indexCatalog(catalog);
  const problems: Problem[] = [];
  let inventory = takeInventory(index, plan);
  for (const [name, value] of Object.entries(parameters).sort(inOrder(catalog))) {
    const applied = applyOne(index, inventory, { name, value });
    problems.push(...applied.problems);
    if (applied.plan !== inventory.plan) inventory = takeInventory(index, applied.plan);
  }
  return { plan: inventory.plan, problems };
}

/** Holds parameters against a plan that stays as it is, one after the other: what is wrong with each, as `assignParameters` has it. */
export function parameterTrial(plan: PlanNode, catalog: Catalog): (parameter: Parameter) => readonly Problem[] {
  const index = indexCatalog(catalog);
  const inventory = takeInventory(index, plan);
  return (parameter) => applyOne(index, inventory, parameter).problems;
}

type Entry = readonly [name: string, value: unknown];

function inOrder(catalog: Catalog): (a: Entry, b: Entry) => number {
  const deciding = decidingNames(catalog);
  const types: ReadonlySet<unknown> = new Set(catalog.nodes.map(({ type }) => type));
  const isNodeOrItsName = (value: unknown) => isTagged(value) || types.has(value);
  const holdsNode = (value: unknown) =>
    Array.isArray(value) ? value.some((item) => isNodeOrItsName(item)) : isNodeOrItsName(value);
  const decides = (name: string) => deciding.has(canonicalName(name.slice(name.lastIndexOf('.') + 1)));
  return ([a, left], [b, right]) =>
    Number(holdsNode(right)) - Number(holdsNode(left)) ||
    Number(decides(b)) - Number(decides(a)) ||
    depthOf(a) - depthOf(b) ||
    (a < b ? -1 : 1);
}

/** Names of properties that decide which others there are. */
function decidingNames({ nodes }: Catalog): ReadonlySet<string> {
  return new Set(
    nodes.flatMap(({ properties }) =>
      properties.flatMap(({ onlyFor }) => (onlyFor ? [canonicalName(onlyFor.property)] : [])),
    ),
  );
}

/** Nodes have a tag as types and numbers that JSON cannot say have one, but those have a word in it. */
function isTagged(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('_type' in value)) return false;
  return value._type !== 'Type' && !('_value' in value && typeof value._value === 'string');
}

function depthOf(name: string): number {
  return name.split(/[.[]/).length;
}

function applyOne(index: CatalogIndex, inventory: Inventory, parameter: Parameter): AppliedParameters {
  const everywhere = (path: readonly PathSegment[]) => path.length === 1 && typeof path[0] === 'string';
  return assigned(inventory.plan, parameter, (assignment) =>
    assign(index, inventory, { ...assignment, everywhere: everywhere(assignment.path) }),
  );
}

/** What an assignment is held against. */
export interface AssignmentRules {
  readonly index: CatalogIndex;
  /** Remembers lists that plans share; absent: every list is looked at. */
  readonly look?: LookAtList | undefined;
}

/** Sets the one property at a path, as `assignParameters` does with each of its entries. */
export function assignOne({ index, look }: AssignmentRules, plan: PlanNode, parameter: Parameter): AppliedParameters {
  return assigned(plan, parameter, ({ name, path, value }) => {
    const problems = problemList();
    const changed = assignAt(index, plan, { path, value, problems });
    if (changed === undefined) throw unknownName(index, takeInventory(index, plan), { path, everywhere: false });
    return settled({ plan, changed, look }, name, problems);
  });
}

function assigned(
  plan: PlanNode,
  { name, value }: Parameter,
  work: (assignment: Omit<Assignment, 'everywhere'>) => AppliedParameters,
): AppliedParameters {
  try {
    const path = parsePath(name);
    return work({ name, path, value: valueFromTree(value, { path: formatPath(path) }) });
  } catch (error) {
    const problem = toFailure(error);
    if (!problem.code.startsWith('PLAN_')) throw error;
    return { plan, problems: [named(problem, name)] };
  }
}

interface Assignment {
  readonly name: string;
  readonly path: readonly PathSegment[];
  readonly value: PlanValue;
  /** Whether the name is set on every node that has it. */
  readonly everywhere: boolean;
}

function assign(
  index: CatalogIndex,
  inventory: Inventory,
  { name, path, value, everywhere }: Assignment,
): AppliedParameters {
  const { plan } = inventory;
  const problems = problemList();
  const [bare] = path;
  const changed =
    everywhere && typeof bare === 'string'
      ? inventory.has(bare) && assignEverywhere(index, plan, { name: bare, value, problems })
      : assignAt(index, plan, { path, value, problems });
  if (changed === undefined || changed === false) throw unknownName(index, inventory, { path, everywhere });
  return settled({ plan, changed }, name, problems);
}

interface Attempted {
  readonly plan: PlanNode;
  readonly changed: PlanNode;
  readonly look?: LookAtList | undefined;
}

/** The changed plan, or the one before with what is wrong with the value. */
function settled({ plan, changed, look }: Attempted, name: string, problems: ProblemList): AppliedParameters {
  if (problems.count > 0) return { plan, problems: problems.all().map((problem) => named(problem, name)) };
  checkSize(changed, look);
  return { plan: changed, problems: [] };
}

function named(problem: Problem, parameter: string): Problem {
  return { ...problem, details: { ...problem.details, parameter: cut(parameter, planLimits.pathLength) } };
}

/** The error for a name or path that leads nowhere, with what is near. */
export function unknownName(
  index: CatalogIndex,
  inventory: Inventory,
  { path, everywhere }: Pick<Assignment, 'path' | 'everywhere'>,
): RondelError {
  const text = formatPath(path);
  const bare = path.length === 1 && everywhere;
  const last = path.findLast((segment) => typeof segment === 'string') ?? '';
  const absent = inventory.absent(last).find((property) => bare || property.path === text);
  const nearest = bare ? inventory.nearestNames(text) : inventory.nearestPaths(path);
  const other = nearest.length === 0 && bare ? elsewhere(index, text) : didYouMean(nearest);
  const ofData = bare && absent === undefined ? dataOptionSentence(text) : '';
  const hint = ofData || (absent === undefined ? other : onlyWhere(absent));
  const message = `${bare ? 'No node of the plan has a' : 'The plan has no'} property ${quote(text)}.${hint}`;
  return new RondelError('PLAN_UNKNOWN_PROPERTY', message, { at: text, details: { nearest } });
}

function onlyWhere({ type, name, deciding, values, now }: AbsentProperty): string {
  return ` ${name} is a property of ${type} only where ${deciding} is ${alternatives(values)}, not ${now}. Set ${deciding} too, or leave ${name} out.`;
}

/** What the name may mean in nodes that this plan does not have: often the wrong plan was chosen, not the wrong name. */
function elsewhere(index: CatalogIndex, name: string): string {
  const nodes = [...index.types.values()].flat();
  const [nearest] = nearestNames(
    name,
    nodes.flatMap(({ properties }) => properties.map((property) => property.name)),
  );
  if (nearest === undefined) return '';
  const owners = nodes.filter(({ properties }) => properties.some((property) => property.name === nearest));
  const types = [...new Set(owners.map(({ type }) => type))];
  return ` ${nearest} is a property of ${alternatives(types.slice(0, 3))}, which this plan does not use.`;
}
