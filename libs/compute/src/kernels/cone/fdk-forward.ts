import type { Tensor3D } from '@tensorflow/tfjs-core';
import { requireShape, runKernel, type DomainKernel } from '../domain-kernel.js';
import type { Shape3D } from '../shape-3d.js';
import { composedShadows } from './composed-voxels.js';
import { coneLabel, fdkAttributes, readFdk, trialCones, viewCount, type FdkGeometry } from './cone-geometry.js';
import { projectVoxelsOnWasm } from './cone-slab.js';

const name = 'FdkForward';

function shapeOfProjections(geometry: FdkGeometry): Shape3D {
  return [viewCount(geometry), ...geometry.detector];
}

/**
 * Every voxel adds its value to the four bins around its shadow, with the weights of FDK: the transpose of
 * `fdkBackprojectKernel`, for gradients. Not meant to simulate projections; `coneForwardKernel` is.
 */
export const fdkForwardKernel: DomainKernel<FdkGeometry> = {
  name,
  adjoint: 'FdkBackproject',
  read: (attributes) => readFdk(name, attributes),
  outputShape: (inputShape, geometry) => {
    requireShape(coneLabel(name, geometry), inputShape, geometry.shape);
    return shapeOfProjections(geometry);
  },
  composed: composedShadows,
  wasm: projectVoxelsOnWasm,
  trials: trialCones.map((attributes) => ({ inputShape: [...attributes.shape], attributes })),
};

/**
 * Takes a volume [y, x, slice], float32, to [view, u, v]. The volume is not disposed. Throws DATA_SHAPE_MISMATCH, OUT_OF_MEMORY.
 */
export function fdkForward(volume: Tensor3D, geometry: FdkGeometry): Tensor3D {
  return runKernel(fdkForwardKernel, volume, fdkAttributes(geometry));
}
