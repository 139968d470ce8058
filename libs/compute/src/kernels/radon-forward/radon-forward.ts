import { add, mul, reshape, scatterND, slice2d, stack, tidy } from '@tensorflow/tfjs-core';
import type { Rank, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { KernelRuntime } from '../../runtime/kernel-runtime.js';
import { forwardProgram } from './forward-program.js';
import { asTensor3D, requireShape, runKernel, type DomainKernel, type WasmCall } from '../domain-kernel.js';
import { geometryAttributes, readGeometry } from '../projection/geometry-attributes.js';
import { linearSamples, paddedBins } from '../projection/linear-samples.js';
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
  tileExtent,
  type ProjectionSlab,
} from '../projection/projection-slab.js';
import { widestLanes } from '../projection/slice-chunks.js';

const name = 'RadonForward';
/** Up to this many slices are faster one by one: four lanes of which some are empty cost more. */
const mostSingleSlices = 1;
/** Angles that share the tiles of a single slice. */
const anglesPerSliceTask = 32;

/** The projection at one angle, [detector, batch], of pixels [pixel, batch], of which one weighted copy is held at a time. */
function composedAngle(pixels: Tensor2D, geometry: ParallelGeometry, angle: number): Tensor2D {
  const batch = pixels.shape[1];
  const { lower, upper, lowerWeight, upperWeight } = linearSamples(geometry, angle);
  const shape: [number, number] = [paddedBins(geometry), batch];
  const given = (places: Tensor1D, weight: Tensor2D) =>
    tidy(() => scatterND<Rank.R2>(reshape(places, [places.size, 1]), mul(pixels, weight), shape));
  return slice2d(
    add<Tensor2D>(given(lower, lowerWeight), given(upper, upperWeight)),
    [2, 0],
    [geometry.detectors, batch],
  );
}

function composed(image: Tensor3D, geometry: ParallelGeometry): Tensor3D {
  const [rows, columns, batch] = image.shape;
  const pixels = reshape<Rank.R2>(image, [rows * columns, batch]);
  const projections = Array.from(geometry.angles, (_, angle) => tidy(() => composedAngle(pixels, geometry, angle)));
  return asTensor3D(name, stack(projections));
}

function planOf(call: WasmCall, geometry: ParallelGeometry): ProjectionPlan {
  const batch = call.inputShape[2];
  const { capacity } = call.runtime.memory;
  const clamped = clampedLayout(geometry);
  const reaching = reachingLayout(geometry, { rows: tileExtent, columns: tileExtent }, tileExtent);
  const widest = widestLanes(bytesPerLane(geometry, clamped), capacity);
  // Rows that reach far beyond a small detector may not fit where four lanes of clamped rows do.
  const single = widest === 1 || (batch <= mostSingleSlices && bytesPerLane(geometry, reaching) <= capacity);
  const table = call.runtime.angleTable(geometry);
  return single
    ? { geometry, table, batch, layout: reaching, widest: 1 }
    : { geometry, table, batch, layout: clamped, widest };
}

/** Angles per task: as many as may be, or fewer where some thread would be left without work. */
function anglesPerTask(angles: number, { threads }: KernelRuntime, most: number): number {
  return Math.max(1, Math.min(most, Math.ceil(angles / (2 * threads))));
}

function projectSlab(slab: ProjectionSlab): void {
  const angles = slab.geometry.angles.length;
  const perTask = anglesPerTask(angles, slab.runtime, anglesPerBlock);
  const groups = Math.ceil(slab.chunkCount / chunksPerGroup);
  const parameters = projectionParameters(slab, { chunks: chunksPerGroup, angles: perTask });
  slab.runtime.run({ kind: 'projectAngles', parameters, tasks: Math.ceil(angles / perTask) * groups });
}

function projectSlices(slab: ProjectionSlab): void {
  const angles = slab.geometry.angles.length;
  const perTask = anglesPerTask(angles, slab.runtime, anglesPerSliceTask);
  const parameters = projectionParameters(slab, { chunks: 1, angles: perTask });
  slab.runtime.run({ kind: 'projectSlice', parameters, tasks: Math.ceil(angles / perTask) * slab.chunkCount });
}

/**
 * Every pixel adds its value to the two bins nearest to its projection, weighted linearly: the exact adjoint of
 * `radonBackprojectKernel` (pixel-driven projection, Peters,
 * "Algorithms for fast back- and re-projection in computed tomography", IEEE Trans. Nucl. Sci. 28, 1981).
 */
export const radonForwardKernel: DomainKernel<ParallelGeometry> = {
  name,
  adjoint: 'RadonBackproject',
  read: (attributes) => readGeometry(name, attributes),
  outputShape: (inputShape, geometry) => {
    requireShape(geometryLabel(name, geometry), inputShape, [...geometry.shape, undefined]);
    return [geometry.angles.length, geometry.detectors, inputShape[2]];
  },
  composed,
  wasm: (call, geometry) => {
    const plan = planOf(call, geometry);
    forEachSlab(call.runtime, plan, (slab) => {
      copyIn(slab, imageOf(slab, call.input, plan.batch));
      if (plan.widest === 1) projectSlices(slab);
      else projectSlab(slab);
      copyOut(slab, sinogramOf(slab, call.output, plan.batch));
    });
  },
  trials: trialBatches.map((batch) => ({ inputShape: [...trialGeometry.shape, batch], attributes: trialGeometry })),
  webgpu: () => (inputShape, geometry) => forwardProgram(geometry, inputShape[2]),
};

/**
 * Projects an image, float32 [y, x, batch], to a sinogram [angle, detector, batch] in units of pixel value x pixel
 * width. A slice's result has the same bits whatever the batch, its place in it and the number of threads. The image is
 * not disposed. Throws DATA_SHAPE_MISMATCH, OUT_OF_MEMORY.
 */
export function radonForward(image: Tensor3D, geometry: ParallelGeometry): Tensor3D {
  return runKernel(radonForwardKernel, image, geometryAttributes(geometry));
}
