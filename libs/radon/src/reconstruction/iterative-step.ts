import {
  batchFirst,
  batchLast,
  composeOperators,
  disposeState,
  eachOperator,
  isDone,
  multiplyOperator,
  radonOperator,
  rayOperator,
  type LinearOperator,
  type PreparedSolver,
  type Solver,
  type SolverMethod,
  type SolverState,
} from '@rondel/compute';
import { implementStep, type PreviewPlane, type StepContext } from '@rondel/reco';
import { reshape, slice, tensor3d, tidy, transpose, type Rank, type Tensor } from '@tensorflow/tfjs-core';
import { iterativeRadonReconstruction, slabCopies } from '../manifest/iterative.js';
import { tensorSolvers } from '../manifest/solvers.js';
import { tiesSlices } from '../manifest/volume-terms.js';
import { sinogramShape, type SinogramShape } from '../sinogram/sinogram-shape.js';
import { slabSize } from './backprojection-step.js';
import { imageDataset } from './image-dataset.js';
import { readValues } from './read-values.js';
import {
  fieldOfViewMask,
  raysOf,
  reconstructionGeometry,
  sameGeometry,
  type ReconstructionGeometry,
} from './reconstruction-geometry.js';
import { rowReconstruction } from './row-reconstruction.js';
import { heldTerms, solverTerms } from './regularization.js';
import { truncatedAmount } from './truncated-amount.js';
import { slabCheckpoint, slabsBegun, type SlabsBegun } from './slab-checkpoint.js';
import { pause, reconstructSlabs, type Slab } from './slabs.js';
import { openStartImages, type StartImages } from './start-image.js';

/**
 * Least squares over all slices of all frames, each a problem of its own, with the penalties and constraints of `reg`: the
 * objective is that of the solver. With `circle`, pixels outside the field of view are no unknowns and stay 0.
 * The operator is kept for the next run with the same geometry.
 */
export const iterativeRadonReconstructionStep = implementStep(iterativeRadonReconstruction, (parameters) => {
  const prepared = preparedSlot(parameters);
  const byRows = rowReconstruction(parameters);
  return {
    async process(input, context) {
      if (parameters.eltype === 'Float64')
        context.warn('PRECISION_REDUCED', 'eltype is Float64, but the solver computes in Float32.', {
          property: 'eltype',
        });
      const shape = sinogramShape(input.data);
      const geometry = reconstructionGeometry(parameters, { dataset: input, shape }, context.warn);
      context.warn(
        'PROJECTIONS_TRUNCATED',
        'In {count} of {of} sinograms the projections do not fall to zero at the edge of the detector: the object is wider, and what lies beyond is taken to be empty. Values near the rim are too high.',
        { amount: truncatedAmount(input, shape) },
      );
      const { solver } = parameters;
      if (solver === 'Kaczmarz') {
        const images = await byRows.reconstruct(input, { geometry, shape, context });
        return imageDataset(input, images, { shape, geometry });
      }
      const method = await tensorSolvers[solver].load();
      const begun = slabsBegun(await context.checkpoint.restore());
      const slices = tiesSlices(parameters.reg) ? shape.slices : undefined;
      const fieldOfView = parameters.circle ? fieldOfViewMask(geometry) : undefined;
      const start =
        parameters.startImage &&
        (await openStartImages(await context.file(parameters.startImage), {
          ...shape,
          shape: geometry.shape,
          fieldOfView,
        }));
      const surroundings = { geometry, shape, slices, context, begun, start };
      const held = heldTerms(parameters, { shape: geometry.shape, slices, fieldOfView });
      try {
        const reconstruct = prepared
          .take(method, geometry, slices)
          .solving(solverTerms({ ...parameters, solver }, held.terms), (solver) => solveSlab(solver, surroundings));
        const { size } = slabSize(geometry);
        const { signal } = context;
        const slabs = {
          size,
          copies: slabCopies,
          together: slices ?? 1,
          signal,
          ...(begun && { finished: begun.finished }),
        };
        const images = await reconstructSlabs(input.data.data, slabs, reconstruct);
        return imageDataset(input, images, { shape, geometry });
      } finally {
        held.dispose();
      }
    },
    dispose() {
      prepared.clear();
      byRows.clear();
    },
  };
});

interface Surroundings {
  readonly geometry: ReconstructionGeometry;
  readonly shape: SinogramShape;
  /** Of a frame that is one problem; undefined where each slice is one. */
  readonly slices: number | undefined;
  readonly context: StepContext;
  /** What an attempt before this one has left. */
  readonly begun: SlabsBegun | undefined;
  /** What the plan has it begin with. */
  readonly start: StartImages | undefined;
}

/** Returns [entry, y, x]. */
function solveSlab<S extends SolverState>(
  solver: Solver<S>,
  surroundings: Surroundings,
): (slab: Slab) => Promise<Float32Array> {
  const { context } = surroundings;
  return async (slab) => {
    let state = startSlab(slab, solver, surroundings);
    try {
      while (!isDone(solver, state)) {
        state = solver.iterate(state);
        const current = state;
        const residual = state.relativeResidual;
        const facts = {
          iteration: slab.index * solver.iterations + state.iteration,
          iterations: slab.count * solver.iterations,
          residual,
        };
        context.progress({ ...facts, message: `relative residual ${residual.toExponential(2)}` });
        context.preview(facts, () => previewPlane(() => solver.solution(current), slab, surroundings));
        await pause(context.signal);
        await context.checkpoint.save(() => {
          const { iterations } = solver;
          return slabCheckpoint(slab, { iteration: current.iteration, iterations, snapshot: solver.snapshot(current) });
        });
      }
      return readImages(() => solver.solution(state), slab, surroundings);
    } finally {
      disposeState(state);
    }
  };
}

/** State before the slab's first iteration, or where a checkpoint says that the slab is. */
function startSlab<S extends SolverState>(
  slab: Slab,
  solver: Solver<S>,
  { geometry, slices, begun, start }: Pick<Surroundings, 'geometry' | 'slices' | 'begun' | 'start'>,
): S {
  const { dimensions } = slabSize(geometry);
  const b = tidy(() => {
    const sinograms = tensor3d(slab.sinograms, [slab.entries, ...dimensions]);
    if (slices === undefined) return batchLast(sinograms);
    return transpose(reshape(sinograms, [slab.entries / slices, slices, ...dimensions]), [1, 2, 3, 0]);
  });
  const guess =
    start && tidy(() => batchLast(tensor3d(start(slab.start, slab.entries), [slab.entries, ...geometry.shape])));
  try {
    return begun?.slab === slab.index ? solver.resume(b, begun.snapshot) : solver.start(b, guess);
  } finally {
    b.dispose();
    guess?.dispose();
  }
}

function readImages(
  solution: () => Tensor,
  { entries }: Slab,
  { geometry: { shape }, slices }: Pick<Surroundings, 'geometry' | 'slices'>,
): Float32Array {
  return readValues(() => {
    if (slices === undefined) return batchFirst(reshape<Rank.R3>(solution(), [...shape, entries]));
    return transpose(solution(), [3, 0, 1, 2]);
  });
}

/** The slab's entry that is nearest to the middle slice of the first frame. */
function previewPlane(
  solution: () => Tensor,
  { start, entries }: Slab,
  { geometry, shape: { slices }, slices: together }: Pick<Surroundings, 'geometry' | 'shape' | 'slices'>,
): PreviewPlane {
  const [rows, columns] = geometry.shape;
  const middle = Math.floor(slices / 2);
  const entry = Math.min(Math.max(middle, start), start + entries - 1);
  const values = readValues(() => {
    const now = solution();
    if (together !== undefined) {
      return slice(now, [entry % together, 0, 0, Math.floor((entry - start) / together)], [1, rows, columns, 1]);
    }
    return slice(reshape<Rank.R3>(now, [rows, columns, entries]), [0, 0, entry - start], [rows, columns, 1]);
  });
  return { values, shape: [rows, columns], frame: Math.floor(entry / slices), slice: entry % slices };
}

interface HeldOperator {
  readonly geometry: ReconstructionGeometry;
  readonly slices: number | undefined;
  readonly operator: LinearOperator;
  readonly solver: PreparedSolver;
}

/** Holds the operator of the last geometry, and what the solver needs of it. */
function preparedSlot({ circle }: { readonly circle: boolean }) {
  let held: HeldOperator | undefined;
  const clear = () => {
    held?.operator.dispose();
    held?.solver.dispose();
    held = undefined;
  };
  return {
    take(method: SolverMethod, geometry: ReconstructionGeometry, slices: number | undefined): PreparedSolver {
      if (held === undefined || held.slices !== slices || !sameGeometry(held.geometry, geometry)) {
        clear();
        const projection = projectionOperator(geometry, circle);
        const operator = slices === undefined ? projection : eachOperator(projection, slices);
        const imageShape = slices === undefined ? geometry.shape : [slices, ...geometry.shape];
        const { apply, adjoint, views } = operator;
        const map = { apply, adjoint, ...(views && { views }) };
        held = { geometry, slices, operator, solver: method.prepare(map, imageShape) };
      }
      return held.solver;
    },
    clear,
  };
}

function projectionOperator(geometry: ReconstructionGeometry, circle: boolean): LinearOperator {
  const rays = raysOf(geometry);
  const projection = rays === undefined ? radonOperator(geometry) : rayOperator(rays);
  if (!circle) return projection;
  const [rows, columns] = geometry.shape;
  const mask = tensor3d(fieldOfViewMask(geometry), [rows, columns, 1]);
  return composeOperators(projection, multiplyOperator(mask, [rows, columns, null]));
}
