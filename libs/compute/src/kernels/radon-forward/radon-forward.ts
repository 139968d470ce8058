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
  sinogramOf,
  type ProjectionSlab,
} from '../projection/projection-slab.js';
import { widestLanes } from '../projection/slice-chunks.js';

const name = 'RadonForward';

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
  const layout = clampedLayout(geometry);
  const batch = call.inputShape[2];
  const widest = batch === 1 ? 1 : widestLanes(bytesPerLane(geometry, layout), call.runtime.memory.capacity);
  return { geometry, table: call.runtime.angleTable(geometry), batch, layout, widest };
}

/** Angles per task: whole blocks, or fewer where some thread would be left without work. */
function anglesPerTask(angles: number, runtime: KernelRuntime): number {
  return Math.max(1, Math.min(anglesPerBlock, Math.ceil(angles / (2 * runtime.threads))));
}

function projectSlab(slab: ProjectionSlab): void {
  const angles = slab.geometry.angles.length;
  const perTask = anglesPerTask(angles, slab.runtime);
  const groups = Math.ceil(slab.chunkCount / chunksPerGroup);
  const parameters = projectionParameters(slab, { chunks: chunksPerGroup, angles: perTask });
  slab.runtime.run({ kind: 'projectAngles', parameters, tasks: Math.ceil(angles / perTask) * groups });
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
      projectSlab(slab);
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
