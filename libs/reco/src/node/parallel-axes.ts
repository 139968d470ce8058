import { RondelError, type DatasetFacts } from '@rondel/contracts';
import type { BuiltNode, InputShape } from './built-node.js';
import type { ParametersOf, Properties } from './properties.js';

/** What is known of all of a step's input: its size, and what the data says of itself. */
export interface WholeInput extends InputShape, Pick<DatasetFacts, 'attributes'> {}

/** An axis along which blocks can be computed apart: with some of their neighbours, or only in some cases. */
export interface ParallelAxis<P extends Properties = Properties> {
  readonly axis: string;
  /**
   * Entries on either side of a block that its values depend on, >= 0; at the ends of the axis there are fewer, as in the
   * whole. A step sees the enlarged block, and what it returns is trimmed. None unless told.
   */
  readonly halo?: number | HaloRule<P>;
  /** The same where it follows from the whole input too; 0 where `when` says no. */
  readonly haloOfWhole?: WholeHaloRule<P>;
  /**
   * Whether parameters and input are such that blocks are independent; always unless told. Asked in the API as well: pure
   * and quick. `input` is absent where nothing is known of it: then only `true` for what holds for any input. `whole` is known of
   * later steps too, where those before say what they make of theirs.
   */
  readonly when?: ParallelCondition<P>;
}

/** From a method, so that definitions with different properties fit into one list. */
type HaloRule<P extends Properties> = { of(parameters: ParametersOf<P>): number }['of'];

type WholeHaloRule<P extends Properties> = { of(parameters: ParametersOf<P>, whole: WholeInput): number }['of'];

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
  const { halo = 0, haloOfWhole } = axisFacts(facts, axis);
  return typeof halo === 'number' && haloOfWhole === undefined ? halo : undefined;
}

/** Whether the whole input decides about the neighbours that a block needs. */
export function isHaloOfWhole(facts: ParallelFacts, axis: string): boolean {
  return axisFacts(facts, axis).haloOfWhole !== undefined;
}

/**
 * Neighbours that a block of the step's input needs on either side along an axis.
 *
 * @param whole its input, for a step that has a `haloOfWhole`.
 * Throws `INTERNAL` for a package whose halo is no count.
 */
export function haloAlong(
  facts: ParallelFacts,
  parameters: Readonly<Record<string, unknown>>,
  axis: string,
  whole?: WholeInput,
): number {
  const { halo: rule = 0, haloOfWhole } = axisFacts(facts, axis);
  const ofWhole = haloOfWhole !== undefined && whole !== undefined ? haloOfWhole(parameters, whole) : undefined;
  const halo = ofWhole ?? (typeof rule === 'number' ? rule : rule(parameters));
  if (Number.isSafeInteger(halo) && halo >= 0) return halo;
  throw new RondelError(
    'INTERNAL',
    `${facts.type} declares a halo of ${halo} along "${axis}"; it must be a count >= 0.`,
  );
}

function axisFacts({ parallel }: ParallelFacts, axis: string): Omit<ParallelAxis, 'axis'> {
  const found = parallel.find((each) => typeof each !== 'string' && each.axis === axis);
  return typeof found === 'object' ? found : {};
}
