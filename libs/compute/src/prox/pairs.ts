import { abs, concat, mul, slice, sqrt, sum, tidy, zerosLike, type Tensor } from '@tensorflow/tfjs-core';

/** Whether images are real, [..., batch], or complex as pairs [2, ..., batch], real parts before imaginary parts. */
export interface ImageKind {
  readonly complex?: boolean;
}

/** Magnitude of every pixel; of pairs [1, ..., batch]. */
export function magnitude(x: Tensor, { complex = false }: ImageKind): Tensor {
  return complex ? tidy(() => sqrt(sum(mul(x, x), 0, true))) : abs(x);
}

/** Does something to real parts and sets imaginary parts to 0; real images are their real parts. */
export function onRealPart(x: Tensor, { complex = false }: ImageKind, change: (real: Tensor) => Tensor): Tensor {
  if (!complex) return change(x);
  return tidy(() => {
    const real = change(slice(x, [0], [1]));
    return concat([real, zerosLike(real)], 0);
  });
}
