import { RondelError } from '@rondel/contracts';

/** A place or a distance along x, y and z, in m. */
export type Vector = readonly [x: number, y: number, z: number];

/** Periods of a frame that were measured with the field-free point at the same place. */
export interface Patch {
  /** Where the field-free point lies without the drive field, in m: minus the offset field over the gradient. */
  readonly position: Vector;
  /** 3 x 3, row by row, in T/m: that of the first of its periods. */
  readonly gradient: readonly number[];
  /** Periods within a frame, from 0, rising. */
  readonly periods: readonly number[];
}

/** The fields of each period: `gradient` [period, 3, 3] in T/m and `offsetField` [period, 3] in T. */
export interface PeriodFields {
  readonly gradient: Float64Array | Float32Array;
  readonly offsetField: Float64Array | Float32Array;
}

/**
 * The patches of a measurement, in the order in which they are first met: periods of one frame with the same shift of the
 * offset field (Szwargulski et al., 2018, PubMed 30334751).
 */
export function patchesOf({ gradient, offsetField }: PeriodFields): readonly Patch[] {
  const patches = new Map<string, { position: Vector; gradient: number[]; periods: number[] }>();
  for (let period = 0; period < offsetField.length / 3; period++) {
    const own = [...gradient.subarray(9 * period, 9 * (period + 1))];
    const position = shiftOf(offsetField.subarray(3 * period, 3 * (period + 1)), own);
    const key = position.join();
    const patch = patches.get(key);
    if (patch === undefined) patches.set(key, { position, gradient: own, periods: [period] });
    else patch.periods.push(period);
  }
  return [...patches.values()];
}

/** Mean of `spectra` [frame, period, row] over the periods of each patch: [frame, patch, row], complex and interleaved. */
export function averagedByPatch(
  spectra: Float32Array,
  size: { readonly frames: number; readonly periods: number; readonly rows: number },
  patches: readonly Patch[],
): Float32Array {
  const { frames, periods, rows } = size;
  const averaged = new Float32Array(2 * frames * patches.length * rows);
  for (let frame = 0; frame < frames; frame++) {
    patches.forEach((patch, index) => {
      const target = 2 * rows * (frame * patches.length + index);
      for (let value = 0; value < 2 * rows; value++) {
        let sum = 0;
        for (const period of patch.periods) sum += spectra[2 * rows * (frame * periods + period) + value] ?? 0;
        averaged[target + value] = sum / patch.periods.length;
      }
    });
  }
  return averaged;
}

function shiftOf(offsetField: ArrayLike<number>, gradient: readonly number[]): Vector {
  const along = (axis: 0 | 1 | 2) => {
    const field = offsetField[axis] ?? 0;
    const slope = gradient[4 * axis] ?? 0;
    if (slope === 0 && field !== 0) {
      throw new RondelError(
        'DATA_FORMAT',
        `The measurement has an offset field of ${field} T along ${'xyz'[axis]} but no gradient there, so the field-free point has no place.`,
      );
    }
    // Without the sign of a zero, which would make two places of one.
    return field === 0 ? 0 : -field / slope;
  };
  return [along(0), along(1), along(2)];
}
