import type { NdArray } from '@rondel/contracts';
import type { Checkpoint } from '@rondel/reco';
import { afterAll, describe, expect, it } from 'vitest';
import {
  denseSystem,
  multiplySystem,
  openKaczmarz,
  reweightedSystem,
  solveSystem,
  type LinearSystem,
  type SolveOptions,
} from '../index.js';
import { l2, normalSolution, product, randomArray, relativeDifference, term } from './example-systems.test.support.js';

const opened: LinearSystem[] = [];
const keep = async (system: Promise<LinearSystem>): Promise<LinearSystem> => {
  opened.push(await system);
  return system;
};
afterAll(() => opened.forEach((system) => system.dispose()));

const kaczmarz = (iterations: number, options: Partial<SolveOptions> = {}): SolveOptions => ({
  ...{ solver: 'Kaczmarz', terms: [], ...options },
  parameters: { iterations, ...options.parameters },
});

/** Without some rows. */
function rowsLeft(
  { dtype, data, shape }: NdArray<Float32Array>,
  keeps: (row: number) => boolean,
): NdArray<Float32Array> {
  const [rows = 0] = shape;
  const perRow = data.length / rows;
  const left = Float32Array.from(data).filter((_, at) => keeps(Math.floor(at / perRow)));
  return { dtype, shape: [left.length / perRow, ...shape.slice(1)], data: left };
}

describe.each([true, false])('Kaczmarz, complex: %s', (complex) => {
  const matrix = randomArray([41, 15], complex, 1);
  const b = randomArray([2, 41], complex, 2);

  it('tends to the solution of the regularized normal equations', async () => {
    const system = await keep(denseSystem(matrix));
    const x = await solveSystem(system, b, kaczmarz(400, { terms: [l2(4)] }));
    expect(x.shape).toEqual([2, 15]);
    const first = x.data.subarray(0, x.data.length / 2);
    // What is promised; float32 stops at about 1e-6.
    expect(relativeDifference(first, normalSolution(matrix, b, 4))).toBeLessThan(1e-4);
  });

  it('shares a matrix among systems with different weights, bit for bit as if each had its own', async () => {
    const weights = Float32Array.from({ length: 41 }, (_, row) => 0.25 + (row % 7) / 3);
    const shared = await keep(denseSystem(matrix));
    const other = reweightedSystem(shared, weights);
    const own = await keep(denseSystem(matrix, { weights }));
    expect(other.rowNormsSquared).toEqual(own.rowNormsSquared);
    const options = kaczmarz(5, { terms: [l2(4)] });
    const plain = await solveSystem(shared, b, options);
    // At the same time, so that pieces of work on one and the other follow each other.
    const [mixed, unweighted] = await Promise.all([solveSystem(other, b, options), solveSystem(shared, b, options)]);
    expect(mixed.data).toEqual((await solveSystem(own, b, options)).data);
    expect(unweighted.data).toEqual(plain.data);
    expect(mixed.data).not.toEqual(plain.data);
    other.dispose();
    expect((await solveSystem(shared, b, kaczmarz(1))).data.every(Number.isFinite)).toBe(true);
    expect(() => reweightedSystem(shared, new Float32Array(40))).toThrow('41 rows and 40 weights');
  });

  it('finds without lambda what solves the equations, and the least of it where they are too few', async () => {
    const solution = randomArray([1, 15], complex, 3);
    const system = await keep(denseSystem(matrix));
    const x = await solveSystem(system, product(matrix, solution), kaczmarz(300));
    expect(relativeDifference(x.data, solution.data)).toBeLessThan(1e-4);
    const wide = randomArray([7, 15], complex, 4);
    const few = await keep(denseSystem(wide));
    const right = randomArray([1, 7], complex, 5);
    const least = await solveSystem(few, right, kaczmarz(300));
    expect(relativeDifference(product(wide, least).data, right.data)).toBeLessThan(1e-4);
    // A small lambda takes the least one too.
    expect(relativeDifference(least.data, normalSolution(wide, right, 1e-7))).toBeLessThan(1e-4);
  });

  it('multiplies by the matrix without its weights', async () => {
    const weights = Float32Array.from({ length: 41 }, (_, row) => row % 3);
    const system = await keep(denseSystem(matrix, { weights }));
    const x = randomArray([3, 15], complex, 3);
    const { data, shape } = multiplySystem(system, x);
    expect(shape).toEqual([3, 41]);
    expect(relativeDifference(data, product(matrix, x).data)).toBeLessThan(1e-6);
    expect(() => multiplySystem(system, b)).toThrow('[entry, 15]');
  });

  it('does not mind weights of rows without lambda, and leaves rows of weight 0 out', async () => {
    const plain = await keep(denseSystem(matrix));
    const weights = plain.rowNormsSquared.map((norm, row) => (row % 5 === 0 ? 0 : 1 / Math.sqrt(norm)));
    const weighted = await keep(denseSystem(matrix, { weights: Float32Array.from(weights) }));
    const left = await keep(denseSystem(rowsLeft(matrix, (row) => row % 5 !== 0)));
    const one = { ...b, shape: [1, 41], data: b.data.subarray(0, b.data.length / 2) };
    const rows = rowsLeft({ ...one, shape: [41] }, (row) => row % 5 !== 0);
    const expected = await solveSystem(left, { ...rows, shape: [1, 32] }, kaczmarz(6));
    const x = await solveSystem(weighted, one, kaczmarz(6));
    expect(relativeDifference(x.data, expected.data)).toBeLessThan(1e-5);
  });

  it('goes on from any checkpoint bit for bit, measurements one part after the other', async () => {
    const system = await keep(denseSystem(matrix));
    const many = randomArray([5, 41], complex, 6);
    const terms = [l2(0.1), term('PositiveRegularization')];
    const options = kaczmarz(3, { terms, normalization: 'SystemMatrixBasedNormalization', bytesAtWork: 1600 });
    const kept: Checkpoint[] = [];
    const seen: number[] = [];
    const save = (make: () => Checkpoint) => Promise.resolve(void kept.push(structuredClone(make())));
    const onIteration = ({ iteration, firstEntry }: { iteration: number; firstEntry: number }) =>
      void seen.push(iteration, firstEntry);
    const checkpoint = { restore: () => Promise.resolve(undefined), save };
    const whole = await solveSystem(system, many, { ...options, checkpoint, onIteration });
    expect(whole.data).toEqual((await solveSystem(system, many, { ...options, bytesAtWork: 1e6 })).data);
    expect(seen.length).toBeGreaterThan(2 * 3);
    for (const begun of kept) {
      const restored = { restore: () => Promise.resolve(begun), save: () => Promise.resolve() };
      const resumed = await solveSystem(system, many, { ...options, checkpoint: restored });
      expect(resumed.data).toEqual(whole.data);
    }
  });
});

describe('Kaczmarz', () => {
  const matrix = randomArray([30, 12], true, 7);
  const b = randomArray([1, 30], true, 8);

  it('projects after every iteration', async () => {
    const system = await keep(denseSystem(matrix));
    for (const [type, onto] of [
      ['PositiveRegularization', 'positive'],
      ['RealRegularization', 'real'],
    ] as const) {
      const x = await solveSystem(system, b, kaczmarz(4, { terms: [term(type), l2(2)] }));
      const sweeps = openKaczmarz(system, b);
      for (let iteration = 0; iteration < 4; iteration++) {
        await sweeps.sweep({ lambda: 2 });
        sweeps.project(onto);
      }
      expect(x.data).toEqual(sweeps.x().data);
      expect(x.data.every((value, at) => at % 2 === 0 || value === 0)).toBe(true);
      expect(x.data.some((value) => value < 0)).toBe(onto === 'real');
      sweeps.close();
    }
  });

  it('multiplies lambda by what the normalization says', async () => {
    const weights = Float32Array.from({ length: 30 }, (_, row) => 1 + (row % 3));
    const system = await keep(denseSystem(matrix, { weights }));
    let [energy, sum] = [0, 0];
    for (let row = 0; row < 30; row++) {
      const weight = weights[row] ?? NaN;
      for (let at = 0; at < 24; at++) energy += (weight * (matrix.data[24 * row + at] ?? NaN)) ** 2;
      sum += weight * Math.hypot(b.data[2 * row] ?? NaN, b.data[2 * row + 1] ?? NaN);
    }
    const factors = { SystemMatrixBasedNormalization: energy / 12, MeasurementBasedNormalization: sum / 30 } as const;
    for (const normalization of ['SystemMatrixBasedNormalization', 'MeasurementBasedNormalization'] as const) {
      const x = await solveSystem(system, b, kaczmarz(5, { terms: [l2(0.3)], normalization }));
      const same = await solveSystem(system, b, kaczmarz(5, { terms: [l2(0.3 * factors[normalization])] }));
      expect(relativeDifference(x.data, same.data)).toBeLessThan(1e-5);
    }
  });

  it.each(['randomized', 'shuffleRows'] as const)('with %s has an order that its seed decides', async (way) => {
    const system = await keep(denseSystem(matrix));
    const solution = randomArray([1, 12], true, 9);
    const right = product(matrix, solution);
    const solved = (seed: number, iterations: number) =>
      solveSystem(system, right, kaczmarz(iterations, { parameters: { [way]: true, seed } }));
    const [first, again, other] = [await solved(1, 3), await solved(1, 3), await solved(2, 3)];
    expect(again.data).toEqual(first.data);
    expect(other.data).not.toEqual(first.data);
    expect(relativeDifference((await solved(3, 2000)).data, solution.data)).toBeLessThan(1e-4);
  });

  it('tells how far the measurement is from being met', async () => {
    const system = await keep(denseSystem(matrix));
    const residuals: number[] = [];
    const onIteration = ({ residual }: { residual: number }) => void residuals.push(residual);
    const right = product(matrix, randomArray([1, 12], true, 9));
    await solveSystem(system, right, kaczmarz(20, { onIteration }));
    expect(residuals.length).toBe(20);
    expect(residuals.at(-1)).toBeLessThan((residuals[0] ?? 0) / 100);
  });

  it.each([
    [
      kaczmarz(1, { parameters: { greedy_randomized: true, randomized: true } }),
      'greedy_randomized is an order by itself',
    ],
    [
      kaczmarz(1, { parameters: { greedy_randomized: true, theta: 2 } }),
      'theta of greedy_randomized must be at most 1',
    ],
    [kaczmarz(0), 'iterations must be an integer >= 1, got 0'],
    [kaczmarz(1, { terms: [l2(-1)] }), 'Kaczmarz needs a finite λ >= 0 in L2Regularization, got -1'],
    [kaczmarz(1, { terms: [l2(1), l2(1)] }), 'takes one L2Regularization'],
  ] as const)('refuses what it cannot do', async (options, message) => {
    const system = await keep(denseSystem(matrix));
    await expect(solveSystem(system, b, options)).rejects.toThrow(message);
  });

  it('refuses measurements that do not belong to the system', async () => {
    const system = await keep(denseSystem(matrix));
    const real = await keep(denseSystem(randomArray([30, 12], false, 1)));
    const broken = { ...b, data: b.data.map((value, at) => (at === 9 ? NaN : value)) };
    await expect(solveSystem(system, randomArray([1, 29], true, 1), kaczmarz(1))).rejects.toThrow('with 30 rows');
    await expect(solveSystem(real, b, kaczmarz(1))).rejects.toThrow('A real system matrix needs real measurements');
    await expect(solveSystem(system, broken, kaczmarz(1))).rejects.toThrow('Row 4 of measurement 0 holds NaN');
  });

  it('stops within an iteration when nobody wants the result any more', async () => {
    const system = await keep(denseSystem(matrix));
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 1);
    const endless = solveSystem(system, b, kaczmarz(1e9, { signal: controller.signal }));
    await expect(endless).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
