import { add, reshape, slice3d, tidy, zeros } from '@tensorflow/tfjs-core';
import type { Rank, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { requireShape, runKernel, type DomainKernel } from '../domain-kernel.js';
import { trialBatches } from '../projection/trial-geometry.js';
import { composedSmear, stepsOfView } from './composed-rays.js';
import { rayAttributes, raysLabel, readRays, trialRays, type RayGeometry } from './ray-geometry.js';
import { rayLines } from './ray-lines.js';
import { backprojectPrograms } from './ray-programs.js';
import { backprojectOnWasm } from './ray-slab.js';

const name = 'RayBackproject';

function composed(sinogram: Tensor3D, geometry: RayGeometry): Tensor3D {
  const [rows, columns] = geometry.shape;
  const [views, rays, batch] = sinogram.shape;
  const lines = rayLines(geometry);
  let image = zeros<Rank.R2>([rows * columns, batch]);
  for (let view = 0; view < views; view++) {
    const next = tidy(() => {
      const bins = reshape<Rank.R2>(slice3d(sinogram, [view, 0, 0], [1, rays, batch]), [rays, batch]);
      return add<Tensor2D>(image, composedSmear(bins, stepsOfView(geometry, lines, view), rows * columns));
    });
    image.dispose();
    image = next;
  }
  return reshape<Rank.R3>(image, [rows, columns, batch]);
}

/** Every ray adds its value, times its length in it and its weight, to each pixel: the transpose of `rayForwardKernel`. */
export const rayBackprojectKernel: DomainKernel<RayGeometry> = {
  name,
  adjoint: 'RayForward',
  read: (attributes) => readRays(name, attributes),
  outputShape: (inputShape, geometry) => {
    requireShape(raysLabel(name, geometry), inputShape, [geometry.angles.length, geometry.tilts.length, undefined]);
    return [geometry.shape[0], geometry.shape[1], inputShape[2]];
  },
  composed,
  wasm: backprojectOnWasm,
  trials: trialBatches.map((batch) => ({
    inputShape: [trialRays.angles.length, trialRays.tilts.length, batch],
    attributes: trialRays,
  })),
  webgpu: backprojectPrograms,
};

/**
 * Backprojects a sinogram, float32 [angle, ray, batch], along rays into an image [y, x, batch]; neither filtered nor scaled.
 * A slice's result has the same bits whatever the batch, its place in it and the number of threads. The sinogram is not
 * disposed. Throws DATA_SHAPE_MISMATCH, OUT_OF_MEMORY.
 */
export function rayBackproject(sinogram: Tensor3D, geometry: RayGeometry): Tensor3D {
  return runKernel(rayBackprojectKernel, sinogram, rayAttributes(geometry));
}
