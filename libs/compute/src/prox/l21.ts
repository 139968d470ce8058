import { RondelError } from '@rondel/contracts';
import { mul, reshape, sqrt, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { shrunk } from './l1.js';
import type { ImageKind } from './pairs.js';
import type { Penalty } from './penalty.js';

/**
 * Sum of the norms of groups. Group i has pixel i of each of `slices` images of the same size that lie one behind the other:
 * x is [slices * pixels, batch] or [slices, ..., batch], of pairs [2, slices, ..., batch].
 */
export function l21({ slices, complex = false }: ImageKind & { readonly slices: number }): Penalty {
  return {
    name: 'L21Regularization',
    prox: (x, weight) =>
      tidy(() => {
        const grouped = reshape(x, groupedShape(x, { slices, complex }));
        const squares = mul(grouped, grouped);
        const norms = sqrt(sum(squares, complex ? [0, 1] : [0], true));
        return reshape(shrunk(grouped, norms, weight), x.shape);
      }),
    separable: false,
  };
}

/** [slices, pixels, batch], of pairs [2, slices, pixels, batch] */
function groupedShape({ shape, size }: Tensor, { slices, complex }: { slices: number; complex: boolean }): number[] {
  const batch = shape.at(-1) ?? 1;
  const values = size / (batch * (complex ? 2 : 1));
  if (values % slices !== 0) {
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `L21Regularization: an image of ${values} values is no ${slices} slices of one size.`,
      { at: 'reg' },
    );
  }
  return [...(complex ? [2] : []), slices, values / slices, batch];
}
