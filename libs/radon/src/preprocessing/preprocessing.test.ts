import { describe, expect, it } from 'vitest';
import { sheppLoganScan } from '../phantom.js';
import { extendDetector } from './detector-extension.js';
import { averageFields } from './field-average.js';
import { normalizeFlatField } from './flat-field.js';
import { fourierTransform } from './fourier.js';
import { selectFrames } from './frame-selection.js';
import { toLineIntegrals } from './line-integrals.js';
import { suppressRings } from './ring-suppression.js';
import { findRotationCenter } from './rotation-center.js';

const oneBin = { frames: 6, slices: 1, angles: 1, detectors: 1 };

describe('frame selection', () => {
  const data = Float32Array.of(10, 20, 30, 40, 50, 60);

  it('takes frames counted from 1 in the given order', () => {
    expect([...selectFrames(data, oneBin, { frames: [3, 1], numAverages: 1 })]).toEqual([30, 10]);
  });

  it('averages consecutive selected frames', () => {
    expect([...selectFrames(data, oneBin, { frames: [], numAverages: 3 })]).toEqual([20, 50]);
  });

  it('hands the data through when nothing changes', () => {
    expect(selectFrames(data, oneBin, { frames: [], numAverages: 1 })).toBe(data);
  });

  it('refuses a frame that is not there and a number of averages that does not divide', () => {
    expect(() => selectFrames(data, oneBin, { frames: [2, 7], numAverages: 1 })).toThrow(
      'frames asks for frame 7, but the data has 6 frames, counted from 1.',
    );
    expect(() => selectFrames(data, oneBin, { frames: [1, 2, 3], numAverages: 2 })).toThrow(
      'numAverages must divide the number of selected frames, but 3 frames cannot be averaged in groups of 2.',
    );
  });
});

describe('the flat field', () => {
  const field = (...values: number[]) => ({
    dtype: 'float32' as const,
    shape: [1, 1, values.length],
    data: Float32Array.from(values),
  });
  const shape = { frames: 1, slices: 1, angles: 2, detectors: 4 };

  it('divides counts above dark by white above dark', () => {
    const counts = Float32Array.of(60, 110, 35, 10, 10, 10, 10, 10);
    const response = averageFields({ white: field(110, 110, 60, 20), dark: field(10, 10, 10, 10) }, shape, 'mean');
    expect(normalizeFlatField(counts, shape, response)).toBe(0);
    expect([...counts]).toEqual([0.5, 1, 0.5, 0, 0, 0, 0, 0]);
  });

  it('averages the samples of every slice by itself', () => {
    const white = { dtype: 'float32' as const, shape: [2, 2, 1], data: Float32Array.of(1, 3, 10, 30) };
    for (const average of ['mean', 'median'] as const) {
      const fields = averageFields({ white, dark: undefined }, { slices: 2, detectors: 1 }, average);
      expect([...fields.white]).toEqual([2, 20]);
    }
  });

  it('interpolates dead bins between live ones and repeats live ones at the edges', () => {
    const counts = Float32Array.of(7, 10, 7, 40, 7, 20, 7, 30);
    const response = averageFields({ white: field(0, 100, 5, 100), dark: field(0, 0, 5, 0) }, shape, 'median');
    expect(normalizeFlatField(counts, shape, response)).toBe(2);
    [0.1, 0.1, 0.25, 0.4, 0.2, 0.2, 0.25, 0.3].forEach((value, at) => expect(counts[at]).toBeCloseTo(value, 6));
  });

  it('is refused when no bin is live and when it does not fit the projections', () => {
    const response = averageFields({ white: field(1, 1, 1, 1), dark: field(1, 1, 1, 1) }, shape, 'median');
    expect(() => normalizeFlatField(new Float32Array(8), shape, response)).toThrow(
      'The white field of slice 1 is not above the dark field anywhere',
    );
    expect(() => averageFields({ white: field(1, 2), dark: undefined }, shape, 'median')).toThrow(
      'The white field must be [slice, sample, detector] = [1, any, 4], but has shape [1, 1, 2].',
    );
  });
});

describe('line integrals', () => {
  it('are minus the logarithm of clipped transmissions', () => {
    const values = Float32Array.of(1, Math.exp(-2), 0, -3);
    expect(toLineIntegrals(values, 0.001)).toBe(2);
    [0, 2, Math.log(1000), Math.log(1000)].forEach((value, at) => expect(values[at]).toBeCloseTo(value, 5));
  });
});

const sliceScan = sheppLoganScan({ size: 64, frames: 1, angles: 90 });
const sliceShape = { frames: 1, slices: 1, angles: 90, detectors: 64 };
const middleSlice = new Float32Array(sliceScan.data.data.subarray(32 * 90 * 64, 33 * 90 * 64));
const sliceAngles = Float64Array.from(sliceScan.companions['angles']?.data ?? []);

describe('ring suppression', () => {
  it('removes most of a stripe and changes a clean sinogram by less than the stripe', () => {
    const stripe = 2;
    const striped = middleSlice.map((value, index) => (index % 64 === 30 ? value + stripe : value));
    suppressRings(striped, sliceShape, 9);
    const clean = middleSlice.slice();
    suppressRings(clean, sliceShape, 9);
    const column = (values: Float32Array) =>
      Array.from({ length: 90 }, (_, angle) =>
        Math.abs((values[angle * 64 + 30] ?? NaN) - (middleSlice[angle * 64 + 30] ?? NaN)),
      );
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(column(striped))).toBeLessThan(0.25 * stripe);
    expect(mean(column(clean))).toBeLessThan(0.25 * stripe);
  });

  it('leaves rows alone that are smooth across the detector', () => {
    const ramp = Float32Array.from({ length: 5 * 20 }, (_, index) => (index % 20) + Math.floor(index / 20));
    const smoothed = ramp.slice();
    suppressRings(smoothed, { frames: 1, slices: 1, angles: 5, detectors: 20 }, 5);
    for (let index = 0; index < ramp.length; index++) {
      if (index % 20 >= 2 && index % 20 < 18) expect(smoothed[index]).toBe(ramp[index]);
    }
  });
});

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

describe('the Fourier transform', () => {
  it('agrees with the defining sum', () => {
    const real = Float64Array.of(1, -2, 3, 0.5, 0, 4, -1, 2);
    const imaginary = Float64Array.of(0, 1, 0, -1, 2, 0, 0.25, 1);
    const expected = Array.from({ length: 8 }, (_, k) =>
      real.reduce((sum, value, n) => {
        const phase = (-2 * Math.PI * k * n) / 8;
        return sum + value * Math.cos(phase) - (imaginary[n] ?? 0) * Math.sin(phase);
      }, 0),
    );
    fourierTransform({ real, imaginary });
    expected.forEach((value, k) => expect(real[k]).toBeCloseTo(value, 12));
  });
});

describe('the detector', () => {
  const shape = { frames: 1, slices: 1, angles: 1, detectors: 4 };

  it('is extended with edge values on the side that is shorter as seen from the axis', () => {
    const left = extendDetector(Float32Array.of(1, 2, 3, 4), shape, 0.5);
    expect([...left.data]).toEqual([1, 1, 1, 2, 3, 4]);
    expect(left.center).toBe(2.5);
    expect(left.shape.detectors).toBe(6);
    const right = extendDetector(Float32Array.of(1, 2, 3, 4), shape, 3);
    expect([...right.data]).toEqual([1, 2, 3, 4, 4]);
    expect(right.center).toBe(3);
  });

  it('stays as it is when the axis is in its middle', () => {
    const data = Float32Array.of(1, 2, 3, 4);
    expect(extendDetector(data, shape, 2).data).toBe(data);
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
