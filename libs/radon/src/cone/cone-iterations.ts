import {
  composeOperators,
  coneOperator,
  multiplyOperator,
  type ConeGeometry,
  type LinearOperator,
} from '@rondel/compute';
import { RondelError, type Dataset } from '@rondel/contracts';
import type { ParameterNode, ParametersOf, StepContext } from '@rondel/reco';
import { reshape, slice, tensor3d, tensor4d, tidy, transpose } from '@tensorflow/tfjs-core';
import { slabCopies, type iterativeRadonReconstruction } from '../manifest/iterative.js';
import { tensorSolvers } from '../manifest/solvers.js';
import { heldSolver } from '../reconstruction/held-solver.js';
import { readValues } from '../reconstruction/read-values.js';
import { heldTerms, solverTerms } from '../reconstruction/regularization.js';
import { slabsBegun } from '../reconstruction/slab-checkpoint.js';
import { solveSlab, type SlabLayout } from '../reconstruction/slab-solver.js';
import { reconstructSlabs } from '../reconstruction/slabs.js';
import { openStartImages, type StartImages } from '../reconstruction/start-image.js';
import { truncatedAmount } from '../reconstruction/truncated-amount.js';
import { sinogramShape } from '../sinogram/sinogram-shape.js';
import { coneParametersOf } from './cone-parameters.js';
import { coneGeometry, coneScan, type ConeScan } from './cone-scan.js';
import { coneVolume } from './cone-volume.js';
import { coneMask } from './field-of-view.js';
import { onFlatDetector } from './flat-detector.js';
import { sayUnreadRows } from './read-rows.js';
import { rowBlock } from './row-block.js';
import { isOffAxis, outerEdge, sidesOf } from './detector-sides.js';
import { turnCoverage } from '../sinogram/turn-coverage.js';
import type { DetectorEdge } from '../sinogram/truncation.js';
import { viewFrames } from './view-frames.js';

type Parameters = ParametersOf<(typeof iterativeRadonReconstruction)['properties']>;

/**
 * Least squares of the volumes that a cone beam has seen, attenuation per mm, each frame a problem of its own. The operator is kept
 * for the next run with the same geometry.
 */
export function coneIterations(parameters: Parameters) {
  const prepared = heldSolver(isSame);
  return {
    async reconstruct(given: Dataset, node: ParameterNode, context: StepContext): Promise<Dataset> {
      const { solver } = parameters;
      if (solver === 'Kaczmarz') throw new RondelError('INTERNAL', 'A checked plan has Kaczmarz on a cone beam.');
      const ofPlan = coneParametersOf(node);
      const { input, parameters: beam } = onFlatDetector({ input: given, parameters: ofPlan });
      const shape = sinogramShape(input.data);
      const scan = coneScan(beam, { dataset: input, shape, angles: parameters.angles }, context.warn);
      context.warn(
        'PROJECTIONS_TRUNCATED',
        'In {count} of {of} detector rows the projections do not fall to zero at the edge of the detector: the object is wider, and what lies beyond is taken to be empty. Values near the rim are too high.',
        { amount: truncatedAmount(input, shape, seenEdges(scan)) },
      );
      sayUnreadRows({ input: given, parameters: ofPlan, scan, block: rowBlock(undefined, shape) }, context);
      const { rows, columns, slices } = scan.volume;
      const fieldOfView = parameters.circle ? maskOf(scan) : undefined;
      const images = { frames: shape.frames, slices, shape: [rows, columns] as const, fieldOfView, isSolid: true };
      const file = parameters.startImage;
      const start = file === undefined ? undefined : await openStartImages(await context.file(file), images);
      const begun = slabsBegun(await context.checkpoint.restore());
      const method = await tensorSolvers[solver].load();
      const held = heldTerms(parameters, images);
      try {
        const surroundings = { layout: volumeLayout(scan, start), context, begun };
        const geometry = coneGeometry(scan);
        const reconstruct = prepared
          .take(method, geometry, {
            open: () => operatorOf(geometry, scan, fieldOfView),
            imageShape: [slices, rows, columns],
          })
          .solving(solverTerms({ ...parameters, solver }, held.terms), (one) => solveSlab(one, surroundings));
        const size = {
          angles: scan.binRows * shape.angles,
          detectors: scan.bins,
          rows: slices * rows,
          columns,
        };
        const { signal } = context;
        const slabs = { size, copies: slabCopies, signal, ...(begun && { finished: begun.finished }) };
        const volumes = await reconstructSlabs(input.data.data, slabs, reconstruct);
        const { perLength, reconMaskRadius } = parameters;
        return coneVolume(input, volumes, { frames: shape.frames, volume: scan.volume, perLength, reconMaskRadius });
      } finally {
        held.dispose();
      }
    },
    clear: () => prepared.clear(),
  };
}

/** Of a detector that is off the axis, a full turn sees beyond the inner edge. */
function seenEdges({ vectors, bins, binRows }: ConeScan): DetectorEdge[] | undefined {
  const frames = viewFrames(vectors, bins, binRows);
  const sides = frames.map((frame) => sidesOf(frame, bins));
  const { kind } = turnCoverage(Float64Array.from(frames, ({ angle }) => angle));
  return kind === 'turn' && isOffAxis(sides) ? [outerEdge(sides)] : undefined;
}

/** [y, x]: what some ray passes in every view, of a displaced detector what its wider side does. */
function maskOf(scan: ConeScan): Float32Array {
  const frames = viewFrames(scan.vectors, scan.bins, scan.binRows);
  return coneMask(scan.volume, { frames, weights: { isDisplaced: true }, bins: scan.bins });
}

/** [slice, y, x, frame]; every entry of a slab is a frame. */
function volumeLayout({ bins, binRows, vectors, volume }: ConeScan, start: StartImages | undefined): SlabLayout {
  const { slices, rows, columns } = volume;
  const views = vectors.length / 12;
  return {
    dataOf: ({ sinograms, entries }) =>
      tidy(() => transpose(tensor4d(sinograms, [entries, binRows, views, bins]), [1, 2, 3, 0])),
    guessOf: ({ start: first, entries }) =>
      start &&
      tidy(() => {
        const images = start(first * slices, entries * slices);
        return transpose(tensor4d(images, [entries, slices, rows, columns]), [1, 2, 3, 0]);
      }),
    imagesOf: (solution) => readValues(() => transpose(solution(), [3, 0, 1, 2])),
    planeOf: (solution, slab) => {
      const middle = Math.floor(slices / 2);
      const values = readValues(() => {
        const plane = slice(solution(), [middle, 0, 0, 0], [1, rows, columns, 1]);
        return reshape(plane, [rows, columns, 1]);
      });
      return { values, shape: [rows, columns], frame: slab.start, slice: middle };
    },
  };
}

function operatorOf(geometry: ConeGeometry, { volume }: ConeScan, mask: Float32Array | undefined): LinearOperator {
  const projection = coneOperator(geometry, volume.voxel);
  if (mask === undefined) return projection;
  const [rows, columns, slices] = geometry.shape;
  return composeOperators(
    projection,
    multiplyOperator(tensor3d(mask, [rows, columns, 1]), [slices, rows, columns, null]),
  );
}

/** The voxel is part of it: it follows from the views in voxels, and scales them. */
function isSame(a: ConeGeometry, b: ConeGeometry): boolean {
  const alike = (one: ArrayLike<number>, other: ArrayLike<number>) =>
    one.length === other.length && Array.from(one).every((value, at) => value === other[at]);
  return alike(a.shape, b.shape) && alike(a.detector, b.detector) && alike(a.views, b.views);
}
