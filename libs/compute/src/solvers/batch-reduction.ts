import { avgPool, mul, reshape, tidy, type Tensor, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';

/**
 * Inner product of every batch entry: [..., batch] and [..., batch] to [batch].
 *
 * Products are averaged over the first axis, then over the others, and scaled: two short sums lose less of float32 than
 * one long sum. Pooling with the batch as channels needs no transposition, and every channel is accumulated in the same
 * order whatever their number, so an entry's result does not depend on its neighbours.
 */
export function batchDot(a: Tensor, b: Tensor): Tensor1D {
  return tidy(() => {
    const products = asPlane(mul(a, b));
    const [, first, others, batch] = products.shape;
    const overFirst = averaged(products, [first, 1]);
    const mean = averaged(overFirst, [1, others]);
    return mul<Tensor1D>(reshape(mean, [batch]), first * others);
  });
}

/** [first axis, other axes, batch] as an image of one with the batch as channels. */
function asPlane(a: Tensor): Tensor4D {
  const [first = 1] = a.shape;
  const batch = a.shape.at(-1) ?? 1;
  return reshape(a, [1, first, a.size / (first * batch), batch]);
}

/** Some backends refuse windows of one element, which change nothing. */
function averaged(plane: Tensor4D, window: [number, number]): Tensor4D {
  return window[0] * window[1] === 1 ? plane.clone() : avgPool<Tensor4D>(plane, window, 1, 'valid');
}
