import { RondelError, type DatasetFacts } from '@rondel/contracts';
import type { BuiltNode } from './built-node.js';
import type { ParametersOf, Properties } from './properties.js';

/** An axis along which blocks can be computed apart: with some of their neighbours, or only in some cases. */
export interface ParallelAxis<P extends Properties = Properties> {
  readonly axis: string;
  /**
   * Entries on either side of a block that its values depend on, >= 0; at the ends of the axis there are fewer, as in the
   * whole. A step sees the enlarged block, and what it returns is trimmed. None unless told.
   */
  readonly halo?: number | HaloRule<P>;
  /**
   * Whether parameters and input are such that blocks are independent; always unless told. Asked in the API as well: pure
   * and quick. `input` is absent where nothing is known of it: then only `true` for what holds for any input.
   */
  readonly when?: ParallelCondition<P>;
}

/** From a method, so that definitions with different properties fit into one list. */
type HaloRule<P extends Properties> = { of(parameters: ParametersOf<P>): number }['of'];

type ParallelCondition<P extends Properties> = {
  holds(parameters: ParametersOf<P>, input?: DatasetFacts): boolean;
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
): string[] {
  const met = definition.parallel.filter(
    (each) => typeof each === 'string' || (each.when?.(parameters, input) ?? true),
  );
  return parallelNames({ ...definition, parallel: met });
}

/** Neighbours that a block needs on either side; undefined where the parameters decide. */
export function fixedHalo(facts: ParallelFacts, axis: string): number | undefined {
  const halo = haloRule(facts, axis);
  return typeof halo === 'number' ? halo : undefined;
}

/**
 * Neighbours that a block of the step's input needs on either side along an axis.
 *
 * Throws `INTERNAL` for a package whose halo is no count.
 */
export function haloAlong(facts: ParallelFacts, parameters: Readonly<Record<string, unknown>>, axis: string): number {
  const rule = haloRule(facts, axis);
  const halo = typeof rule === 'number' ? rule : rule(parameters);
  if (Number.isSafeInteger(halo) && halo >= 0) return halo;
  throw new RondelError(
    'INTERNAL',
    `${facts.type} declares a halo of ${halo} along "${axis}"; it must be a count >= 0.`,
  );
}

function haloRule({ parallel }: ParallelFacts, axis: string): NonNullable<ParallelAxis['halo']> {
  const found = parallel.find((each) => typeof each !== 'string' && each.axis === axis);
  return typeof found === 'object' ? (found.halo ?? 0) : 0;
}
