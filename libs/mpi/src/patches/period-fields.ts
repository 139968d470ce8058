import { RondelError, type Dataset, type NdArray } from '@rondel/contracts';
import type { Patch, PeriodFields } from './offset-fields.js';

/** The fields of each period of a measurement, as its file tells them; without offset fields there is one patch, at 0. */
export function requirePeriodFields({ data, companions }: Dataset, what: string): PeriodFields {
  const periods = data.shape[1] ?? 1;
  const { gradient, offsetField } = companions;
  if (gradient === undefined) {
    throw new RondelError('DATA_FORMAT', `${what} does not say its gradient, so its patches have no place.`);
  }
  const fields = {
    gradient: Float64Array.from(gradient.data),
    offsetField: offsetField === undefined ? new Float64Array(3 * periods) : Float64Array.from(offsetField.data),
  };
  if (fields.gradient.length === 9 * periods && fields.offsetField.length === 3 * periods) return fields;
  throw new RondelError(
    'DATA_SHAPE_MISMATCH',
    `${what} has ${periods} periods, but the fields of ${fields.gradient.length / 9} and ${fields.offsetField.length / 3}. Periods of several patches cannot be averaged or joined before the image is reconstructed: leave numPeriodAverages and numPeriodGrouping out.`,
  );
}

/** The companions of a measurement that has one period for each patch. */
export function patchFields(patches: readonly Patch[]): Dataset['companions'] {
  const gradient: NdArray = {
    dtype: 'float64',
    data: Float64Array.from(patches.flatMap((patch) => patch.gradient)),
    shape: [patches.length, 3, 3],
    axes: ['period', 'row', 'column'],
  };
  const offsetField: NdArray = {
    dtype: 'float64',
    data: Float64Array.from(
      patches.flatMap(({ position, gradient: slope }) =>
        position.map((place, axis) => (place === 0 ? 0 : -place * (slope[4 * axis] ?? 0))),
      ),
    ),
    shape: [patches.length, 3],
    axes: ['period', 'component'],
  };
  return { gradient, offsetField };
}
