import { parseDataReference, quantity, RondelError, type JsonValue } from '@rondel/contracts';
import { chosenOf, meanAngles, requireNear, type ChosenEntries } from '@rondel/formats';
import { isTable, stepsOf, type PlacedStep, type PlanTree, type Registry } from '@rondel/reco';
import type { Extents } from './inherited-part.js';
import { mainReference } from './read-input.js';

/** Properties of steps, and of the geometry of a step, with one entry for each projection. */
const perProjection = ['angles', 'vectors'];

/** The projections that a reference takes of a scan. */
export interface ChosenProjections extends ChosenEntries {
  /** How many the scan has. */
  readonly of: number;
}

/**
 * What of a scan's projections the main reference takes, where a step of the plan says something of each; undefined where it takes
 * all, and the file is not looked into. Throws `INVALID_REQUEST` where it takes none.
 */
export async function chosenProjections(
  references: Readonly<Record<string, string>>,
  placed: readonly PlacedStep[],
  extentsOf: () => Promise<Extents>,
): Promise<ChosenProjections | undefined> {
  const said = placed.some(({ tree }) => saysOfEach(tree));
  const reference = parseDataReference(mainReference(references));
  if (!said || reference.scheme === 'job') return undefined;
  const { angle, skip, binning } = reference;
  if ((angle ?? skip) === undefined && (binning?.angle ?? 1) === 1) return undefined;
  const { angle: of } = await extentsOf();
  return of === undefined ? undefined : { of, ...chosenOf('angle', reference, of) };
}

function saysOfEach(node: PlanTree): boolean {
  const { geometry } = node;
  return perProjection.some((name) => node[name] !== undefined) || (isTable(geometry) && saysOfEach(geometry));
}

/**
 * A plan with what its steps say of each projection cut as the scan is, and binned: lists as long as the whole scan. Those as long
 * as what is taken stay.
 *
 * Throws `DATA_SHAPE_MISMATCH` for any other length.
 */
export function withChosenProjections(tree: PlanTree, chosen: ChosenProjections, registry: Registry): PlanTree {
  const steps = stepsOf(tree, registry).filter((step) => saysOfEach(step.tree));
  return replaced(tree, new Map(steps.map((step) => [step.tree, cutNode(step.tree, chosen, step.path)])));
}

function cutNode(node: PlanTree, chosen: ChosenProjections, path: string): PlanTree {
  const entries = Object.entries(node).map(([name, value]): [string, JsonValue] => {
    const at = `${path}.${name}`;
    if (perProjection.includes(name) && Array.isArray(value)) return [name, cutList(value, chosen, at)];
    return [name, name === 'geometry' && isTable(value) ? cutNode(value, chosen, at) : value];
  });
  return Object.fromEntries(entries);
}

function cutList(
  list: readonly JsonValue[],
  { of, count, runs, factor }: ChosenProjections,
  path: string,
): readonly JsonValue[] {
  if (list.length === count) return list;
  if (list.length === of) {
    return means(
      runs.flatMap(({ start, stop }) => list.slice(start, stop)),
      factor,
    );
  }
  const name = path.slice(path.lastIndexOf('.') + 1);
  throw new RondelError(
    'DATA_SHAPE_MISMATCH',
    `The plan has ${list.length} ${name}; the scan has ${quantity(of, 'projection')}, of which the reference takes ${count}. Give ${of}, of which those of the others are left out, or ${count}.`,
    { at: path, details: { [name]: list.length, projections: of, chosen: count } },
  );
}

/** Of as many neighbours: of angles, or of each number of vectors. */
function means(list: readonly JsonValue[], factor: number): readonly JsonValue[] {
  if (factor === 1) return list;
  const isNumbers = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);
  if (!list.every(isNumbers)) return [...meanAngles(Float64Array.from(list, Number), factor)];
  return Array.from({ length: list.length / factor }, (_, at) => {
    const group = list.slice(at * factor, (at + 1) * factor);
    group.slice(1).forEach((next, before) => requireNear(angleBetween(group[before], next), factor));
    return (group[0] ?? []).map((_each, index) => group.reduce((sum, one) => sum + Number(one[index]), 0) / factor);
  });
}

/** By which the detector of one view is turned against that of another, rad: between their steps from bin to bin, in entries 6 to 8. */
function angleBetween(first: readonly JsonValue[] = [], other: readonly JsonValue[]): number {
  const [a, b] = [first, other].map((vector) => vector.slice(6, 9).map(Number));
  const dot = (one: readonly number[] = [], two: readonly number[] = []) =>
    one.reduce((sum, value, at) => sum + value * (two[at] ?? 0), 0);
  const length = Math.sqrt(dot(a, a) * dot(b, b));
  return length === 0 ? 0 : Math.acos(Math.min(1, Math.max(-1, dot(a, b) / length)));
}

function replaced(tree: PlanTree, by: ReadonlyMap<unknown, PlanTree>): PlanTree {
  const known = by.get(tree);
  if (known !== undefined) return known;
  return Object.fromEntries(
    Object.entries(tree).map(([name, value]) => [name, isTable(value) ? replaced(value, by) : value]),
  );
}
