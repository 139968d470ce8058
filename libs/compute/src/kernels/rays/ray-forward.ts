import { reshape, stack, tidy } from '@tensorflow/tfjs-core';
import type { Rank, Tensor3D } from '@tensorflow/tfjs-core';
import { asTensor3D, requireShape, runKernel, type DomainKernel } from '../domain-kernel.js';
import { trialBatches } from '../projection/trial-geometry.js';
import { composedView, stepsOfView } from './composed-rays.js';
import { rayAttributes, raysLabel, readRays, trialRays, type RayGeometry } from './ray-geometry.js';
import { rayLines } from './ray-lines.js';
import { forwardPrograms } from './ray-programs.js';
import { projectOnWasm } from './ray-slab.js';

const name = 'RayForward';

function composed(image: Tensor3D, geometry: RayGeometry): Tensor3D {
  const [rows, columns, batch] = image.shape;
  const pixels = reshape<Rank.R2>(image, [rows * columns, batch]);
  const lines = rayLines(geometry);
  const views = Array.from(geometry.angles, (_, view) =>
    tidy(() => composedView(pixels, stepsOfView(geometry, lines, view))),
  );
  return asTensor3D(name, stack(views));
}

/**
 * The integral of an image of square pixels along each ray: the sum of its pixels times the length of the ray in them (Siddon,
 * "Fast calculation of the exact radiological path for a three-dimensional CT array", Med. Phys. 12, 1985), times the ray's
 * weight. The exact adjoint of `rayBackprojectKernel`.
 */
export const rayForwardKernel: DomainKernel<RayGeometry> = {
  name,
  adjoint: 'RayBackproject',
  read: (attributes) => readRays(name, attributes),
  outputShape: (inputShape, geometry) => {
    requireShape(raysLabel(name, geometry), inputShape, [...geometry.shape, undefined]);
    return [geometry.angles.length, geometry.tilts.length, inputShape[2]];
  },
  composed,
  wasm: projectOnWasm,
  trials: trialBatches.map((batch) => ({ inputShape: [...trialRays.shape, batch], attributes: trialRays })),
  webgpu: forwardPrograms,
};

/**
 * Projects an image, float32 [y, x, batch], along rays to a sinogram [angle, ray, batch] in units of pixel value x pixel
 * width. A slice's result has the same bits whatever the batch, its place in it and the number of threads. The image is
 * not disposed. Throws DATA_SHAPE_MISMATCH, OUT_OF_MEMORY.
 */
export function rayForward(image: Tensor3D, geometry: RayGeometry): Tensor3D {
  return runKernel(rayForwardKernel, image, rayAttributes(geometry));
}
