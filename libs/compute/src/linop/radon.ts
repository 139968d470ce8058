import { reshape, type Rank, type Tensor } from '@tensorflow/tfjs-core';
import { radonBackproject } from '../kernels/radon-backproject/radon-backproject.js';
import { radonForward } from '../kernels/radon-forward/radon-forward.js';
import type { ParallelGeometry } from '../kernels/projection/parallel-geometry.js';
import { defineLinearOperator, type LinearOperator } from './linear-operator.js';

/**
 * Parallel-beam projection of a stack of slices: images [y, x, batch] to sinograms [angle, detector, batch], line
 * integrals in units of the pixel width. The adjoint is the unweighted backprojection with linear interpolation, exactly
 * transposed.
 */
export function radonOperator(geometry: ParallelGeometry): LinearOperator {
  const [rows, columns] = geometry.shape;
  return defineLinearOperator({
    name: 'Radon',
    inputShape: [rows, columns, null],
    outputShape: [geometry.angles.length, geometry.detectors, null],
    apply: (x) => radonForward(ofRank3(x), geometry),
    adjoint: (y) => radonBackproject(ofRank3(y), geometry),
    views: {
      axis: 0,
      count: geometry.angles.length,
      of: (views) => radonOperator({ ...geometry, angles: anglesOf(geometry.angles, views) }),
    },
  });
}

/** The angles of some views; tables are kept for the array, so it is made once for each operator. */
export function anglesOf(angles: Float64Array, views: readonly number[]): Float64Array {
  return Float64Array.from(views, (view) => angles[view] ?? NaN);
}

/** Restores the static rank, which the operator has checked before it calls a hook. */
function ofRank3(tensor: Tensor) {
  const [first = 0, second = 0, batch = 0] = tensor.shape;
  return reshape<Rank.R3>(tensor, [first, second, batch]);
}
