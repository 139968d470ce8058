import { transpose, type Tensor3D } from '@tensorflow/tfjs-core';
import { moveBatchFirst } from './batch-axis.js';
import { runKernel, type DomainKernel } from '../domain-kernel.js';

/** [p, q, batch] -> [batch, p, q]. */
export const batchFirstKernel: DomainKernel<null> = {
  name: 'BatchFirst',
  adjoint: 'BatchLast',
  read: () => null,
  outputShape: ([p, q, batch]) => [batch, p, q],
  composed: (x) => transpose(x, [2, 0, 1]),
  wasm: ({ runtime, input, inputShape: [p, q, batch], output }) =>
    moveBatchFirst({ runtime, batch, points: p * q }, input, output),
  trials: [{ inputShape: [16, 16, 16], attributes: null }],
};

/** Moves the last axis of a float32 tensor before the others: [p, q, batch] -> [batch, p, q]. `x` is not disposed. */
export function batchFirst(x: Tensor3D): Tensor3D {
  return runKernel(batchFirstKernel, x, {});
}
