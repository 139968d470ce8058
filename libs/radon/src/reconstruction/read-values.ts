import { tidy, type Tensor } from '@tensorflow/tfjs-core';

/**
 * The values of what `compute` returns, all of whose tensors are freed. The copy to the host happens outside the `tidy`,
 * which would search a typed array for tensors element by element.
 */
export function readValues(compute: () => Tensor): Float32Array {
  const result = tidy(compute);
  try {
    return result.dataSync<'float32'>();
  } finally {
    result.dispose();
  }
}

/** What `use` makes of a tensor, which is freed at once: at the end of a `tidy` would be too late for the memory. */
export function consume<Given extends Tensor, Made extends Tensor>(tensor: Given, use: (tensor: Given) => Made): Made {
  const made = use(tensor);
  tensor.dispose();
  return made;
}
