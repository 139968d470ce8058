import '@tensorflow/tfjs-backend-wasm';
import { setBackend, slice, tensor, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { unitaryTransformNames, type ImageTransformName } from '../transforms/transform-names.js';
import { eachOperator } from './each.js';
import { imageTransform } from './image-transform.js';
import { describeLinOpLaws, matrixOperator, randomTensor } from './linear-operator-laws.test.support.js';
import { stackOperators } from './stack.js';

beforeAll(async () => {
  await setBackend('wasm');
});

const plane = { shape: [6, 8], axes: [0, 1] };
describeLinOpLaws('a stack of matrices', {
  make: () => stackOperators([matrixOperator(3, 5, 1), matrixOperator(4, 5, 2)]),
});
describeLinOpLaws('an operator on each of several images', { make: () => eachOperator(matrixOperator(4, 5, 3), 3) });
describeLinOpLaws('the gradient', { make: () => imageTransform('Gradient', plane) });
describeLinOpLaws('the gradient of pairs', { make: () => imageTransform('Gradient', { ...plane, complex: true }) });
describeLinOpLaws('the Fourier transform of real images', { make: () => imageTransform('FFT', plane) });
describeLinOpLaws('the Fourier transform', { make: () => imageTransform('FFT', { ...plane, complex: true }) });
describeLinOpLaws('a cosine transform of pairs', { make: () => imageTransform('DCT-IV', { ...plane, complex: true }) });
describeLinOpLaws('the wavelet transform', {
  make: () => imageTransform('Wavelet', { shape: [3, 8, 4], axes: [1, 2] }),
});
describeLinOpLaws('the wavelet transform of pairs', {
  make: () => imageTransform('Wavelet', { ...plane, complex: true }),
});

describe('a stack', () => {
  it('is refused of operators that do not belong together', () => {
    const one = matrixOperator(3, 5, 1);
    const gradient = imageTransform('Gradient', plane);
    expect(() => stackOperators([one, gradient])).toThrow('cannot be stacked below <3x* <- 5x*> Matrix');
    const other = matrixOperator(3, 4, 2);
    expect(() => stackOperators([one, other])).toThrow('they are of different images');
    for (const each of [one, other, gradient]) each.dispose();
  });
});

/** A number with two parts. */
type Complex = readonly [re: number, im: number];

/** Element k of the transform of one line, by the sums that define it, in float64. */
const sums: Partial<Record<ImageTransformName, (line: readonly number[], k: number) => Complex>> = {
  FFT: (x, k) => {
    const [n, middle] = [x.length, Math.floor(x.length / 2)];
    const turn = (at: number) => (2 * Math.PI * (k - middle) * (at - middle)) / n;
    return [
      x.reduce((sum, value, at) => sum + value * Math.cos(turn(at)), 0) / Math.sqrt(n),
      -x.reduce((sum, value, at) => sum + value * Math.sin(turn(at)), 0) / Math.sqrt(n),
    ];
  },
  'DCT-II': (x, k) => {
    const sum = x.reduce((all, value, at) => all + value * Math.cos((Math.PI * k * (2 * at + 1)) / (2 * x.length)), 0);
    return [sum * Math.sqrt((k === 0 ? 1 : 2) / x.length), 0];
  },
  // Of four pixels and two levels: the filter db2 as it is printed, around the ends.
  Wavelet: (x, k) => {
    const h = [0.48296291314469025, 0.8365163037378079, 0.22414386804185735, -0.12940952255092145];
    const level = (line: readonly number[]) => {
      const at = (place: number) => line[(place + 2 * line.length) % line.length] ?? NaN;
      const half = Array.from({ length: line.length / 2 }, (_, index) => index);
      const low = half.map((index) => h.reduce((sum, tap, j) => sum + tap * at(2 * index + j), 0));
      const high = half.map((index) =>
        h.reduce((sum, tap, j) => sum + (j % 2 ? -tap : tap) * at(2 * index + 1 - j), 0),
      );
      return [low, high] as const;
    };
    const [low, high] = level(x);
    return [[...level(low).flat(), ...high][k] ?? NaN, 0];
  },
};

describe('a transform', () => {
  it.each(['FFT', 'DCT-II', 'Wavelet'] as const)('%s is what its definition says, along one axis and many', (name) => {
    const sum = sums[name];
    const x = randomTensor([3, 4, 2], 11);
    const operator = imageTransform(name, { shape: [3, 4], axes: [1] });
    const values = Array.from(x.dataSync());
    const transformed = operator.apply(x).dataSync();
    for (let row = 0; row < 3; row++) {
      for (let batch = 0; batch < 2; batch++) {
        const line = [0, 1, 2, 3].map((at) => values[(row * 4 + at) * 2 + batch] ?? NaN);
        for (let k = 0; k < 4; k++) {
          const [re, im] = sum?.(line, k) ?? [NaN, NaN];
          // float32 sums of four products.
          expect(transformed[(row * 4 + k) * 2 + batch]).toBeCloseTo(re, 6);
          if (name === 'FFT') expect(transformed[24 + (row * 4 + k) * 2 + batch]).toBeCloseTo(im, 6);
        }
      }
    }
    operator.dispose();
  });

  it.each(unitaryTransformNames)('%s is undone by its adjoint, keeps lengths, and each entry by itself', (name) => {
    for (const complex of [false, true]) {
      const shape = [...(complex ? [2] : []), 12, 4, 1];
      const operator = imageTransform(name, { shape: [12, 4, 1], axes: [0, 1, 2], complex });
      const x = randomTensor([...shape, 9], 12);
      const [image, back] = tidy(() => {
        const y = operator.apply(x);
        return [Array.from(y.dataSync()), Array.from(operator.adjoint(y).dataSync())];
      });
      const squares = (of: readonly number[]) => of.reduce((sum, value) => sum + value * value, 0);
      const original = Array.from(x.dataSync());
      expect(Math.abs(squares(image) / squares(original) - 1)).toBeLessThan(1e-6);
      // Sums of a dozen float32 products along each of two axes, there and back.
      back.forEach((value, at) => expect(value).toBeCloseTo(original[at] ?? NaN, 5));
      const alone = tidy(() =>
        Array.from(operator.apply(slice(x, [...shape.map(() => 0), 4], [...shape, 1])).dataSync()),
      );
      expect(alone).toEqual(image.filter((_, at) => at % 9 === 4));
      x.dispose();
      operator.dispose();
    }
  });

  it('by wavelets has a constant in one number and a ramp but for its ends in few', () => {
    const operator = imageTransform('Wavelet', { shape: [16], axes: [0] });
    const of = (values: readonly number[]) =>
      tidy(() => Array.from(operator.apply(tensor([...values], [16, 1])).dataSync()));
    const nonzero = (values: readonly number[]) => values.filter((value) => Math.abs(value) > 1e-5).length;
    expect(nonzero(of(Array.from({ length: 16 }, () => 1)))).toBe(1);
    // Two vanishing moments: one wavelet at each level meets the jump around the ends, beside what is left of low frequencies.
    expect(nonzero(of(Array.from({ length: 16 }, (_, at) => at)).slice(8))).toBe(1);
    operator.dispose();
  });

  it('by wavelets refuses an odd axis, with what to do', () => {
    expect(() => imageTransform('Wavelet', { shape: [6, 5], axes: [0, 1] })).toThrow(
      'an image of 6 x 5 has an odd one: make it even, leave it out, or take DCT-II',
    );
  });
});
