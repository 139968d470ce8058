import { add, mul, pad, reshape, slice3d, tidy, zeros } from '@tensorflow/tfjs-core';
import type { Rank, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { backprojectProgram } from './backproject-program.js';
import { requireShape, runKernel, type DomainKernel, type WasmCall } from '../domain-kernel.js';
import { geometryAttributes, readGeometry } from '../projection/geometry-attributes.js';
import { linearSamples } from '../projection/linear-samples.js';
import { rowsAt } from '../rows-at.js';
import { trialBatches, trialGeometry } from '../projection/trial-geometry.js';
import { geometryLabel, type ParallelGeometry } from '../projection/parallel-geometry.js';
import { forEachSlab, type ProjectionPlan } from '../projection/projection-plan.js';
import {
  anglesPerBlock,
  bytesPerLane,
  chunksPerGroup,
  clampedLayout,
  copyIn,
  copyOut,
  imageOf,
  projectionParameters,
  reachingLayout,
  sinogramOf,
  sliceTask,
  tileExtent,
  type ProjectionExtents,
  type ProjectionSlab,
} from '../projection/projection-slab.js';
import { widestLanes } from '../projection/slice-chunks.js';

const name = 'RadonBackproject';
/** Up to this many slices are faster one by one: four lanes of which some are empty cost more. */
const mostSingleSlices = 3;

/** What one angle contributes, [pixel, batch]. Beside it and what it came from no more than one of its terms is held. */
function composedAngle(sinogram: Tensor3D, geometry: ParallelGeometry, angle: number): Tensor2D {
  const [, detectors, batch] = sinogram.shape;
  const bins = reshape<Rank.R2>(slice3d(sinogram, [angle, 0, 0], [1, detectors, batch]), [detectors, batch]);
  const padded = pad(bins, [
    [2, 2],
    [0, 0],
  ]);
  const { lower, upper, lowerWeight, upperWeight } = linearSamples(geometry, angle);
  const taken = (places: Tensor1D, weight: Tensor2D) => tidy(() => mul<Tensor2D>(rowsAt(padded, places), weight));
  return add(taken(lower, lowerWeight), taken(upper, upperWeight));
}

function composed(sinogram: Tensor3D, geometry: ParallelGeometry): Tensor3D {
  const [rows, columns] = geometry.shape;
  const batch = sinogram.shape[2];
  let sum = zeros<Rank.R2>([rows * columns, batch]);
  for (let angle = 0; angle < geometry.angles.length; angle++) {
    const next = tidy(() =>
      add<Tensor2D>(
        sum,
        tidy(() => composedAngle(sinogram, geometry, angle)),
      ),
    );
    sum.dispose();
    sum = next;
  }
  return reshape<Rank.R3>(sum, [rows, columns, batch]);
}

function planOf(call: WasmCall, geometry: ParallelGeometry): ProjectionPlan {
  const batch = call.inputShape[2];
  const { capacity } = call.runtime.memory;
  const [clamped, reaching] = [clampedLayout(geometry), reachingLayout(geometry, { rows: 1, columns: 4 })];
  const widest = widestLanes(bytesPerLane(geometry, clamped), capacity);
  // Rows that reach far beyond a small detector may not fit where four lanes of clamped rows do.
  const single = widest === 1 || (batch <= mostSingleSlices && bytesPerLane(geometry, reaching) <= capacity);
  const table = call.runtime.angleTable(geometry);
  return single
    ? { geometry, table, batch, layout: reaching, widest: 1 }
    : { geometry, table, batch, layout: clamped, widest };
}

function tilesOf({ shape }: ProjectionExtents, rows: number, columns: number): number {
  return Math.ceil(shape[0] / rows) * Math.ceil(shape[1] / columns);
}

function backprojectSlab(slab: ProjectionSlab): void {
  const groups = Math.ceil(slab.chunkCount / chunksPerGroup);
  const tasks = tilesOf(slab.geometry, tileExtent, tileExtent) * groups;
  const parameters = projectionParameters(slab, { chunks: chunksPerGroup, angles: anglesPerBlock });
  slab.runtime.run({ kind: 'backprojectTile', parameters, tasks });
}

function backprojectSlices(slab: ProjectionSlab): void {
  const tiles = tilesOf(slab.geometry, sliceTask.rows, sliceTask.columns);
  const parameters = projectionParameters(slab, { chunks: 1, angles: anglesPerBlock });
  slab.runtime.run({ kind: 'backprojectSlice', parameters, tasks: tiles * slab.chunkCount });
}

/**
 * The plain sum over angles of linearly interpolated sinogram values, 0 outside the detector: image(x, y) = sum over
 * angles of p(angle, x cos + y sin + center). The adjoint of `radonForwardKernel`, weight by weight.
 */
export const radonBackprojectKernel: DomainKernel<ParallelGeometry> = {
  name,
  adjoint: 'RadonForward',
  read: (attributes) => readGeometry(name, attributes),
  outputShape: (inputShape, geometry) => {
    requireShape(geometryLabel(name, geometry), inputShape, [geometry.angles.length, geometry.detectors, undefined]);
    return [geometry.shape[0], geometry.shape[1], inputShape[2]];
  },
  composed,
  wasm: (call, geometry) => {
    const plan = planOf(call, geometry);
    forEachSlab(call.runtime, plan, (slab) => {
      copyIn(slab, sinogramOf(slab, call.input, plan.batch));
      if (plan.widest === 1) backprojectSlices(slab);
      else backprojectSlab(slab);
      copyOut(slab, imageOf(slab, call.output, plan.batch));
    });
  },
  trials: trialBatches.map((batch) => ({
    inputShape: [trialGeometry.angles.length, trialGeometry.detectors, batch],
    attributes: trialGeometry,
  })),
  webgpu: () => (inputShape, geometry) => backprojectProgram(geometry, inputShape[2]),
};

/**
 * Backprojects a sinogram, float32 [angle, detector, batch], into an image [y, x, batch]; neither filtered nor scaled.
 * A slice's result has the same bits whatever the batch, its place in it and the number of threads. The sinogram is not
 * disposed. Throws DATA_SHAPE_MISMATCH, OUT_OF_MEMORY.
 */
export function radonBackproject(sinogram: Tensor3D, geometry: ParallelGeometry): Tensor3D {
  return runKernel(radonBackprojectKernel, sinogram, geometryAttributes(geometry));
}
