import { reshape, type Rank, type Tensor } from '@tensorflow/tfjs-core';
import { rayBackproject } from '../kernels/rays/ray-backproject.js';
import { rayForward } from '../kernels/rays/ray-forward.js';
import type { RayGeometry } from '../kernels/rays/ray-geometry.js';
import { anglesOf } from './radon.js';
import { defineLinearOperator, type LinearOperator } from './linear-operator.js';

/**
 * Projection of a stack of slices along rays: images [y, x, batch] to sinograms [angle, ray, batch], line integrals in units
 * of the pixel width times the rays' weights. The adjoint is exactly the transpose.
 */
export function rayOperator(geometry: RayGeometry): LinearOperator {
  const [rows, columns] = geometry.shape;
  return defineLinearOperator({
    name: 'Rays',
    inputShape: [rows, columns, null],
    outputShape: [geometry.angles.length, geometry.tilts.length, null],
    apply: (x) => rayForward(ofRank3(x), geometry),
    adjoint: (y) => rayBackproject(ofRank3(y), geometry),
    views: {
      axis: 0,
      count: geometry.angles.length,
      of: (views) => rayOperator({ ...geometry, angles: anglesOf(geometry.angles, views) }),
    },
  });
}

/** Restores the static rank, which the operator has checked before it calls a hook. */
function ofRank3(tensor: Tensor) {
  const [first = 0, second = 0, batch = 0] = tensor.shape;
  return reshape<Rank.R3>(tensor, [first, second, batch]);
}
