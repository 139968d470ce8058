import type { Tensor3D } from '@tensorflow/tfjs-core';
import { requireShape, runKernel, type DomainKernel } from '../domain-kernel.js';
import { composedVoxels } from './composed-voxels.js';
import { coneLabel, fdkAttributes, readFdk, trialCones, viewCount, type FdkGeometry } from './cone-geometry.js';
import { voxelPrograms } from './cone-voxel-programs.js';
import { backprojectVoxelsOnWasm } from './cone-slab.js';

const name = 'FdkBackproject';

/**
 * The sum over views of the projections at each voxel's shadow, bilinear and 0 outside, over the square of the voxel's part of the
 * way from source to detector (Feldkamp, Davis, Kress, "Practical cone-beam algorithm", J. Opt. Soc. Am. A 1, 1984). The exact
 * adjoint of `fdkForwardKernel`.
 */
export const fdkBackprojectKernel: DomainKernel<FdkGeometry> = {
  name,
  adjoint: 'FdkForward',
  read: (attributes) => readFdk(name, attributes),
  outputShape: (inputShape, geometry) => {
    requireShape(coneLabel(name, geometry), inputShape, [viewCount(geometry), ...geometry.detector]);
    return [...geometry.shape];
  },
  composed: composedVoxels,
  wasm: backprojectVoxelsOnWasm,
  trials: trialCones.map((attributes) => ({
    inputShape: [viewCount(attributes), ...attributes.detector],
    attributes,
  })),
  webgpu: voxelPrograms,
};

/**
 * Backprojects filtered projections [view, u, v], float32, into a volume [y, x, slice] with the weights of FDK. The result has the
 * same bits whatever the number of threads. The projections are not disposed. Throws DATA_SHAPE_MISMATCH, OUT_OF_MEMORY.
 */
export function fdkBackproject(projections: Tensor3D, geometry: FdkGeometry): Tensor3D {
  return runKernel(fdkBackprojectKernel, projections, fdkAttributes(geometry));
}
