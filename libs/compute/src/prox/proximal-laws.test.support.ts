import { memory, slice, tensor, tensor1d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomTensor } from '../linop/linear-operator-laws.test.support.js';
import type { Penalty } from './penalty.js';

export interface ProximalLawOptions {
  readonly make: () => Penalty;
  /** Of the images, with the batch. */
  readonly shape: readonly number[];
  /** The penalty of one entry by its definition, in float64. */
  readonly value: (entry: readonly number[]) => number;
  /** Set where the map is approximated: how much above the least value it may be, relative to it. */
  readonly slack?: number;
}

/** What every proximal map obeys, beside closed forms. */
export function describeProximalLaws(name: string, { make, shape, value, slack = 1e-6 }: ProximalLawOptions): void {
  describe(`the proximal map of ${name}`, () => {
    let penalty: Penalty;
    beforeAll(() => {
      penalty = make();
    });
    const batch = shape.at(-1) ?? 1;
    const weight = 0.3;
    const entryOf = (x: Tensor, entry: number) => Array.from(x.dataSync()).filter((_, at) => at % batch === entry);
    const objective = (z: readonly number[], x: readonly number[]) =>
      0.5 * squared(z.map((v, at) => v - (x[at] ?? NaN))) + weight * value(z);

    it('finds a point with no lower value nearby, for every entry', () => {
      const x = randomTensor(shape, 1);
      const result = penalty.prox(x, weight, 0);
      for (let entry = 0; entry < batch; entry++) {
        const [z, from] = [entryOf(result, entry), entryOf(x, entry)];
        const least = objective(z, from);
        expect(least).toBeLessThan(objective(from, from));
        for (const [seed, size] of [0.3, 0.03, 0.003].entries()) {
          const directions = Array.from(randomTensor([20, z.length], seed + 2).dataSync());
          for (let trial = 0; trial < 20; trial++) {
            const near = z.map((v, at) => v + size * (directions[trial * z.length + at] ?? NaN));
            expect(objective(near, from)).toBeGreaterThan(least * (1 - slack));
          }
        }
        // Along the lines to x, to 0 and to what is half of it, too.
        for (const aim of [from, z.map(() => 0), z.map((v) => v / 2)]) {
          for (const part of [0.1, 0.01, -0.01]) {
            const near = z.map((v, at) => v + part * ((aim[at] ?? NaN) - v));
            expect(objective(near, from)).toBeGreaterThan(least * (1 - slack));
          }
        }
      }
      for (const one of [x, result]) one.dispose();
    });

    it('is firmly non-expansive', () => {
      const [x, y] = [randomTensor(shape, 5), randomTensor(shape, 6)];
      const [p, q] = [penalty.prox(x, weight, 0), penalty.prox(y, weight, 0)];
      for (let entry = 0; entry < batch; entry++) {
        const difference = minus(entryOf(p, entry), entryOf(q, entry));
        const apart = minus(entryOf(x, entry), entryOf(y, entry));
        const along = difference.reduce((sum, v, at) => sum + v * (apart[at] ?? NaN), 0);
        expect(squared(difference)).toBeLessThanOrEqual(along + Math.max(slack, 1e-5) * squared(apart));
      }
      for (const one of [x, y, p, q]) one.dispose();
    });

    it('takes a weight for each entry, does not mix entries, and leaves one tensor behind', () => {
      const weights = Array.from({ length: batch }, (_, entry) => 0.1 + 0.2 * entry);
      const [x, all] = [randomTensor(shape, 7), tensor1d(weights)];
      const before = memory().numTensors;
      const together = penalty.prox(x, all, 0);
      expect(memory().numTensors).toBe(before + 1);
      expect(x.isDisposed).toBe(false);
      for (const [entry, own] of weights.entries()) {
        const begin = shape.map((_, axis) => (axis === shape.length - 1 ? entry : 0));
        const alone = tidy(() => penalty.prox(slice(x, begin, [...shape.slice(0, -1), 1]), own, 0).dataSync());
        const expected = entryOf(together, entry);
        Array.from(alone).forEach((v, at) => expect(v).toBeCloseTo(expected[at] ?? NaN, 5));
      }
      for (const one of [x, all, together]) one.dispose();
    });

    it('with the weight 0 changes nothing', () => {
      const x = randomTensor(shape, 8);
      const same = tidy(() => Array.from(penalty.prox(x, 0, 0).dataSync()));
      Array.from(x.dataSync()).forEach((v, at) => expect(same[at]).toBeCloseTo(v, 6));
      x.dispose();
    });
  });
}

function squared(a: readonly number[]): number {
  return a.reduce((sum, v) => sum + v * v, 0);
}

function minus(a: readonly number[], b: readonly number[]): number[] {
  return a.map((v, at) => v - (b[at] ?? NaN));
}

/** Values of a tensor that is made for it. */
export function valuesOf(make: () => Tensor): number[] {
  return tidy(() => Array.from(make().dataSync()));
}

export function column(values: readonly number[]): Tensor {
  return tensor([...values], [values.length, 1]);
}
