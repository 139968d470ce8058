import { describe, expect, it } from 'vitest';
import { middleSlice, sliceAngles, sliceShape } from '../middle-slice.test.support.js';
import { findRotationCenter } from './rotation-center.js';

describe('the rotation axis', () => {
  it.each([32, 28, 30.4, 33.6])('of a simulated slice is found at %d bins to a twentieth of a bin', (center) => {
    const shifted = shiftRows(middleSlice, center - 32);
    // With 64 bins and linear interpolation of the shift the axis is known to a few hundredths of a bin, as long as the
    // object (58 bins wide) stays on the detector or nearly so.
    expect(Math.abs(findRotationCenter(shifted, sliceShape, sliceAngles).center - center)).toBeLessThan(0.05);
  });

  it('is found from the first half of a full turn', () => {
    const turn = Float64Array.from({ length: 90 }, (_, index) => (index * 2 * Math.PI) / 90);
    const every = new Float32Array(90 * 64);
    for (let row = 0; row < 90; row++) {
      const source = middleSlice.subarray(((2 * row) % 90) * 64, (((2 * row) % 90) + 1) * 64);
      // Beyond half a turn a projection is its mirror image about bin 32, where bin 0 has no partner.
      every.set(row < 45 ? source : Float32Array.from(source, (_, bin) => source[(64 - bin) % 64] ?? 0), row * 64);
    }
    expect(Math.abs(findRotationCenter(every, sliceShape, turn).center - 32)).toBeLessThan(0.1);
  });

  it('is not guessed from a limited range of angles or from noise', () => {
    const limited = sliceAngles.map((angle) => angle * 0.6);
    expect(() => findRotationCenter(middleSlice, sliceShape, limited)).toThrow('do not cover half a turn');
    const noise = middleSlice.map((_, index) => Math.sin(index * index * 0.7391));
    expect(() => findRotationCenter(noise, sliceShape, sliceAngles)).toThrow('Set centerOfRotation');
  });
});

/** Rows moved by a fraction of a bin with linear interpolation, 0 outside. */
function shiftRows(sinogram: Float32Array, bins: number): Float32Array {
  return sinogram.map((_, index) => {
    const row = Math.floor(index / 64) * 64;
    const source = (index % 64) - bins;
    const left = Math.floor(source);
    const value = (bin: number) => (bin >= 0 && bin < 64 ? (sinogram[row + bin] ?? 0) : 0);
    return value(left) * (1 - (source - left)) + value(left + 1) * (source - left);
  });
}
