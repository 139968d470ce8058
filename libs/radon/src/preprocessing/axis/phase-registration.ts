import { RondelError } from '@rondel/contracts';
import { emptyVector, fourierTransform, type ComplexVector } from '@rondel/compute/fourier';
import type { FoundAxis } from './rotation-center.js';
import type { OppositePair } from './opposite-rows.js';
import { shiftRow } from './spline-shift.js';

export interface RegistrationOptions {
  /** Steps of the shift, bins. */
  readonly tol: number;
  /** About where the axis is, bins from 0. */
  readonly rotcGuess?: number | undefined;
}

/**
 * The axis as half the shift at which opposite projections, one of them mirrored, correlate best by phase: the cross spectra of
 * all pairs are added before their magnitudes are taken away. The peak is found in whole bins, then in steps of `tol`
 * (Guizar-Sicairos, Thurman, Fienup, Optics Letters 33 (2008) 156), as `find_center_pc` of TomoPy.
 *
 * Throws `PLAN_MISSING_PROPERTY` where there are no pairs.
 */
export function registerByPhase(pairs: readonly OppositePair[], { tol, rotcGuess }: RegistrationOptions): FoundAxis {
  const width = pairs[0]?.a.length ?? 0;
  if (width === 0) {
    throw new RondelError(
      'PLAN_MISSING_PROPERTY',
      'The rotation axis cannot be found by registration: no projections are half a turn apart. Set centerOfRotation to the axis in bins from 0.',
      { at: 'centerOfRotation' },
    );
  }
  const moved = rotcGuess === undefined ? 0 : rotcGuess - (width - 1) / 2;
  const spectrum = crossSpectrum(pairs, moved);
  const coarse = strongest(spectrum, { around: 0, reach: width / 2, step: 1 });
  const shift = strongest(spectrum, { around: coarse, reach: 1, step: tol });
  return { center: (width - 1 + shift) / 2 + moved, uncertainty: tol / 2 };
}

function crossSpectrum(pairs: readonly OppositePair[], moved: number): ComplexVector {
  const width = pairs[0]?.a.length ?? 0;
  const forward = fourierTransform(width);
  const sum = emptyVector(width);
  const spectrumOf = (row: Float64Array) => {
    const shifted = moved === 0 ? row : shiftRow(row, -moved, 'zero');
    return forward({ real: shifted, imaginary: new Float64Array(width) });
  };
  for (const { a, b } of pairs) {
    const reference = spectrumOf(a);
    const { real, imaginary } = spectrumOf(b);
    // Mirrored, bin 0 becomes the last: the conjugate, and a shift by one less than the width.
    const mirror = spectrumShift({ real, imaginary: imaginary.map((value) => -value) }, width - 1);
    for (let k = 0; k < width; k++) {
      const [x, y] = [reference.real[k] ?? 0, reference.imaginary[k] ?? 0];
      const [u, v] = [mirror.real[k] ?? 0, mirror.imaginary[k] ?? 0];
      sum.real[k] = (sum.real[k] ?? 0) + x * u + y * v;
      sum.imaginary[k] = (sum.imaginary[k] ?? 0) + y * u - x * v;
    }
  }
  for (let k = 0; k < width; k++) {
    const size = Math.hypot(sum.real[k] ?? 0, sum.imaginary[k] ?? 0);
    if (size === 0) continue;
    sum.real[k] = (sum.real[k] ?? 0) / size;
    sum.imaginary[k] = (sum.imaginary[k] ?? 0) / size;
  }
  return sum;
}

function spectrumShift({ real, imaginary }: ComplexVector, bins: number): ComplexVector {
  const count = real.length;
  const shifted = emptyVector(count);
  for (let k = 0; k < count; k++) {
    const angle = (-2 * Math.PI * ((k * bins) % count)) / count;
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    shifted.real[k] = (real[k] ?? 0) * c - (imaginary[k] ?? 0) * s;
    shifted.imaginary[k] = (real[k] ?? 0) * s + (imaginary[k] ?? 0) * c;
  }
  return shifted;
}

/** The shift within reach at which the correlation with this spectrum is largest. */
function strongest(
  { real, imaginary }: ComplexVector,
  { around, reach, step }: { readonly around: number; readonly reach: number; readonly step: number },
): number {
  const count = real.length;
  const correlation = (shift: number) => {
    let sum = 0;
    for (let k = 0; k < count; k++) {
      const angle = (2 * Math.PI * (k < count / 2 ? k : k - count) * shift) / count;
      sum += (real[k] ?? 0) * Math.cos(angle) - (imaginary[k] ?? 0) * Math.sin(angle);
    }
    return sum;
  };
  const steps = Math.floor(reach / step);
  let best = { shift: around, value: -Infinity };
  for (let at = -steps; at <= steps; at++) {
    const shift = around + at * step;
    const value = correlation(shift);
    if (value > best.value) best = { shift, value };
  }
  return best.shift;
}
