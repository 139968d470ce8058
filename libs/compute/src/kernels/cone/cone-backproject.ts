import type { Tensor3D } from '@tensorflow/tfjs-core';
import { requireShape, runKernel, type DomainKernel } from '../domain-kernel.js';
import { composedSmears } from './composed-lines.js';
import { coneAttributes, coneLabel, readCone, trialCones, viewCount, type ConeGeometry } from './cone-geometry.js';
import { rayPrograms } from './cone-ray-programs.js';
import { smearOnWasm } from './cone-slab.js';

const name = 'ConeBackproject';

/** Every ray adds its value, times its length in it, to each voxel: the transpose of `coneForwardKernel`. */
export const coneBackprojectKernel: DomainKernel<ConeGeometry> = {
  name,
  adjoint: 'ConeForward',
  read: (attributes) => readCone(name, attributes),
  outputShape: (inputShape, geometry) => {
    requireShape(coneLabel(name, geometry), inputShape, [viewCount(geometry), ...geometry.detector]);
    return [...geometry.shape];
  },
  composed: composedSmears,
  wasm: smearOnWasm,
  trials: trialCones.map((attributes) => ({
    inputShape: [viewCount(attributes), ...attributes.detector],
    attributes,
  })),
  webgpu: () => rayPrograms('adjoint'),
};

/**
 * Backprojects [view, u, v], float32, along the rays of a cone beam into a volume [y, x, slice]; neither filtered nor scaled. The
 * result has the same bits whatever the number of threads. The projections are not disposed. Throws DATA_SHAPE_MISMATCH,
 * OUT_OF_MEMORY.
 */
export function coneBackproject(projections: Tensor3D, geometry: ConeGeometry): Tensor3D {
  return runKernel(coneBackprojectKernel, projections, coneAttributes(geometry));
}
