import { mul, reshape, stack, unstack, type Rank, type Tensor } from '@tensorflow/tfjs-core';
import { batchFirst } from '../kernels/batch-axis/batch-first.js';
import { batchLast } from '../kernels/batch-axis/batch-last.js';
import { coneBackproject } from '../kernels/cone/cone-backproject.js';
import { coneForward } from '../kernels/cone/cone-forward.js';
import { viewCount, viewNumbers, type ConeGeometry } from '../kernels/cone/cone-geometry.js';
import { defineLinearOperator, type LinearOperator } from './linear-operator.js';

/**
 * Projection of volumes along the rays of a fan or cone beam: [slice, y, x, batch] to projections [row, view, column, batch],
 * line integrals in units of the voxel width times `scale`. The adjoint is exactly the transpose.
 */
export function coneOperator(geometry: ConeGeometry, scale = 1): LinearOperator {
  const [rows, columns, slices] = geometry.shape;
  const [bins, binRows] = geometry.detector;
  const count = viewCount(geometry);
  return defineLinearOperator({
    name: 'Cone',
    inputShape: [slices, rows, columns, null],
    outputShape: [binRows, count, bins, null],
    apply: (x) => eachOfBatch(x, (volume) => mul(batchFirst(coneForward(batchLast(volume), geometry)), scale)),
    adjoint: (y) => eachOfBatch(y, (bin) => mul(batchFirst(coneBackproject(batchLast(bin), geometry)), scale)),
    views: {
      axis: 1,
      count,
      of: (views) => coneOperator({ ...geometry, views: numbersOf(geometry.views, views) }, scale),
    },
  });
}

function numbersOf(all: Float64Array, views: readonly number[]): Float64Array {
  const numbers = new Float64Array(views.length * viewNumbers);
  views.forEach((view, at) => {
    numbers.set(all.subarray(view * viewNumbers, (view + 1) * viewNumbers), at * viewNumbers);
  });
  return numbers;
}

/** Volumes are taken one by one: the kernels have the axis of slices where others have the batch. */
function eachOfBatch(x: Tensor, apply: (volume: Tensor<Rank.R3>) => Tensor): Tensor {
  const [first = 0, second = 0, third = 0, batch = 0] = x.shape;
  if (batch === 1) {
    const result = apply(reshape<Rank.R3>(x, [first, second, third]));
    return reshape(result, [...result.shape, 1]);
  }
  const volumes = unstack(x, 3).map((volume) => apply(reshape<Rank.R3>(volume, [first, second, third])));
  return stack(volumes, 3);
}
