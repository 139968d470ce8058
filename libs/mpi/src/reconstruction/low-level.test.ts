import { elementCount, float32Array, type Dataset, type NdArray } from '@rondel/contracts';
import type { PlanTree } from '@rondel/reco';
import { describe, expect, it } from 'vitest';
import { simulateMpi } from '../phantom.js';
import { kaczmarz, matrixFactor, matrixOf, weighted, type Complex, type Row } from '../reference.test.support.js';
import {
  expectFailure,
  l2,
  node,
  reconstruct,
  relativeError,
  singlePatchPlan,
  useEngine,
} from '../running.test.support.js';
import { unitaryTransform } from '../sparse/unitary-transform.js';
import { selectedData } from './selected-data.js';
import { rowsOf } from '../frequencies/rows.js';

const size = 6;
const scan = simulateMpi({ size, frames: 2 });
const rows = [0, 1].flatMap((channel) => Array.from({ length: 60 }, (_, at): Row => [40 + at, channel]));
const weights = rows.map((_, row) => 1 + (row % 3));

useEngine();

const dataset = (data: NdArray): Dataset => ({ data, companions: {}, attributes: {} });

/** [row, z, y, x] */
function matrixFile(): Dataset {
  const [sf] = scan.calibrations;
  if (sf === undefined) throw new Error('There is no calibration.');
  const values = Float32Array.from(matrixOf(sf, rows).flat(2));
  return dataset({ dtype: 'complex64', data: values, shape: [rows.length, 1, size, size] });
}

const files = { S: matrixFile(), weights: dataset(float32Array(Float32Array.from(weights), [rows.length])) };

function lowLevel(input: NdArray, properties: Readonly<Record<string, PlanTree[string]>> = {}, S = files.S) {
  const parameter = node('LeastSquaresParameters', {
    S: 'S',
    reg: [l2(0.01)],
    solverParams: node('ElaborateSolverParameters'),
    ...properties,
  });
  return reconstruct(node('LowLevelReconstructionAlgorithm', { parameter }), dataset(input), {
    files: { ...files, S },
  });
}

/** Spectra at the rows, [entry, row]. */
async function measured(): Promise<NdArray> {
  const { output } = await reconstruct(singlePatchPlan(), scan.measurement, { files: {}, only: ['parameter.pre'] });
  return selectedData(output, { rows: rowsOf(rows), periods: 1, isReal: false });
}

describe('least squares with arrays', () => {
  it('is the reconstruction of one patch with the same numbers', async () => {
    const freqIndices = rows.map(([frequency, channel]) => [frequency + 1, channel + 1]);
    const filter = node('DirectSelectionFrequencyFilterParameters', { freqIndices });
    const plan = singlePatchPlan({ filter });
    const [sf] = scan.calibrations;
    const patch = await reconstruct(plan, scan.measurement, { files: sf === undefined ? {} : { sf } });
    const { output } = await lowLevel(await measured());
    expect(output.data).toMatchObject({ shape: [2, 1, size, size], axes: ['frame', 'slice', 'y', 'x'] });
    expect(output.data.data).toEqual(patch.output.data.data);
  });

  it('weights rows as a file says', async () => {
    const b = await measured();
    const { output } = await lowLevel(b, { weights: 'weights' });
    const matrix = weighted(matrixOf(scan.calibrations[0] ?? scan.measurement, rows), weights);
    const wanted = [0, 1].flatMap((entry) => {
      const own = weights.map((weight, row): Complex => {
        const at = 2 * (entry * rows.length + row);
        return [weight * (b.data[at] ?? 0), weight * (b.data[at + 1] ?? 0)];
      });
      return kaczmarz(matrix, own, { lambda: 0.01 * matrixFactor(matrix), iterations: 10 });
    });
    // float32 against float64, as for images of patches.
    expect(relativeError(output.data.data, wanted)).toBeLessThan(1e-4);
  });

  it('takes a single measurement, and a matrix without the axes of an image', async () => {
    const { data, shape } = files.S.data;
    const flat = { ...files.S.data, shape: [shape[0] ?? 0, elementCount(shape.slice(1))] };
    const b = await measured();
    const first: NdArray = { dtype: 'complex64', data: b.data.slice(0, 2 * rows.length), shape: [rows.length] };
    const { output } = await lowLevel(first, {}, dataset(flat));
    expect(output.data.shape).toEqual([1, 1, 1, size * size]);
    expect(data.length).toBe(2 * rows.length * size * size);
  });

  it.each([
    ['Kaczmarz', { iterations: 4 }, 'Wavelet', [{ ...l2(1e-3), _type: 'L1Regularization' }, l2(0.01)]],
    ['ADMM', { iterations: 3 }, 'DCT-IV', [{ ...l2(1e-3), _type: 'L1Regularization' }]],
    ['CGNR', { iterations: 4 }, 'FFT', [l2(0.01)]],
  ] as const)(
    'by %s solves for coefficients of the image, with terms of the image',
    async (solver, parameters, op, reg) => {
      const { data, shape } = files.S.data;
      const values = Float32Array.from(data);
      const { transpose } = unitaryTransform(op, [size, size, 1]);
      for (let at = 0; at < values.length; at += 2 * size * size) transpose(values.subarray(at, at + 2 * size * size));
      const b = await measured();
      const properties = { reg: [...reg], solverParams: node('ElaborateSolverParameters', { solver, ...parameters }) };
      const plain = await lowLevel(b, properties);
      const { output } = await lowLevel(b, { ...properties, op }, dataset({ dtype: 'complex64', data: values, shape }));
      // A unitary change of unknowns changes no iterate of these methods but by rounding.
      expect(relativeError(output.data.data, plain.output.data.data)).toBeLessThan(1e-4);
    },
  );

  it('takes a real matrix of coefficients too', async () => {
    const values = Float32Array.from({ length: rows.length * size * size }, (_, at) => Math.cos(at * at));
    const image = Float64Array.from({ length: 2 * size * size }, (_, at) => (at % 2 === 0 ? 1 + Math.sin(at) : 0));
    const coefficients = image.slice();
    const { adjoint } = unitaryTransform('DCT-II', [size, size, 1]);
    adjoint(coefficients);
    const b = Float32Array.from(rows, (_, row) =>
      coefficients.reduce(
        (sum, value, at) => sum + (at % 2 ? 0 : value * (values[row * size * size + at / 2] ?? 0)),
        0,
      ),
    );
    const solverParams = node('ElaborateSolverParameters', { solver: 'DirectSolver' });
    const S = dataset(float32Array(values, [rows.length, size, size]));
    const { output } = await lowLevel(float32Array(b, [rows.length]), { op: 'DCT-II', reg: [], solverParams }, S);
    expect(
      relativeError(
        output.data.data,
        [...image].filter((_, at) => at % 2 === 0),
      ),
    ).toBeLessThan(1e-4);
  });

  it('refuses what does not fit', async () => {
    const wrong = float32Array(new Float32Array(7), [7]);
    await expectFailure(lowLevel(wrong), 'DATA_SHAPE_MISMATCH', 'for a system matrix of 120 rows');
    await expectFailure(lowLevel(wrong, {}, dataset(wrong)), 'DATA_SHAPE_MISMATCH', 'a system matrix is [row, voxel]');
  });
});
