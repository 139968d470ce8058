import {
  batchFirst,
  batchLast,
  composeOperators,
  disposeCgnr,
  initCgnr,
  isCgnrDone,
  iterateCgnr,
  multiplyOperator,
  radonOperator,
  type CgnrConfiguration,
  type CgnrState,
  type LinearOperator,
  type ParallelGeometry,
} from '@rondel/compute';
import { implementStep, type StepContext } from '@rondel/reco';
import { reshape, tensor3d, tidy, type Rank } from '@tensorflow/tfjs-core';
import { iterativeRadonReconstruction } from '../manifest/iterative.js';
import { sinogramShape } from '../sinogram/sinogram-shape.js';
import { slabSize } from './backprojection-step.js';
import { imageDataset } from './image-dataset.js';
import { readValues } from './read-values.js';
import { fieldOfViewMask, reconstructionGeometry, sameGeometry } from './reconstruction-geometry.js';
import { readRegularization } from './regularization.js';
import { pause, reconstructSlabs, type Slab } from './slabs.js';

/**
 * Least squares over all slices of all frames, each a problem of its own: min ||A x - b||^2 + lambda ||x||^2, over
 * x >= 0 with `PositiveRegularization`. With `circle`, pixels outside the field of view are no unknowns and stay 0.
 * The operator is kept for the next run with the same geometry.
 */
export const iterativeRadonReconstructionStep = implementStep(iterativeRadonReconstruction, (parameters) => {
  const regularization = readRegularization(parameters.reg);
  const operators = operatorSlot(parameters.circle);
  return {
    async process(input, context) {
      if (parameters.eltype === 'Float64')
        context.log('warn', 'eltype is Float64, but the solver computes in Float32.');
      const shape = sinogramShape(input.data);
      const geometry = reconstructionGeometry(parameters, { dataset: input, shape }, context.log);
      const operator = operators.take(geometry);
      const { iterations, relTol } = parameters;
      const { apply, adjoint } = operator;
      const solver = { apply, adjoint, iterations, relTol, ...regularization };
      const { size } = slabSize(geometry);
      const images = await reconstructSlabs(
        input.data.data,
        { size, method: 'iterative', signal: context.signal },
        (slab) => solveSlab(slab, { solver, geometry, context }),
      );
      return imageDataset(input, images, { shape, geometry });
    },
    dispose: () => operators.clear(),
  };
});

interface Solve {
  readonly solver: CgnrConfiguration;
  readonly geometry: ParallelGeometry;
  readonly context: StepContext;
}

/** Returns [entry, y, x]. */
async function solveSlab(slab: Slab, { solver, geometry, context }: Solve): Promise<Float32Array> {
  let state = startSlab(slab, solver, geometry);
  try {
    while (!isCgnrDone(solver, state)) {
      state = iterateCgnr(solver, state);
      context.progress({
        iteration: slab.index * solver.iterations + state.iteration,
        iterations: slab.count * solver.iterations,
        message: `relative residual ${state.relativeResidual.toExponential(2)}`,
      });
      await pause(context.signal);
    }
    return imagesOf(state, geometry, slab.entries);
  } finally {
    disposeCgnr(state);
  }
}

function startSlab(slab: Slab, solver: CgnrConfiguration, geometry: ParallelGeometry): CgnrState {
  const { dimensions } = slabSize(geometry);
  const b = tidy(() => batchLast(tensor3d(slab.sinograms, [slab.entries, ...dimensions])));
  try {
    return initCgnr(solver, b);
  } finally {
    b.dispose();
  }
}

function imagesOf({ x }: CgnrState, { shape }: ParallelGeometry, entries: number): Float32Array {
  return readValues(() => batchFirst(reshape<Rank.R3>(x, [...shape, entries])));
}

/** Holds the operator of the last geometry. */
function operatorSlot(circle: boolean) {
  let held: { readonly geometry: ParallelGeometry; readonly operator: LinearOperator } | undefined;
  const clear = () => {
    held?.operator.dispose();
    held = undefined;
  };
  return {
    take(geometry: ParallelGeometry): LinearOperator {
      if (held && sameGeometry(held.geometry, geometry)) return held.operator;
      clear();
      held = { geometry, operator: projectionOperator(geometry, circle) };
      return held.operator;
    },
    clear,
  };
}

function projectionOperator(geometry: ParallelGeometry, circle: boolean): LinearOperator {
  const projection = radonOperator(geometry);
  if (!circle) return projection;
  const [rows, columns] = geometry.shape;
  const mask = tensor3d(fieldOfViewMask(geometry), [rows, columns, 1]);
  return composeOperators(projection, multiplyOperator(mask, [rows, columns, null]));
}
