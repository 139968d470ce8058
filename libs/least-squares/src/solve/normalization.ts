import type { Weight } from '@rondel/compute';
import { mul, tensor1d, tidy } from '@tensorflow/tfjs-core';
import type { LinearSystem } from '../system/linear-system.js';

export type NormalizationName = 'NoNormalization' | 'MeasurementBasedNormalization' | 'SystemMatrixBasedNormalization';

/**
 * What the weights of terms are multiplied by, for each measurement, as RegularizedLeastSquares.jl does: the squared norm of
 * the matrix over its columns, or the mean magnitude of the measurement, row weights included in both.
 *
 * @param b [entry, row], pairs where the system is complex.
 */
export function normalizationFactors(name: NormalizationName, system: LinearSystem, b: Float32Array): Float64Array {
  const { rows, complex } = system;
  const entries = b.length / (rows * (complex ? 2 : 1));
  if (name === 'NoNormalization') return new Float64Array(entries).fill(1);
  if (name === 'SystemMatrixBasedNormalization') {
    const energy = system.rowNormsSquared.reduce((sum, norm) => sum + norm, 0);
    return new Float64Array(entries).fill(energy / system.columns);
  }
  return Float64Array.from({ length: entries }, (_, entry) => meanMagnitude(system, b, entry));
}

function meanMagnitude({ rows, complex, weights }: LinearSystem, b: Float32Array, entry: number): number {
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const at = entry * rows + row;
    const magnitude = complex ? Math.hypot(b[2 * at] ?? NaN, b[2 * at + 1] ?? NaN) : Math.abs(b[at] ?? NaN);
    sum += magnitude * (weights[row] ?? NaN);
  }
  return sum / rows;
}

/** Weight of a term for each measurement, normalized: a number where it is the same for all, else [batch]. */
export function normalizedWeight(weight: Weight, factors: Float64Array): Weight {
  const [first = 1] = factors;
  if (typeof weight === 'number' && factors.every((factor) => factor === first)) return weight * first;
  return tidy(() => mul(weight, tensor1d(Float32Array.from(factors))));
}
