import '@tensorflow/tfjs-backend-wasm';
import { isRondelError } from '@rondel/contracts';
import { matMul, setBackend, tensor, tensor2d, tidy, transpose } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomTensor } from '../linop/linear-operator-laws.test.support.js';
import { box } from './box.js';
import { l1 } from './l1.js';
import { l2 } from './l2.js';
import { l21 } from './l21.js';
import { locallyLowRank, nuclear } from './low-rank.js';
import { maskedConstraint, maskedPenalty } from './masked.js';
import { positivity } from './positivity.js';
import { column, describeProximalLaws, valuesOf } from './proximal-laws.test.support.js';
import { reality } from './reality.js';
import { complexMatrix, thresholdSingularValues } from './singular-values.js';
import { totalVariation, totalVariationAlong } from './total-variation.js';
import { transformedConstraint, transformedPenalty } from './transformed.js';

beforeAll(async () => {
  await setBackend('wasm');
});

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const pairsOf = (values: readonly number[]) =>
  values.slice(0, values.length / 2).map((real, at) => Math.hypot(real, values[at + values.length / 2] ?? NaN));

/** Anisotropic and isotropic total variation of an image [rows, columns], by its definition; of pairs by `length`. */
function variation(values: readonly number[], [rows, columns]: [number, number], isotropic: boolean): number {
  const parts = values.length / (rows * columns);
  let total = 0;
  for (let row = 0; row < rows; row++) {
    for (let at = 0; at < columns; at++) {
      const step = (down: number, right: number) =>
        row + down >= rows || at + right >= columns
          ? 0
          : Math.hypot(
              ...Array.from({ length: parts }, (_, part) => {
                const offset = part * rows * columns;
                const here = values[offset + row * columns + at] ?? NaN;
                return (values[offset + (row + down) * columns + at + right] ?? NaN) - here;
              }),
            );
      total += isotropic ? Math.hypot(step(1, 0), step(0, 1)) : step(1, 0) + step(0, 1);
    }
  }
  return total;
}

/** Sum of the singular values of a real matrix [rows][2], from the eigenvalues of its Gram matrix. */
function nuclearNorm(rows: readonly (readonly [number, number])[]): number {
  const [a, b, d] = [sum(rows.map(([x]) => x * x)), sum(rows.map(([x, y]) => x * y)), sum(rows.map(([, y]) => y * y))];
  const root = Math.hypot((a - d) / 2, b);
  return [(a + d) / 2 + root, (a + d) / 2 - root].reduce((total, square) => total + Math.sqrt(Math.max(0, square)), 0);
}

describeProximalLaws('magnitudes', { make: () => l1(), shape: [13, 3], value: (x) => sum(x.map(Math.abs)) });
describeProximalLaws('magnitudes of pairs', {
  make: () => l1({ complex: true }),
  shape: [2, 7, 3],
  value: (x) => sum(pairsOf(x)),
});
describeProximalLaws('the squared norm', { make: () => l2(), shape: [13, 3], value: (x) => sum(x.map((v) => v * v)) });
describeProximalLaws('groups', {
  make: () => l21({ slices: 3 }),
  shape: [12, 2],
  value: (x) => sum([0, 1, 2, 3].map((at) => Math.hypot(x[at] ?? NaN, x[at + 4] ?? NaN, x[at + 8] ?? NaN))),
});
describeProximalLaws('groups of pairs', {
  make: () => l21({ slices: 2, complex: true }),
  shape: [2, 2, 3, 2],
  value: (x) => sum([0, 1, 2].map((at) => Math.hypot(...[0, 3, 6, 9].map((offset) => x[at + offset] ?? NaN)))),
});
for (const isotropic of [false, true]) {
  const kind = isotropic ? 'isotropic ' : '';
  describeProximalLaws(`${kind}total variation`, {
    make: () => totalVariation({ shape: [5, 6], iterations: 100, isotropic }),
    shape: [5, 6, 2],
    value: (x) => variation(x, [5, 6], isotropic),
    slack: 1e-4,
  });
  describeProximalLaws(`${kind}total variation of pairs`, {
    make: () => totalVariation({ shape: [4, 5], iterations: 100, isotropic, complex: true }),
    shape: [2, 20, 2],
    value: (x) => variation(x, [4, 5], isotropic),
    slack: 1e-4,
  });
}
describeProximalLaws('the singular values of a matrix', {
  make: () => nuclear({ rows: 6, columns: 2 }),
  shape: [12, 2],
  value: (x) => nuclearNorm(Array.from({ length: 6 }, (_, row) => [x[row] ?? NaN, x[row + 6] ?? NaN] as const)),
});
describeProximalLaws('the singular values of blocks', {
  make: () => locallyLowRank({ shape: [3, 4], blockSize: [2, 2] }),
  shape: [2, 3, 4, 2],
  value: (x) =>
    sum(
      [0, 1, 2, 3].map((block) => {
        const [top, left] = [2 * Math.floor(block / 2), 2 * (block % 2)];
        const pixels = [0, 1, 2, 3]
          .map((at) => [top + Math.floor(at / 2), left + (at % 2)] as const)
          .filter(([row]) => row < 3);
        return nuclearNorm(pixels.map(([row, at]) => [x[row * 4 + at] ?? NaN, x[12 + row * 4 + at] ?? NaN] as const));
      }),
    ),
});

describe('closed forms', () => {
  it('magnitudes lose the weight, down to 0, and keep sign and phase', () => {
    expect(valuesOf(() => l1().prox(column([3, -2, 0.5, -0.5, 0]), 1, 0))).toEqual([2, -1, 0, 0, 0]);
    const pair = () => l1({ complex: true }).prox(tensor([3, 0.3, 4, 0.4], [2, 2, 1]), 2.5, 0);
    expect(valuesOf(pair)).toEqual([1.5, 0, 2, 0]);
  });

  it('the squared norm halves where the weight is 1/2', () => {
    expect(valuesOf(() => l2().prox(column([3, -2]), 0.5, 0))).toEqual([1.5, -1]);
  });

  it('groups lose the weight of their norm', () => {
    expect(valuesOf(() => l21({ slices: 2 }).prox(column([3, 0.3, 4, 0.4]), 2.5, 0))).toEqual([1.5, 0, 2, 0]);
  });

  it('sets take what is nearest, imaginary parts go', () => {
    expect(valuesOf(() => positivity().project(column([1, -2, 0])))).toEqual([1, 0, 0]);
    const pairs = () => tensor([1, -2, 3, 4], [2, 2, 1]);
    expect(valuesOf(() => positivity({ complex: true }).project(pairs()))).toEqual([1, 0, 0, 0]);
    expect(valuesOf(() => reality({ complex: true }).project(pairs()))).toEqual([1, -2, 0, 0]);
    expect(valuesOf(() => box({ lower: -1, upper: 2 }).project(column([-3, 0.5, 5])))).toEqual([-1, 0.5, 2]);
    expect(valuesOf(() => box({ upper: 2 }).project(column([-3, 5])))).toEqual([-3, 2]);
  });

  it('a matrix of known singular values loses the threshold of each, whichever way it lies', () => {
    const half = Math.SQRT1_2;
    for (const [first, second] of [
      [5, 2],
      [1, 0.5],
    ] as const) {
      // first * u1 v1' + second * u2 v2' with v1 = (0.6, 0.8), v2 = (-0.8, 0.6), u1 = (h, 0, i h), u2 = (0, 1, 0)
      const build = (s: number, t: number) => {
        const m = complexMatrix(3, 2);
        [0.6, 0.8].forEach((v, at) => {
          m.real[at] = s * half * v;
          m.imaginary[4 + at] = s * half * v;
        });
        [-0.8, 0.6].forEach((v, at) => (m.real[2 + at] = t * v));
        return m;
      };
      const found = thresholdSingularValues(build(first, second), 1);
      const expected = build(Math.max(0, first - 1), Math.max(0, second - 1));
      found.real.forEach((v, at) => expect(v).toBeCloseTo(expected.real[at] ?? NaN, 10));
      found.imaginary.forEach((v, at) => expect(v).toBeCloseTo(expected.imaginary[at] ?? NaN, 10));
    }
  });

  it('a step of two levels keeps its place and loses 2 weight of its height, exactly along one axis', () => {
    const line = [0, 0, 0, 5, 5, 5];
    const exact = valuesOf(() => totalVariationAlong({ shape: [6], axis: 0 }).prox(column(line), 1.5, 0));
    expect(exact).toEqual([0.5, 0.5, 0.5, 4.5, 4.5, 4.5]);
    const near = valuesOf(() => totalVariation({ shape: [6], iterations: 500 }).prox(column(line), 1.5, 0));
    near.forEach((value, at) => expect(value).toBeCloseTo(exact[at] ?? NaN, 3));
  });

  it('differences along one of several axes are those of each line, exactly or nearly', () => {
    const x = randomTensor([4, 3, 2, 2], 3);
    const exact = valuesOf(() => totalVariationAlong({ shape: [4, 3, 2], axis: 1 }).prox(x, 0.3, 0));
    const near = valuesOf(() => totalVariation({ shape: [4, 3, 2], axes: [1], iterations: 400 }).prox(x, 0.3, 0));
    // The fast gradient projection comes near by the square of its iterations.
    near.forEach((value, at) => expect(value).toBeCloseTo(exact[at] ?? NaN, 3));
    x.dispose();
  });

  it('total variation by few iterations is the dual iteration as the paper has it, in float64', () => {
    const [rows, columns, weight] = [4, 5, 0.2];
    const x = randomTensor([rows, columns, 1], 4);
    const found = valuesOf(() => totalVariation({ shape: [rows, columns], iterations: 3 }).prox(x, weight, 0));
    const expected = fastGradientProjection(Array.from(x.dataSync()), [rows, columns], { weight, iterations: 3 });
    found.forEach((value, at) => expect(value).toBeCloseTo(expected[at] ?? NaN, 5));
    x.dispose();
  });

  it('a unitary transform goes around a map, a mask lets it act on some pixels', () => {
    const [c, s] = [Math.cos(0.7), Math.sin(0.7)];
    const rotation = tensor2d([c, -s, s, c], [2, 2]);
    const turn = {
      apply: (x: ReturnType<typeof column>) => matMul(rotation, x),
      adjoint: (y: ReturnType<typeof column>) => matMul(transpose(rotation), y),
    };
    const turned = valuesOf(() =>
      transformedPenalty(l1(), turn).prox(
        tidy(() => turn.adjoint(column([3, 0.5]))),
        1,
        0,
      ),
    );
    // Along the turned axes it is (2, 0).
    expect(turned[0]).toBeCloseTo(2 * c, 5);
    expect(turned[1]).toBeCloseTo(-2 * s, 5);
    const inside = valuesOf(() =>
      transformedConstraint(positivity(), turn).project(tidy(() => turn.adjoint(column([-3, 1])))),
    );
    expect(inside[0]).toBeCloseTo(s, 5);
    expect(inside[1]).toBeCloseTo(c, 5);
    const mask = column([1, 0]);
    expect(valuesOf(() => maskedPenalty(l1(), mask).prox(column([3, 3]), 1, 0))).toEqual([2, 3]);
    expect(valuesOf(() => maskedConstraint(positivity(), mask).project(column([-3, -3])))).toEqual([0, -3]);
    expect(() => maskedPenalty(nuclear({ rows: 1, columns: 2 }), mask)).toThrow(
      'NuclearRegularization cannot be masked',
    );
  });

  it('blocks that move differ from iteration to iteration, and are the same every time', () => {
    const x = randomTensor([3, 5, 6, 1], 9);
    const penalty = locallyLowRank({ shape: [5, 6], blockSize: [2, 3], shifted: true });
    const at = (iteration: number) => valuesOf(() => penalty.prox(x, 0.4, iteration));
    expect(at(1)).toEqual(at(1));
    expect(new Set([0, 1, 2, 3].map((iteration) => at(iteration).join())).size).toBeGreaterThan(1);
    x.dispose();
  });

  it.each([
    () => totalVariation({ shape: [4], axes: [1], iterations: 1 }),
    () => totalVariation({ shape: [3], iterations: 1 }).prox(column([1, 2, 3, 4]), 1, 0),
    () => l21({ slices: 3 }).prox(column([1, 2, 3, 4]), 1, 0),
    () => nuclear({ rows: 3, columns: 1 }).prox(column([1, 2, 3, 4]), 1, 0),
    () => locallyLowRank({ shape: [4], blockSize: [2, 2] }),
  ])('sizes that do not fit are refused (%#)', (attempt) => {
    expect(attempt).toThrow(expect.toSatisfy((error) => isRondelError(error) && error.code === 'PLAN_INVALID_VALUE'));
  });
});

/** Beck and Teboulle 2009, with anisotropic differences and the step 1 / (8 weight), by loops over pixels. */
function fastGradientProjection(
  image: readonly number[],
  [rows, columns]: [number, number],
  { weight, iterations }: { weight: number; iterations: number },
): number[] {
  const zeros = () => image.map(() => 0);
  let [p, q, r, s] = [zeros(), zeros(), zeros(), zeros()];
  const clean = (down: readonly number[], right: readonly number[]) =>
    image.map((value, at) => {
      const own = (down[at] ?? 0) + (right[at] ?? 0);
      const above = at >= columns ? (down[at - columns] ?? 0) : 0;
      const left = at % columns > 0 ? (right[at - 1] ?? 0) : 0;
      return value - weight * (above + left - own);
    });
  let t = 1;
  for (let iteration = 0; iteration < iterations; iteration++) {
    const current = clean(r, s);
    const limited = (value: number) => Math.max(-1, Math.min(1, value));
    const nextP = image.map((_, at) =>
      at < (rows - 1) * columns
        ? limited((r[at] ?? 0) + ((current[at + columns] ?? NaN) - (current[at] ?? NaN)) / (8 * weight))
        : 0,
    );
    const nextQ = image.map((_, at) =>
      at % columns < columns - 1
        ? limited((s[at] ?? 0) + ((current[at + 1] ?? NaN) - (current[at] ?? NaN)) / (8 * weight))
        : 0,
    );
    const next = (1 + Math.sqrt(1 + 4 * t * t)) / 2;
    const ahead = (now: number[], before: number[]) =>
      now.map((v, at) => v + ((t - 1) / next) * (v - (before[at] ?? 0)));
    [r, s] = [ahead(nextP, p), ahead(nextQ, q)];
    [p, q, t] = [nextP, nextQ, next];
  }
  return clean(p, q);
}
