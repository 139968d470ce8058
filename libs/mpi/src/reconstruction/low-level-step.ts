import { elementCount, RondelError, type Dataset, type NdArray } from '@rondel/contracts';
import { denseSystem, type LinearSystem } from '@rondel/least-squares';
import { implementStep, type DataFile, type ParametersOf, type StepContext } from '@rondel/reco';
import { leastSquares } from '../manifest/low-level.js';
import type { Grid } from '../system-matrix/grid.js';
import { unitaryTransform } from '../sparse/unitary-transform.js';
import { imageDataset } from './image.js';
import { solveFrames } from './solve.js';
import { solverChoice } from './solver.js';

type Parameters = ParametersOf<typeof leastSquares.properties>;

/** Least squares with arrays, as a plan gives them. */
export const leastSquaresStep = implementStep(leastSquares, (parameters) => {
  const choice = solverChoice(parameters.solverParams, parameters.reg);
  return {
    async process(input, context) {
      const file = await context.file(parameters.S);
      const grid = imageGrid(file);
      const system = await openSystem(file, parameters, context);
      try {
        const { op } = parameters;
        const transform = op === undefined ? undefined : unitaryTransform(op, grid.shape);
        const solution = await solveFrames(system, measurements(input, system), { choice, grid, transform, context });
        return imageDataset(input, solution, { grid, colours: 1 });
      } finally {
        system.dispose();
      }
    },
  };
});

/** Voxels that the columns of the matrix are: [row, voxel] gives a line, [row, y, x] and [row, z, y, x] more. */
function imageGrid({ facts: { data }, label }: DataFile): Grid {
  const { shape } = data;
  if (shape.length < 2 || shape.length > 4) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `${label} has shape [${shape.join(', ')}]; a system matrix is [row, voxel], [row, y, x] or [row, z, y, x].`,
      { at: 'S' },
    );
  }
  const [x = 1, y = 1, z = 1] = shape.slice(1).reverse();
  return { shape: [x, y, z], fov: [x, y, z], center: [0, 0, 0] };
}

async function openSystem(
  file: DataFile,
  { op, weights: weightsFile }: Parameters,
  context: StepContext,
): Promise<LinearSystem> {
  const { data } = file.facts;
  const bytes = elementCount(data.shape) * (data.dtype.startsWith('complex') || op !== undefined ? 8 : 4);
  context.requireMemory(bytes, `The system matrix of shape [${data.shape.join(', ')}]`);
  const stored = await file.read('data');
  const matrix = op === undefined ? stored : complexOf(stored);
  const rows = matrix.shape[0] ?? 0;
  const weights = weightsFile === undefined ? undefined : (await (await context.file(weightsFile)).read('data')).data;
  return denseSystem(
    { ...matrix, shape: [rows, elementCount(matrix.shape.slice(1))], axes: ['row', 'voxel'] },
    { ...(weights !== undefined && { weights: Float32Array.from(weights) }), signal: context.signal },
  );
}

/** Coefficients of an image are complex, whatever those of the matrix are. */
function complexOf(array: NdArray): NdArray {
  if (array.dtype.startsWith('complex')) return array;
  const data = new Float32Array(2 * array.data.length);
  array.data.forEach((value, at) => (data[2 * at] = value));
  return { ...array, dtype: 'complex64', data };
}

/** [entry, row] from [row] or anything whose last axes are as many values as there are rows. */
function measurements({ data }: Dataset, { rows }: LinearSystem): NdArray {
  const count = elementCount(data.shape);
  if (count === 0 || count % rows !== 0) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `The data has shape [${data.shape.join(', ')}], ${count} values; for a system matrix of ${rows} rows it must be [row] or [frame, row].`,
    );
  }
  return { ...data, shape: [count / rows, rows], axes: ['entry', 'row'] };
}
