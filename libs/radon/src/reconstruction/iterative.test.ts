import { float32Array, type Dataset } from '@rondel/contracts';
import { parallelAlong } from '@rondel/reco';
import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { sheppLoganScan } from '../phantom.js';
import { buildPlan, expectFailure, planOf, reconstruct, run, useEngine } from '../running.test.support.js';

useEngine();

const size = 8;
const angles = Array.from({ length: 12 }, (_, index) => (index * Math.PI) / 12);
const center = size / 2;
const lambda = 0.5;

const l2 = { _type: 'L2Regularization', lambda };
const positive = { _type: 'PositiveRegularization' };
const l1 = { _type: 'L1Regularization', lambda };
const variation = { _type: 'TVRegularization', lambda };
const inWavelets = { _type: 'TransformedRegularization', reg: l1, trafo: 'Wavelet' };
const iterative = (properties = {}) =>
  planOf(['RadonPreprocessingParameters', {}], ['IterativeRadonReconstructionParameters', properties]);
const scan = sheppLoganScan({ size, frames: 2, angles: angles.length, noise: 0.1 });
const sliceOf = (entry: number): Dataset => ({
  ...scan,
  data: float32Array(
    new Float32Array(scan.data.data.subarray(entry * angles.length * size, (entry + 1) * angles.length * size)),
    [angles.length, size],
  ),
});

/** The projection as a dense matrix [angle x detector][pixel], by its definition, in float64. */
function projectionMatrix(): number[][] {
  return angles.flatMap((theta) =>
    Array.from({ length: size }, (_, bin) =>
      Array.from({ length: size * size }, (_, pixel) => {
        const x = (pixel % size) - center;
        const y = center - Math.floor(pixel / size);
        return Math.max(0, 1 - Math.abs(x * Math.cos(theta) + y * Math.sin(theta) + center - bin));
      }),
    ),
  );
}

/** Solution of (A' A + lambda) x = A' b by Gaussian elimination; the matrix is positive definite. */
function directSolution(matrix: readonly (readonly number[])[], b: ArrayLike<number>): number[] {
  const pixels = size * size;
  const rows = Array.from({ length: pixels }, (_, i) => [
    ...Array.from({ length: pixels }, (_, j) =>
      matrix.reduce((sum, row) => sum + (row[i] ?? NaN) * (row[j] ?? NaN), i === j ? lambda : 0),
    ),
    matrix.reduce((sum, row, ray) => sum + (row[i] ?? NaN) * (b[ray] ?? NaN), 0),
  ]);
  rows.forEach((pivotRow, pivot) => {
    for (const row of rows.slice(pivot + 1)) {
      const factor = (row[pivot] ?? NaN) / (pivotRow[pivot] ?? NaN);
      for (let column = pivot; column <= pixels; column++) {
        row[column] = (row[column] ?? NaN) - factor * (pivotRow[column] ?? NaN);
      }
    }
  });
  const x = new Array<number>(pixels).fill(0);
  for (let row = pixels - 1; row >= 0; row--) {
    const known = x.reduce((sum, value, column) => sum + (column > row ? value * (rows[row]?.[column] ?? NaN) : 0), 0);
    x[row] = ((rows[row]?.[pixels] ?? NaN) - known) / (rows[row]?.[row] ?? NaN);
  }
  return x;
}

describe('iterative reconstruction', () => {
  it('reaches the direct solution of the regularized normal equations', async () => {
    const data = sliceOf(4);
    const { output } = await reconstruct(iterative({ iterations: 100, reg: [l2], circle: false }), data);
    const expected = directSolution(projectionMatrix(), data.data.data);
    const scale = Math.max(...expected.map(Math.abs));
    // A' A + lambda has a condition of a few hundred, which float32 turns into an error of about 1e-5.
    output.data.data.forEach((value, pixel) => {
      expect(Math.abs(value - (expected[pixel] ?? NaN)) / scale).toBeLessThan(1e-4);
    });
  });

  it.each(['FISTA', 'ADMM'])('by %s reaches it too, with lambda of its own objective', async (solver) => {
    const data = sliceOf(4);
    // That of FISTA is (1/2) ||A x - b||^2 + lambda ||x||^2, as in RegularizedLeastSquares.jl.
    const reg = [{ ...l2, lambda: solver === 'FISTA' ? lambda / 2 : lambda }];
    const plan = iterative({ solver, iterations: solver === 'ADMM' ? 60 : 400, reg, circle: false });
    const { output } = await reconstruct(plan, data);
    const expected = directSolution(projectionMatrix(), data.data.data);
    const scale = Math.max(...expected.map(Math.abs));
    output.data.data.forEach((value, pixel) => {
      // First order: the smallest eigenvalues come last.
      expect(Math.abs(value - (expected[pixel] ?? NaN)) / scale).toBeLessThan(2e-3);
    });
  });

  it('by Kaczmarz goes from ray to ray, as the formula has it in float64', async () => {
    const data = sliceOf(4);
    const iterations = 4;
    const plan = iterative({ solver: 'Kaczmarz', iterations, reg: [l2, positive], circle: false });
    const { output, iterations: reported, previews } = await reconstruct(plan, data);
    const matrix = projectionMatrix();
    const x = new Array<number>(size * size).fill(0);
    const multipliers = matrix.map(() => 0);
    for (let iteration = 0; iteration < iterations; iteration++) {
      matrix.forEach((row, ray) => {
        const square = row.reduce((sum, value) => sum + value * value, 0);
        if (square === 0) return;
        const product = row.reduce((sum, value, pixel) => sum + value * (x[pixel] ?? NaN), 0);
        const left = (data.data.data[ray] ?? NaN) - product - Math.sqrt(lambda) * (multipliers[ray] ?? NaN);
        const step = left / (square + lambda);
        row.forEach((value, pixel) => (x[pixel] = (x[pixel] ?? NaN) + step * value));
        multipliers[ray] = (multipliers[ray] ?? NaN) + step * Math.sqrt(lambda);
      });
      x.forEach((value, pixel) => (x[pixel] = Math.max(0, value)));
    }
    // What the project asks of Kaczmarz: float32 sums of a few hundred products.
    const scale = Math.max(...x);
    output.data.data.forEach((value, pixel) => {
      expect(Math.abs(value - (x[pixel] ?? NaN)) / scale).toBeLessThan(1e-4);
    });
    expect(reported).toEqual([1, 2, 3, 4]);
    expect(previews.at(-1)?.values).toEqual(output.data.data);
  });

  it('satisfies the optimality conditions over x >= 0 with positive regularization', async () => {
    const data = sliceOf(4);
    const plan = iterative({ solver: 'POGM', iterations: 1000, reg: [l2, positive], circle: false });
    const x = (await reconstruct(plan, data)).output.data.data;
    const matrix = projectionMatrix();
    const misfit = matrix.map(
      (row, ray) =>
        row.reduce((sum, value, pixel) => sum + value * (x[pixel] ?? NaN), 0) - (data.data.data[ray] ?? NaN),
    );
    const gradient = Array.from(x, (value, pixel) =>
      misfit.reduce((sum, error, ray) => sum + error * (matrix[ray]?.[pixel] ?? NaN), lambda * value),
    );
    const start = Math.max(
      ...Array.from(x, (_, pixel) =>
        Math.abs(matrix.reduce((sum, row, ray) => sum + (row[pixel] ?? NaN) * (data.data.data[ray] ?? NaN), 0)),
      ),
    );
    expect(Array.from(x).filter((value) => value === 0).length).toBeGreaterThan(5);
    gradient.forEach((slope, pixel) => {
      const value = x[pixel] ?? NaN;
      expect(value).toBeGreaterThanOrEqual(0);
      // 0 where the pixel is free, not negative at the bound, up to float32 relative to the gradient at the start.
      if (value > 0) expect(Math.abs(slope) / start).toBeLessThan(1e-5);
      else expect(slope / start).toBeGreaterThan(-1e-5);
    });
  });

  it('says that values below 0 count as 0 for MLEM, and refuses data that has no others', async () => {
    const shifted = (by: number) => {
      const values = Float32Array.from(scan.data.data, (value) => value + by);
      return { ...scan, data: float32Array(values, scan.data.shape) };
    };
    const mean = Array.from(scan.data.data).reduce((sum, value) => sum + value, 0) / scan.data.data.length;
    const plan = (solver: string) => iterative({ solver, iterations: 2 });
    const { output } = await reconstruct(plan('MLEM'), shifted(-mean));
    expect(output.warnings?.find(({ code }) => code === 'VALUES_CLIPPED')?.amount).toMatchObject({ of: 2 * size });
    expect((await reconstruct(plan('SIRT'), shifted(-mean))).warnings).not.toContain('VALUES_CLIPPED');
    const most = Math.max(...scan.data.data);
    await expectFailure(reconstruct(plan('OSEM'), shifted(-most)), 'STEP_FAILED', 'OSEM needs values above 0');
  });

  it.each(['FISTA', 'CGNR', 'Kaczmarz'])('says where a penalty of %s leaves no image', async (solver) => {
    const warningsWith = async (weight: number) => {
      const reg = [{ _type: solver === 'CGNR' || solver === 'Kaczmarz' ? 'L2Regularization' : 'L1Regularization' }];
      const plan = iterative({ solver, iterations: 3, reg: reg.map((term) => ({ ...term, lambda: weight })) });
      return (await reconstruct(plan, scan)).warnings;
    };
    expect(await warningsWith(1e9)).toContain('IMAGE_EMPTY');
    expect(await warningsWith(1e-3)).not.toContain('IMAGE_EMPTY');
  });

  it('cuts the last iterate of CGNR with positive regularization, as RegularizedLeastSquares.jl does', async () => {
    const free = (await reconstruct(iterative({ iterations: 9, reg: [l2] }), scan)).output.data.data;
    const cut = (await reconstruct(iterative({ iterations: 9, reg: [l2, positive] }), scan)).output.data.data;
    expect(free.some((value) => value < 0)).toBe(true);
    expect(cut).toEqual(free.map((value) => Math.max(0, value)));
  });

  it.each([
    ['CGNR', [l2, positive]],
    ['POGM', [l2, positive]],
    ['POGM', [variation]],
    ['FISTA', [l1, positive]],
    ['OptISTA', [variation, positive]],
    ['ADMM', [l2, l1, positive]],
    ['PrimalDualSolver', [variation, l1, positive]],
    ['Kaczmarz', [l2, l1, positive]],
    ['FISTA', [inWavelets, positive]],
    ['ADMM', [inWavelets, { ...inWavelets, trafo: 'Gradient' }]],
    ['SIRT', []],
    ['OSSART', [positive]],
    ['SART', [{ _type: 'ProjectionRegularization', lower: 0, upper: 0.05 }]],
    ['MLEM', []],
    ['OSEM', []],
    ['CGLS', [l2]],
  ])('P12: %s solves every slice bit for bit as it would be solved alone', async (solver, reg) => {
    const plan = iterative({ solver, iterations: 9, reg, relTol: 1e-3 });
    const whole = (await reconstruct(plan, scan)).output.data.data;
    for (const entry of [0, 3, 4, 12, 15]) {
      const alone = (await reconstruct(plan, sliceOf(entry))).output.data.data;
      expect(alone).toEqual(whole.slice(entry * size * size, (entry + 1) * size * size));
    }
  });

  it.each([
    ['FISTA', [{ _type: 'L21Regularization', lambda, slices: size }, positive]],
    [
      'ADMM',
      [
        { ...variation, dims: [3] },
        { ...l1, lambda: 0.1 },
      ],
    ],
    [
      'PrimalDualSolver',
      [
        { _type: 'LLRRegularization', lambda },
        { ...variation, shape: [size, size] },
      ],
    ],
    ['POGM', [{ _type: 'NuclearRegularization', lambda, svtShape: [size * size, size] }]],
  ])('P12: %s solves every frame bit for bit as alone where terms tie its slices', async (solver, reg) => {
    const algorithm = buildPlan(iterative({ solver, iterations: 4, reg, relTol: 0 }));
    const step = algorithm.steps.at(-1);
    expect(step && parallelAlong(step)).toEqual(['frame']);
    const { output, previews } = await run(algorithm, scan);
    const frame = (first: number): Dataset => {
      const half = scan.data.data.length / 2;
      const values = Float32Array.from(scan.data.data.subarray(first * half, (first + 1) * half));
      return { ...scan, data: float32Array(values, [1, size, angles.length, size]) };
    };
    const alone = [await run(algorithm, frame(0)), await run(algorithm, frame(1))];
    expect(output.data.data).toEqual(Float32Array.from(alone.flatMap((each) => [...each.output.data.data])));
    const middle = size * size * Math.floor(size / 2);
    expect(previews.at(-1)?.values).toEqual(output.data.data.slice(middle, middle + size * size));
    algorithm.dispose();
  });

  it('ties slices as the optimality conditions of their terms say', async () => {
    const slices = 3;
    const perSlice = angles.length * size;
    const values = new Float32Array(scan.data.data.subarray(3 * perSlice, (3 + slices) * perSlice));
    const data = { ...scan, data: float32Array(values, [slices, angles.length, size]) };
    const matrix = projectionMatrix();
    /** [slice][pixel], of images [slice, y, x]: A' (b - A x) in float64. */
    const descents = (x: ArrayLike<number>) =>
      Array.from({ length: slices }, (_, at) => {
        const misfit = matrix.map((row, ray) =>
          row.reduce(
            (left, value, pixel) => left - value * (x[at * size * size + pixel] ?? NaN),
            values[at * perSlice + ray] ?? NaN,
          ),
        );
        return Array.from({ length: size * size }, (_, pixel) =>
          misfit.reduce((sum, error, ray) => sum + error * (matrix[ray]?.[pixel] ?? NaN), 0),
        );
      });
    const solved = async (term: Readonly<Record<string, string | number | readonly number[]>>) => {
      const plan = iterative({ solver: 'FISTA', iterations: 400, reg: [term], circle: false, relTol: 0 });
      const { data: images } = (await reconstruct(plan, data)).output.data;
      return { images, descent: descents(images) };
    };
    const strong = 3;
    const series = (of: ArrayLike<number>, pixel: number) => [0, 1, 2].map((at) => of[at * size * size + pixel] ?? NaN);
    const groups = await solved({ _type: 'L21Regularization', lambda: strong, slices });
    const along = await solved({ ...variation, lambda: strong, dims: 3 });
    let [zeros, equal] = [0, 0];
    for (let pixel = 0; pixel < size * size; pixel++) {
      const group = series(groups.images, pixel);
      const slopes = groups.descent.map((slice) => (slice[pixel] ?? NaN) / strong);
      // The slope is the direction of the group, or shorter than 1 where the group is 0; methods of the first order.
      const length = Math.hypot(...group);
      if (length < 1e-4) zeros++;
      else slopes.forEach((slope, at) => expect(Math.abs(slope - (group[at] ?? NaN) / length)).toBeLessThan(2e-2));
      expect(Math.hypot(...slopes)).toBeLessThan(1 + 2e-3);
      // Sums of slopes up to a slice are within the weight, and reach it where the slices differ.
      const line = series(along.images, pixel);
      let sum = 0;
      for (let at = 0; at + 1 < slices; at++) {
        sum -= (along.descent[at]?.[pixel] ?? NaN) / strong;
        const step = (line[at + 1] ?? NaN) - (line[at] ?? NaN);
        expect(Math.abs(sum)).toBeLessThan(1 + 5e-3);
        if (Math.abs(step) < 1e-3) equal++;
        else expect(sum * Math.sign(step)).toBeGreaterThan(1 - 2e-2);
      }
    }
    expect(Math.min(zeros, equal)).toBeGreaterThan(5);
  });

  it.each([
    [
      'Kaczmarz',
      { _type: 'LLRRegularization', lambda },
      'Kaczmarz takes slices one by one, and LLRRegularization ties',
    ],
    ['FISTA', { ...inWavelets, trafo: 'Gradient' }, 'FISTA takes no TransformedRegularization of the Gradient'],
    ['CGNR', inWavelets, 'CGNR does not take TransformedRegularization'],
    ['SIRT', l2, 'reg holds L2Regularization. Leave them out: --set reg=[], or'],
  ])('%s refuses a term that it cannot take before anything is computed', (solver, term, words) => {
    expect(() => buildPlan(iterative({ solver, reg: [term] }))).toThrow(words);
  });

  it('keeps pixels outside the field of view at 0', async () => {
    const { output } = await reconstruct(iterative({ iterations: 5 }), scan);
    expect(output.data.data[0]).toBe(0);
    expect(output.data.data.some((value) => value < 0)).toBe(true);
    const smooth = { solver: 'FISTA', iterations: 5, reg: [{ ...variation, lambda: 100 }] };
    expect((await reconstruct(iterative(smooth), scan)).output.data.data[0]).toBe(0);
    expect((await reconstruct(iterative({ ...smooth, circle: false }), scan)).output.data.data[0]).not.toBe(0);
  });

  it('reports every iteration and stops early at the relative tolerance', async () => {
    const all = await reconstruct(iterative({ iterations: 6, relTol: 0 }), scan);
    expect(all.iterations).toEqual([1, 2, 3, 4, 5, 6]);
    const early = await reconstruct(iterative({ iterations: 1000, relTol: 0.01, reg: [l2] }), scan);
    expect(early.iterations.length).toBeLessThan(100);
  });

  it('offers the middle slice of the first frame after every iteration, the last one as it is returned', async () => {
    const { output, previews } = await reconstruct(iterative({ iterations: 4, relTol: 0 }), scan);
    expect(previews.map(({ iteration, iterations }) => [iteration, iterations])).toEqual([
      [1, 4],
      [2, 4],
      [3, 4],
      [4, 4],
    ]);
    const residuals = previews.map(({ residual = NaN }) => residual);
    expect(residuals.at(-1)).toBeLessThan(residuals[0] ?? NaN);
    const last = previews.at(-1);
    expect({ frame: last?.frame, slice: last?.slice, shape: last?.shape }).toEqual({
      frame: 0,
      slice: size / 2,
      shape: [size, size],
    });
    const plane = size * size;
    expect(last?.values).toEqual(output.data.data.slice((size / 2) * plane, (size / 2 + 1) * plane));
    expect(previews[0]?.values).not.toEqual(last?.values);
  });

  it.each([
    ['CGNR', 1],
    ['POGM', 2],
  ])('%s keeps one operator between runs and frees it with the algorithm', async (solver, tensors) => {
    const before = memory().numTensors;
    const algorithm = buildPlan(iterative({ solver, iterations: 3, reg: [l2] }));
    const first = await run(algorithm, scan);
    const held = memory().numTensors;
    const second = await run(algorithm, scan);
    expect(memory().numTensors).toBe(held);
    expect(held).toBe(before + tensors);
    expect(second.output.data.data).toEqual(first.output.data.data);
    await run(algorithm, sheppLoganScan({ size: 16, frames: 1, angles: 8 }));
    expect(memory().numTensors).toBe(held);
    algorithm.dispose();
    expect(memory().numTensors).toBe(before);
  });

  it('refuses two terms of the same type and says when an element type is not used', async () => {
    expect(() => buildPlan(iterative({ reg: [l2, l2] }))).toThrow('reg holds L2Regularization more than once');
    expect(() => buildPlan(iterative({ reg: [l1] }))).toThrow('CGNR does not take L1Regularization: FISTA, POGM');
    expect(() => buildPlan(iterative({ solver: 'FISTA', reg: [l1, variation] }))).toThrow('FISTA takes one penalty');
    const { warnings } = await reconstruct(iterative({ iterations: 1, eltype: 'Float64' }), scan);
    expect(warnings).toEqual(['PRECISION_REDUCED']);
  });

  it('stops between iterations when the job is cancelled and leaves no tensors behind', async () => {
    const before = memory().numTensors;
    const algorithm = buildPlan(iterative({ iterations: 100_000, relTol: 0 }));
    const controller = new AbortController();
    const work = run(algorithm, scan, controller);
    setTimeout(() => controller.abort(), 20);
    await expectFailure(work, 'CANCELLED', 'cancelled');
    algorithm.dispose();
    expect(memory().numTensors).toBe(before);
  });
});
