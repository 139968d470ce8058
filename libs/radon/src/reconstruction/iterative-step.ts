import {
  batchFirst,
  batchLast,
  composeOperators,
  eachOperator,
  multiplyOperator,
  radonOperator,
  rayOperator,
  type LinearOperator,
} from '@rondel/compute';
import { implementStep, type PreviewPlane } from '@rondel/reco';
import { reshape, slice, tensor3d, tidy, transpose, type Rank, type Tensor } from '@tensorflow/tfjs-core';
import { coneIterations } from '../cone/cone-iterations.js';
import { isCone } from '../cone/is-cone.js';
import { iterativeRadonReconstruction, penaltyTypes, slabCopies } from '../manifest/iterative.js';
import { tensorSolvers } from '../manifest/solvers.js';
import { tiesSlices } from '../manifest/volume-terms.js';
import { sinogramShape, type SinogramShape } from '../sinogram/sinogram-shape.js';
import { slabSize } from './backprojection-step.js';
import { scaledImages } from './image-dataset.js';
import { heldSolver, type OperatorSource } from './held-solver.js';
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
import { slabsBegun } from './slab-checkpoint.js';
import { solveSlab, type SlabLayout } from './slab-solver.js';
import { reconstructSlabs, type Slab } from './slabs.js';
import { emptyAmount, warnOfEmptyImages, warnOfNegativeData } from './solution-check.js';
import { openStartImages, type StartImages } from './start-image.js';

/**
 * Least squares over all slices of all frames, each a problem of its own, with the penalties and constraints of `reg`: the
 * objective is that of the solver. With `circle`, pixels outside the field of view are no unknowns and stay 0.
 * The operator is kept for the next run with the same geometry.
 */
export const iterativeRadonReconstructionStep = implementStep(iterativeRadonReconstruction, (parameters) => {
  const prepared = heldSolver(isSame);
  const byRows = rowReconstruction(parameters);
  const cones = coneIterations(parameters);
  return {
    async process(input, context) {
      if (parameters.eltype === 'Float64')
        context.warn('PRECISION_REDUCED', 'eltype is Float64, but the solver computes in Float32.', {
          property: 'eltype',
        });
      const shape = sinogramShape(input.data);
      warnOfNegativeData(input, shape, { solver: parameters.solver, warn: context.warn });
      if (isCone(parameters.geometry)) return cones.reconstruct(input, parameters.geometry, context);
      const geometry = reconstructionGeometry(parameters, { dataset: input, shape }, context.warn);
      const scaled = scaledImages(parameters, input, { shape, geometry });
      const imagesOf = (images: Float32Array) => {
        const penalties = parameters.reg.map(({ type }) => type).filter((type) => penaltyTypes.includes(type));
        warnOfEmptyImages(emptyAmount(input, images, { shape, geometry }), penalties, context.warn);
        return scaled(images);
      };
      context.warn(
        'PROJECTIONS_TRUNCATED',
        'In {count} of {of} sinograms the projections do not fall to zero at the edge of the detector: the object is wider, and what lies beyond is taken to be empty. Values near the rim are too high.',
        { amount: truncatedAmount(input, shape) },
      );
      const { solver } = parameters;
      if (solver === 'Kaczmarz') {
        const images = await byRows.reconstruct(input, { geometry, shape, context });
        return imagesOf(images);
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
      const surroundings = { layout: sliceLayout({ geometry, shape, slices, start }), context, begun };
      const held = heldTerms(parameters, { shape: geometry.shape, slices, fieldOfView });
      try {
        const reconstruct = prepared
          .take(method, { geometry, slices }, operatorSource({ geometry, slices }, parameters.circle))
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
        return imagesOf(images);
      } finally {
        held.dispose();
      }
    },
    dispose() {
      prepared.clear();
      byRows.clear();
      cones.clear();
    },
  };
});

interface SliceLayout {
  readonly geometry: ReconstructionGeometry;
  readonly shape: SinogramShape;
  /** Of a frame that is one problem; undefined where each slice is one. */
  readonly slices: number | undefined;
  /** What the plan has it begin with. */
  readonly start: StartImages | undefined;
}

/** [y, x, entry], or [slice, y, x, frame] where slices belong together. */
function sliceLayout({ geometry, shape, slices, start }: SliceLayout): SlabLayout {
  const { dimensions } = slabSize(geometry);
  return {
    dataOf: (slab) =>
      tidy(() => {
        const sinograms = tensor3d(slab.sinograms, [slab.entries, ...dimensions]);
        if (slices === undefined) return batchLast(sinograms);
        return transpose(reshape(sinograms, [slab.entries / slices, slices, ...dimensions]), [1, 2, 3, 0]);
      }),
    guessOf: (slab) =>
      start && tidy(() => batchLast(tensor3d(start(slab.start, slab.entries), [slab.entries, ...geometry.shape]))),
    imagesOf: (solution, { entries }) =>
      readValues(() => {
        if (slices === undefined) return batchFirst(reshape<Rank.R3>(solution(), [...geometry.shape, entries]));
        return transpose(solution(), [3, 0, 1, 2]);
      }),
    planeOf: (solution, slab) => middlePlane(solution, slab, { geometry, shape, slices }),
  };
}

/** The slab's entry that is nearest to the middle slice of the first frame. */
function middlePlane(
  solution: () => Tensor,
  { start, entries }: Slab,
  { geometry, shape: { slices }, slices: together }: Omit<SliceLayout, 'start'>,
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

/** A geometry, and how many slices are one problem where not each is. */
interface SolvedGeometry {
  readonly geometry: ReconstructionGeometry;
  readonly slices: number | undefined;
}

function isSame(one: SolvedGeometry, other: SolvedGeometry): boolean {
  return one.slices === other.slices && sameGeometry(one.geometry, other.geometry);
}

function operatorSource({ geometry, slices }: SolvedGeometry, circle: boolean): OperatorSource {
  const projection = () => projectionOperator(geometry, circle);
  if (slices === undefined) return { open: projection, imageShape: geometry.shape };
  return { open: () => eachOperator(projection(), slices), imageShape: [slices, ...geometry.shape] };
}

function projectionOperator(geometry: ReconstructionGeometry, circle: boolean): LinearOperator {
  const rays = raysOf(geometry);
  const projection = rays === undefined ? radonOperator(geometry) : rayOperator(rays);
  if (!circle) return projection;
  const [rows, columns] = geometry.shape;
  const mask = tensor3d(fieldOfViewMask(geometry), [rows, columns, 1]);
  return composeOperators(projection, multiplyOperator(mask, [rows, columns, null]));
}
