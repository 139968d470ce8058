import type { Tensor3D } from '@tensorflow/tfjs-core';
import { requireShape, runKernel, type DomainKernel } from '../domain-kernel.js';
import type { Shape3D } from '../shape-3d.js';
import { composedLines } from './composed-lines.js';
import { coneAttributes, coneLabel, readCone, trialCones, viewCount, type ConeGeometry } from './cone-geometry.js';
import { rayPrograms } from './cone-ray-programs.js';
import { projectOnWasm } from './cone-slab.js';

const name = 'ConeForward';

function shapeOfProjections(geometry: ConeGeometry): Shape3D {
  return [viewCount(geometry), ...geometry.detector];
}

/**
 * The integral of a volume along the ray to the center of each bin. In planes of equal height it is the sum of the pixels times
 * the length of the ray in them (Siddon, Med. Phys. 12, 1985); between slices values are linear (Joseph, IEEE Trans. Med. Imag.
 * 1, 1982). For one detector row in the plane of one slice it is Siddon's alone. The exact adjoint of `coneBackprojectKernel`.
 */
export const coneForwardKernel: DomainKernel<ConeGeometry> = {
  name,
  adjoint: 'ConeBackproject',
  read: (attributes) => readCone(name, attributes),
  outputShape: (inputShape, geometry) => {
    requireShape(coneLabel(name, geometry), inputShape, geometry.shape);
    return shapeOfProjections(geometry);
  },
  composed: composedLines,
  wasm: projectOnWasm,
  trials: trialCones.map((attributes) => ({ inputShape: [...attributes.shape], attributes })),
  webgpu: () => rayPrograms('forward'),
};

/**
 * Projects a volume, float32 [y, x, slice], to [view, u, v] in units of voxel value x voxel width. The result has the same bits
 * whatever the number of threads. The volume is not disposed. Rays should be closer to planes of equal height than to the axis
 * of slices. Throws DATA_SHAPE_MISMATCH, OUT_OF_MEMORY.
 */
export function coneForward(volume: Tensor3D, geometry: ConeGeometry): Tensor3D {
  return runKernel(coneForwardKernel, volume, coneAttributes(geometry));
}
