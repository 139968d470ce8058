import { openEngine, type Engine } from '@rondel/compute';
import type { Checkpoint } from '@rondel/reco';
import { memory } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { denseSystem, reweightedSystem, solveSystem, type SolveOptions } from '../index.js';
import { l2, normalSolution, product, randomArray, relativeDifference, term } from './example-systems.test.support.js';

let engine: Engine | undefined;

beforeAll(async () => {
  engine = await openEngine('wasm', { threads: 2 });
});

afterAll(async () => {
  await engine?.dispose();
});

const rows = 31;
const columns = 12;

/** What the method makes of the weight of ||x||^2: its misfit is ||A x - b||^2 or half of that. */
const methods: readonly (readonly [SolveOptions['solver'], NonNullable<SolveOptions['parameters']>, number])[] = [
  ['CGNR', { iterations: 40 }, 1],
  ['FISTA', { iterations: 100 }, 2],
  ['OptISTA', { iterations: 50 }, 2],
  ['POGM', { iterations: 100 }, 2],
  ['ADMM', { iterations: 60, rho: 1 }, 1],
  ['PrimalDualSolver', { iterations: 250 }, 2],
];

describe.each([true, false])('a system, complex: %s', (complex) => {
  const matrix = randomArray([rows, columns], complex, 1);
  const weights = Float32Array.from({ length: rows }, (_, row) => 0.5 + (row % 3) / 2);
  const b = randomArray([2, rows], complex, 2);
  /** The same with the weights multiplied in. */
  const parts = complex ? 2 : 1;
  const weighted = {
    ...matrix,
    data: matrix.data.map((value, at) => value * (weights[Math.floor(at / (columns * parts))] ?? NaN)),
  };
  const right = { ...b, data: b.data.map((value, at) => value * (weights[Math.floor(at / parts) % rows] ?? NaN)) };

  it('shares its matrix with one of other weights, bit for bit as if each had its own', async () => {
    const options = { solver: 'CGNR', parameters: { iterations: 5 }, terms: [l2(1.5)] } as const;
    const [shared, own] = [await denseSystem(matrix), await denseSystem(matrix, { weights })];
    const other = reweightedSystem(shared, weights);
    const plain = await solveSystem(shared, b, options);
    expect((await solveSystem(other, b, options)).data).toEqual((await solveSystem(own, b, options)).data);
    expect((await solveSystem(shared, b, options)).data).toEqual(plain.data);
    for (const system of [other, shared, own]) system.dispose();
  });

  it.each(complex ? methods : methods.slice(0, 1))(
    'is solved by %s, each measurement with the lambda of its normalization',
    async (solver, parameters, factor) => {
      const before = memory().numTensors;
      const system = await denseSystem(matrix, { weights });
      const options = { solver, parameters, terms: [l2(1.5)], normalization: 'MeasurementBasedNormalization' } as const;
      const x = await solveSystem(system, b, options);
      for (const entry of [0, 1]) {
        const own = {
          ...right,
          shape: [1, rows],
          data: right.data.subarray(entry * rows * parts, (entry + 1) * rows * parts),
        };
        let mean = 0;
        for (let row = 0; row < rows; row++)
          mean += Math.hypot(...own.data.subarray(row * parts, (row + 1) * parts)) / rows;
        const expected = normalSolution(weighted, own, 1.5 * mean * factor);
        const solution = x.data.subarray(entry * columns * parts, (entry + 1) * columns * parts);
        // What is promised of other methods than Kaczmarz when they have converged.
        expect(relativeDifference(solution, expected)).toBeLessThan(1e-3);
      }
      system.dispose();
      expect(memory().numTensors).toBe(before);
    },
  );
});

describe('solvers of tensors', () => {
  const matrix = randomArray([rows, columns], true, 3);
  const b = randomArray([5, rows], true, 4);

  it('go on from any checkpoint bit for bit, measurements one part after the other', async () => {
    const system = await denseSystem(matrix);
    const terms = [l2(0.1), term('PositiveRegularization')];
    const parameters = { iterations: 3, relTol: 0 };
    const options: SolveOptions = { solver: 'POGM', parameters, terms, bytesAtWork: 10_000 };
    const kept: Checkpoint[] = [];
    const save = (make: () => Checkpoint) => Promise.resolve(void kept.push(structuredClone(make())));
    const checkpoint = { restore: () => Promise.resolve(undefined), save };
    const whole = await solveSystem(system, b, { ...options, checkpoint });
    expect(whole.data).toEqual((await solveSystem(system, b, { ...options, bytesAtWork: 1e6 })).data);
    expect(kept.length).toBeGreaterThan(3);
    for (const begun of kept) {
      const restored = { restore: () => Promise.resolve(begun), save: () => Promise.resolve() };
      expect((await solveSystem(system, b, { ...options, checkpoint: restored })).data).toEqual(whole.data);
    }
    system.dispose();
  });

  it.each([
    ['Kaczmarz', { iterations: 3 }, [l2(0.01), term('PositiveRegularization')]],
    ['CGNR', { iterations: 4 }, [l2(0.01)]],
    ['FISTA', { iterations: 4 }, [term('L1Regularization', { lambda: 1e-3 }), term('PositiveRegularization')]],
    ['ADMM', { iterations: 3 }, [term('TVRegularization', { lambda: 1e-3 }), l2(0.01)]],
  ] as const)(
    '%s gives the same image bit for bit in units that float32 could not square',
    async (solver, parameters, terms) => {
      // Without units of their own: lambda is normalized, and of a weight of the split nothing is known but that it is A^H A's.
      const solved = async (factor: number) => {
        const scaled = <T extends { readonly data: Float32Array }>(array: T): T => ({
          ...array,
          data: array.data.map((value) => value * factor),
        });
        const system = await denseSystem(scaled(matrix));
        const rho = solver === 'ADMM' ? { rho: 0.1 * factor ** 2 } : {};
        const options = { solver, parameters: { ...parameters, ...rho }, terms, shape: [3, 4] } as const;
        const x = await solveSystem(system, scaled(b), { ...options, normalization: 'SystemMatrixBasedNormalization' });
        system.dispose();
        return x.data;
      };
      const x = await solved(1);
      expect(x.some((value) => value !== 0)).toBe(true);
      for (const exponent of [40, -40, -90]) expect(await solved(2 ** exponent)).toEqual(x);
    },
  );

  it('know the image that unknowns are: masks and neighbours', async () => {
    const before = memory().numTensors;
    const system = await denseSystem(matrix);
    const mask = Array.from({ length: columns }, (_, at) => at % 2 === 0);
    const positive = term('PositiveRegularization');
    const options = { parameters: { iterations: 20 }, shape: [3, 4] } as const;
    for (const solver of ['FISTA', 'Kaczmarz'] as const) {
      const terms = [term('MaskedRegularization', { reg: positive, mask }), term('TVRegularization', { lambda: 0.01 })];
      const x = await solveSystem(system, b, { ...options, solver, terms });
      const outside = x.data.filter((_, at) => Math.floor(at / 2) % 2 === 1);
      expect(outside.some((value) => value < 0)).toBe(true);
      if (solver === 'FISTA') {
        const inside = x.data.filter((_, at) => Math.floor(at / 2) % 2 === 0);
        expect(inside.every((value, at) => (at % 2 === 0 ? value >= 0 : value === 0))).toBe(true);
      }
    }
    system.dispose();
    expect(memory().numTensors).toBe(before);
  });

  it('stop between iterations, leave no tensors, and refuse what does not fit', async () => {
    const before = memory().numTensors;
    const system = await denseSystem(matrix);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 1);
    const endless = { solver: 'FISTA', parameters: { iterations: 1e6, relTol: 0 }, terms: [l2(1)] } as const;
    await expect(solveSystem(system, b, { ...endless, signal: controller.signal })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    const mask = term('MaskedRegularization', { reg: term('RealRegularization'), mask: [true] });
    await expect(solveSystem(system, b, { ...endless, terms: [mask] })).rejects.toThrow('The mask of');
    await expect(solveSystem(system, b, { ...endless, shape: [5, 5] })).rejects.toThrow('5 x 5');
    system.dispose();
    expect(memory().numTensors).toBe(before);
  });
});

describe('Kaczmarz with a further term', () => {
  it('applies constraints and then its proximal map after every iteration', async () => {
    const matrix = randomArray([rows, columns], false, 5);
    const system = await denseSystem(matrix);
    const solution = randomArray([2, columns], false, 6);
    const b = product(matrix, solution);
    const normalization = 'MeasurementBasedNormalization';
    const terms = [
      term('L1Regularization', { lambda: 0.05 }),
      term('ProjectionRegularization', { upper: 0.5 }),
      l2(0.1),
    ];
    const x = await solveSystem(system, b, { solver: 'Kaczmarz', parameters: { iterations: 4 }, terms, normalization });
    const expected = Array.from({ length: 2 }, (_, entry) =>
      straight(matrix.data, b.data.subarray(entry * rows, (entry + 1) * rows)),
    );
    expect(relativeDifference(x.data, expected.flat())).toBeLessThan(1e-5);
    system.dispose();
  });

  it('refuses two penalties', async () => {
    const system = await denseSystem(randomArray([3, 2], false, 7));
    const l1 = term('L1Regularization', { lambda: 1 });
    const solving = solveSystem(system, randomArray([1, 3], false, 8), { solver: 'Kaczmarz', terms: [l1, l1] });
    await expect(solving).rejects.toThrow(
      'Kaczmarz takes one penalty beside L2Regularization, got L1Regularization, L1',
    );
    system.dispose();
  });

  /** Four sweeps in float64, each followed by min(x, 0.5) and the soft threshold. */
  function straight(a: Float32Array, b: Float32Array): number[] {
    const mean = b.reduce((sum, value) => sum + Math.abs(value), 0) / rows;
    const [lambda, threshold] = [0.1 * mean, 0.05 * mean];
    let x = new Array<number>(columns).fill(0);
    const v = new Array<number>(rows).fill(0);
    for (let iteration = 0; iteration < 4; iteration++) {
      for (let row = 0; row < rows; row++) {
        const own = a.subarray(row * columns, (row + 1) * columns);
        const norm = own.reduce((sum, value) => sum + value * value, 0);
        const t = own.reduce((sum, value, at) => sum + value * (x[at] ?? NaN), 0);
        const step = ((b[row] ?? NaN) - t - Math.sqrt(lambda) * (v[row] ?? NaN)) / (norm + lambda);
        x = x.map((value, at) => value + step * (own[at] ?? NaN));
        v[row] = (v[row] ?? NaN) + Math.sqrt(lambda) * step;
      }
      x = x
        .map((value) => Math.min(value, 0.5))
        .map((value) => Math.sign(value) * Math.max(0, Math.abs(value) - threshold));
    }
    return x;
  }
});
