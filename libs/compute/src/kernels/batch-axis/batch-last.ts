import { transpose, type Tensor3D } from '@tensorflow/tfjs-core';
import { moveBatchLast } from './batch-axis.js';
import { runKernel, type DomainKernel } from '../domain-kernel.js';

/** [batch, p, q] -> [p, q, batch]. */
export const batchLastKernel: DomainKernel<null> = {
  name: 'BatchLast',
  adjoint: 'BatchFirst',
  read: () => null,
  outputShape: ([batch, p, q]) => [p, q, batch],
  composed: (x) => transpose(x, [1, 2, 0]),
  wasm: ({ runtime, input, inputShape: [batch, p, q], output }) =>
    moveBatchLast({ runtime, batch, points: p * q }, input, output),
  trials: [{ inputShape: [16, 16, 16], attributes: null }],
};

/** Moves the first axis of a float32 tensor behind the others: [batch, p, q] -> [p, q, batch]. `x` is not disposed. */
export function batchLast(x: Tensor3D): Tensor3D {
  return runKernel(batchLastKernel, x, {});
}
