import { quantity, RondelError, throwProblems, type Catalog, type Problem } from '@rondel/contracts';
import { indexCatalog } from '../check/catalog-index.js';
import { applyParameters, type LinkOptions } from '../live/linked-parameters.js';
import { placesOfProperty } from '../live/places.js';
import { parameterTrial, type Parameter } from '../set/set-parameters.js';
import { planLimits } from '../value/limits.js';
import { formatPath, parsePath } from '../value/path.js';
import { placeInPlan } from '../value/place.js';
import type { PlanNode } from '../value/plan-value.js';
import { quote } from '../value/text.js';

/** One way to set the properties that a sweep varies. */
export interface SweepCombination {
  /** What is set, one entry per varied property, in the order in which they were given. */
  readonly assignments: readonly Parameter[];
  readonly plan: PlanNode;
}

/** A plan with some properties varied. Combinations are made when they are asked for. */
export interface PlanSweep extends Iterable<SweepCombination> {
  /** The plan that is varied; it stays as it is. */
  readonly root: PlanNode;
  readonly catalog: Catalog;
  /** How what follows a varied property through a link is set, in each combination anew. */
  readonly links: LinkOptions;
  /** Paths and bare names that are varied, as given. */
  readonly names: readonly string[];
  /** Paths of all properties that are set. */
  readonly places: readonly string[];
  readonly length: number;
  /** What the combination at an index from 0 sets. Throws `INVALID_REQUEST` for an index that is none. */
  assignmentsAt(index: number): readonly Parameter[];
  /** The combination at an index from 0. Throws `PLAN_*` when values that are fine alone don't go together. */
  at(index: number): SweepCombination;
}

/** What is varied. */
export interface SweepRange {
  /** A path, or a bare name, which is set on every node that has it. */
  readonly path: string;
  /** Plain JSON, as `setAll` takes it. */
  readonly values: readonly unknown[];
}

/** Combinations that one sweep may have. */
export const mostCombinations = 10_000;

/**
 * A sweep of one property. Every value is tried on the plan at once.
 *
 * Throws `PLAN_UNKNOWN_PROPERTY` or `PLAN_INVALID_VALUE` with the problems of the values, those after the first 200 left
 * out, `INVALID_REQUEST` without any value, `QUOTA_EXCEEDED` for more than 10,000.
 */
export function planSweep(plan: PlanNode, range: SweepRange, catalog: Catalog, links: LinkOptions = {}): PlanSweep {
  return made(planSweepInSteps(plan, range, catalog, links));
}

function* planSweepInSteps(
  plan: PlanNode,
  { path, values }: SweepRange,
  catalog: Catalog,
  links: LinkOptions = {},
): Generator<undefined, PlanSweep> {
  if (values.length === 0) throw invalid(path, `${quote(path)} is varied over no values. Give at least one.`);
  checkCount(values.length);
  const tried = parameterTrial(plan, catalog);
  const problems: Problem[] = [];
  for (const value of values) {
    problems.push(...tried({ name: path, value }));
    if (problems.length >= planLimits.problems) break;
    yield;
  }
  throwProblems(problems);
  return sweepFrom({
    root: plan,
    catalog,
    links,
    names: [path],
    places: placesSet(plan, path, catalog),
    length: values.length,
    assignments: (index) => [{ name: path, value: values[index] }],
  });
}

/**
 * All combinations of sweeps, which may be products and zips themselves; the first one changes fastest.
 *
 * Throws `INVALID_REQUEST` for none, sweeps of different plans and properties that are varied twice, `QUOTA_EXCEEDED` for
 * more than 10,000 combinations.
 */
export function productSweep(...sweeps: readonly PlanSweep[]): PlanSweep {
  const length = sweeps.reduce((product, sweep) => product * sweep.length, 1);
  checkCount(length);
  return combine(sweeps, {
    length,
    assignments: (index) => {
      let rest = index;
      return sweeps.flatMap((sweep) => {
        const own = rest % sweep.length;
        rest = Math.floor(rest / sweep.length);
        return sweep.assignmentsAt(own);
      });
    },
  });
}

/** Sweeps side by side: the first combinations of all, then the second ones. Throws as `productSweep`, and for unequal lengths. */
export function zipSweep(...sweeps: readonly PlanSweep[]): PlanSweep {
  const lengths = new Set(sweeps.map((sweep) => sweep.length));
  if (lengths.size > 1) {
    const counts = sweeps.map((sweep) => `${sweep.names.join(' with ')} has ${sweep.length}`).join(', ');
    throw invalid(undefined, `Properties that are varied side by side need as many values each: ${counts}.`);
  }
  return combine(sweeps, {
    length: sweeps[0]?.length ?? 0,
    assignments: (index) => sweeps.flatMap((sweep) => sweep.assignmentsAt(index)),
  });
}

/** The sweep of several properties, all combinations or side by side. Throws as the functions that it stands for. */
export function sweepOf(
  plan: PlanNode,
  { vary, combine: how }: { readonly vary: readonly SweepRange[]; readonly combine: 'product' | 'zip' },
  catalog: Catalog,
  links: LinkOptions = {},
): PlanSweep {
  return made(sweepInSteps(plan, { vary, combine: how }, catalog, links));
}

/** `sweepOf` in steps, each short: whoever must not be kept busy does other things in between. */
export function* sweepInSteps(
  plan: PlanNode,
  { vary, combine: how }: { readonly vary: readonly SweepRange[]; readonly combine: 'product' | 'zip' },
  catalog: Catalog,
  links: LinkOptions = {},
): Generator<undefined, PlanSweep> {
  const sweeps: PlanSweep[] = [];
  for (const range of vary) sweeps.push(yield* planSweepInSteps(plan, range, catalog, links));
  return how === 'zip' ? zipSweep(...sweeps) : productSweep(...sweeps);
}

/** What comes out of all steps, taken at once. */
function made<T>(steps: Generator<undefined, T>): T {
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}

interface Combinations {
  readonly length: number;
  readonly assignments: (index: number) => readonly Parameter[];
}

function combine(sweeps: readonly PlanSweep[], combinations: Combinations): PlanSweep {
  const [first] = sweeps;
  if (first === undefined) throw invalid(undefined, 'Nothing is varied. Name at least one property and its values.');
  if (sweeps.some(({ root }) => root !== first.root)) {
    throw invalid(undefined, 'The sweeps are of different plans. Vary one plan.');
  }
  const places = sweeps.flatMap((sweep) => sweep.places);
  const twice = places.find((place, index) => places.indexOf(place) !== index);
  if (twice !== undefined) throw invalid(twice, `${twice} is varied twice. Keep one of the two.`);
  const { root, catalog, links } = first;
  return sweepFrom({ root, catalog, links, names: sweeps.flatMap(({ names }) => names), places, ...combinations });
}

function sweepFrom(
  facts: Pick<PlanSweep, 'root' | 'catalog' | 'links' | 'names' | 'places'> & Combinations,
): PlanSweep {
  const { assignments, ...known } = facts;
  const assignmentsAt = (index: number) => {
    if (Number.isInteger(index) && index >= 0 && index < known.length) return assignments(index);
    throw invalid(undefined, `There is no combination ${index}: the sweep has ${known.length} from 0.`);
  };
  const at = (index: number): SweepCombination => {
    const set = assignmentsAt(index);
    const parameters = Object.fromEntries(set.map(({ name, value }) => [name, value]));
    const { plan, problems } = applyParameters(known.root, parameters, known.catalog, known.links);
    throwProblems(problems);
    return { assignments: set, plan };
  };
  return {
    ...known,
    assignmentsAt,
    at,
    *[Symbol.iterator]() {
      for (let index = 0; index < known.length; index += 1) yield at(index);
    },
  };
}

function placesSet(plan: PlanNode, name: string, catalog: Catalog): readonly string[] {
  const path = parsePath(name);
  const [bare] = path;
  if (path.length > 1 || typeof bare !== 'string') return [formatPath(placeInPlan(plan, path))];
  return placesOfProperty(indexCatalog(catalog), plan, bare).map((place) => formatPath(placeInPlan(plan, place)));
}

function checkCount(count: number): void {
  if (count <= mostCombinations) return;
  throw new RondelError(
    'QUOTA_EXCEEDED',
    `A sweep has at most ${quantity(mostCombinations, 'combination')}, this one would have ${count}. Vary less at once.`,
  );
}

function invalid(at: string | undefined, message: string): RondelError {
  return new RondelError('INVALID_REQUEST', message, { at });
}
