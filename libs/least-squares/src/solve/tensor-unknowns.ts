import {
  pairsOf,
  planesOf,
  transformedConstraint,
  transformedPenalty,
  type LinearTransform,
  type Term,
  type ValueOrder,
} from '@rondel/compute';
import { RondelError } from '@rondel/contracts';
import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import type { LinearSystem } from '../system/linear-system.js';
import type { SolveOptions, UnknownsTransform } from './solve-options.js';

/** Shape of vectors of a system as tensors have them, without the batch: complex ones as pairs, real parts first. */
export function vectorShape({ complex }: Pick<LinearSystem, 'complex'>, extent: number): number[] {
  return complex ? [2, extent] : [extent];
}

/** Values in another order: of so many entries of an extent, complex ones with two parts. */
export function reordered(
  values: Float32Array,
  { extent, entries, complex }: { readonly extent: number; readonly entries: number; readonly complex: boolean },
  from: ValueOrder,
  to: ValueOrder,
): Float32Array {
  const moved = new Float32Array(values.length);
  for (let entry = 0; entry < entries; entry++) {
    for (let at = 0; at < extent; at++) {
      const [source, target] = [entry * from.entry + at * from.value, entry * to.entry + at * to.value];
      moved[target] = values[source] ?? NaN;
      if (complex) moved[target + to.part] = values[source + from.part] ?? NaN;
    }
  }
  return moved;
}

/** Size of the image that the unknowns are, slowest axis first; by default one axis. Throws PLAN_INVALID_VALUE. */
export function imageShape(
  { columns }: LinearSystem,
  { shape = [columns] }: Pick<SolveOptions, 'shape'>,
): readonly number[] {
  if (shape.reduce((product, extent) => product * extent, 1) === columns) return shape;
  throw new RondelError(
    'INTERNAL',
    `an image of ${shape.join(' x ')} was given as the ${columns} unknowns of a system`,
  );
}

/** A transform of complex unknowns as solvers take it, on [part, column, batch] or [part, ...image, batch]. */
function tensorTransform(transform: UnknownsTransform): LinearTransform {
  const between = (change: (values: Float32Array) => void) => (x: Tensor) => {
    const entries = x.shape.at(-1) ?? 1;
    const extent = x.size / (2 * entries);
    const size = { extent, entries, complex: true };
    const [planes, pairs] = [planesOf(extent, entries), pairsOf(extent, true)];
    const values = reordered(x.dataSync<'float32'>(), size, planes, pairs);
    change(values);
    return tensor(reordered(values, size, pairs, planes), x.shape);
  };
  return { apply: between(transform.forward), adjoint: between(transform.adjoint) };
}

/** Terms of what the unknowns are the coefficients of, where they are: as terms of the unknowns. */
export function termsOfUnknowns(terms: readonly Term[], transform: UnknownsTransform | undefined): readonly Term[] {
  if (transform === undefined) return terms;
  const map = tensorTransform(transform);
  return terms.map((term) => {
    if ('constraint' in term) return { constraint: transformedConstraint(term.constraint, map) };
    const { penalty, lambda, transform: own } = term;
    // One that is split off already is another map, after this one.
    if (own === undefined) return { penalty: transformedPenalty(penalty, map), lambda };
    return {
      penalty,
      lambda,
      transform: { apply: (x) => own.apply(map.apply(x)), adjoint: (y) => map.adjoint(own.adjoint(y)) },
    };
  });
}
