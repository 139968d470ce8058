import { RondelError, type DatasetFacts } from '@rondel/contracts';
import type { BuiltNode, InputShape } from './built-node.js';
import type { ParametersOf, Properties } from './properties.js';

/** What is known of all of a step's input: its size, and what the data says of itself. */
export interface WholeInput extends InputShape, Pick<DatasetFacts, 'attributes'> {}

/** Entries of an axis, `stop` not among them. */
export interface Span {
  readonly start: number;
  readonly stop: number;
}

/** Of which entries of a step's input some of its output are made; along the same axis, and none beyond its ends. */
export type Reach = (wanted: Span) => Span;

/** An axis along which blocks can be computed apart: with some of their neighbours, or only in some cases. */
export interface ParallelAxis<P extends Properties = Properties> {
  readonly axis: string;
  /**
   * Entries on either side of a block that its values depend on, >= 0; at the ends of the axis there are fewer, as in the
   * whole. A step sees the enlarged block, and what it returns is trimmed, unless it is just what is wanted of it. None unless told.
   */
  readonly halo?: number | HaloRule<P>;
  /** The same where it follows from the whole input too, and differs from block to block; undefined where `when` says no. */
  readonly reachOfWhole?: WholeReachRule<P>;
  /**
   * Whether parameters and input are such that blocks are independent; always unless told. Asked in the API as well: pure
   * and quick. `input` is absent where nothing is known of it: then only `true` for what holds for any input. `whole` is known of
   * later steps too, where those before say what they make of theirs.
   */
  readonly when?: ParallelCondition<P>;
}

/** From a method, so that definitions with different properties fit into one list. */
type HaloRule<P extends Properties> = { of(parameters: ParametersOf<P>): number }['of'];

type WholeReachRule<P extends Properties> = {
  of(parameters: ParametersOf<P>, whole: WholeInput): Reach | undefined;
}['of'];

type ParallelCondition<P extends Properties> = {
  holds(parameters: ParametersOf<P>, input?: DatasetFacts, whole?: WholeInput): boolean;
}['holds'];

/** A step's axes of both forms. */
export interface ParallelFacts {
  readonly type: string;
  readonly parallel: readonly (string | ParallelAxis)[];
}

/** The axes by name, those included along which blocks are independent in some cases only. */
export function parallelNames({ parallel }: ParallelFacts): string[] {
  return parallel.map((each) => (typeof each === 'string' ? each : each.axis));
}

/** The axes along which blocks are independent in some cases only: where parameters or the input decide. */
export function conditionalNames({ parallel }: ParallelFacts): string[] {
  return parallel.flatMap((each) => (typeof each === 'object' && each.when !== undefined ? [each.axis] : []));
}

/** The axes along which a step with these parameters can be computed in blocks: of this input, or of any when absent. */
export function parallelAlong(
  { definition, parameters }: { readonly definition: ParallelFacts; readonly parameters: BuiltNode['parameters'] },
  input?: DatasetFacts,
  whole?: WholeInput,
): string[] {
  const met = definition.parallel.filter(
    (each) => typeof each === 'string' || (each.when?.(parameters, input, whole) ?? true),
  );
  return parallelNames({ ...definition, parallel: met });
}

/** Neighbours that a block needs on either side; undefined where the parameters decide. */
export function fixedHalo(facts: ParallelFacts, axis: string): number | undefined {
  const { halo = 0, reachOfWhole } = axisFacts(facts, axis);
  return typeof halo === 'number' && reachOfWhole === undefined ? halo : undefined;
}

/** Neighbours that a step needs on either side of any block along an axis, at most. Throws as `haloAlong`. */
export function mostHaloAlong(
  { definition, parameters }: { readonly definition: ParallelFacts; readonly parameters: BuiltNode['parameters'] },
  { axis, extent }: { readonly axis: string; readonly extent: number },
  whole?: WholeInput,
): number {
  const { reachOfWhole } = axisFacts(definition, axis);
  const reach = whole === undefined ? undefined : reachOfWhole?.(parameters, whole);
  if (reach === undefined) return haloAlong(definition, parameters, axis);
  let most = 0;
  for (let entry = 0; entry < extent; entry++) {
    const { start, stop } = reach({ start: entry, stop: entry + 1 });
    most = Math.max(most, entry - start, stop - entry - 1);
  }
  return most;
}

/** Whether the whole input decides about the neighbours that a block needs. */
export function isReachOfWhole(facts: ParallelFacts, axis: string): boolean {
  return axisFacts(facts, axis).reachOfWhole !== undefined;
}

/**
 * Neighbours that any block of the step's input needs on either side along an axis, where the whole input does not decide.
 *
 * Throws `INTERNAL` for a package whose halo is no count.
 */
export function haloAlong(facts: ParallelFacts, parameters: Readonly<Record<string, unknown>>, axis: string): number {
  const { halo: rule = 0 } = axisFacts(facts, axis);
  const halo = typeof rule === 'number' ? rule : rule(parameters);
  if (Number.isSafeInteger(halo) && halo >= 0) return halo;
  throw new RondelError(
    'INTERNAL',
    `${facts.type} declares a halo of ${halo} along "${axis}"; it must be a count >= 0.`,
  );
}

/**
 * What a step needs of its input for some of its output along an axis that has so many entries.
 *
 * @param whole its input, for a step that has a `reachOfWhole`.
 * Throws as `haloAlong`.
 */
export function reachAlong(
  { definition, parameters }: { readonly definition: ParallelFacts; readonly parameters: BuiltNode['parameters'] },
  { axis, extent }: { readonly axis: string; readonly extent: number },
  whole?: WholeInput,
): Reach {
  const { reachOfWhole } = axisFacts(definition, axis);
  const reach = whole === undefined ? undefined : reachOfWhole?.(parameters, whole);
  if (reach !== undefined) return reach;
  const halo = haloAlong(definition, parameters, axis);
  return ({ start, stop }) => ({ start: Math.max(0, start - halo), stop: Math.min(extent, stop + halo) });
}

/** The same for each of some steps that follow each other. */
export function reachesOf(
  steps: readonly { readonly definition: ParallelFacts; readonly parameters: BuiltNode['parameters'] }[],
  along: { readonly axis: string; readonly extent: number },
  wholes: readonly (WholeInput | undefined)[],
): Reach[] {
  return steps.map((step, index) => reachAlong(step, along, wholes[index]));
}

/** What each of some steps is given for what is wanted of the last one, and what that is. */
export function neededBy(reaches: readonly Reach[], wanted: Span): Span[] {
  return reaches.reduceRight<Span[]>((after, reach) => [reach(after[0] ?? wanted), ...after], [wanted]);
}

function axisFacts({ parallel }: ParallelFacts, axis: string): Omit<ParallelAxis, 'axis'> {
  const found = parallel.find((each) => typeof each !== 'string' && each.axis === axis);
  return typeof found === 'object' ? found : {};
}
