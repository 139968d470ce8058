import { stack, unstack, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import { axisTransform, type Parts } from '../transforms/axis-transform.js';
import type { AxisTransformName } from '../transforms/axis-matrix.js';
import type { ImageTransformName } from '../transforms/transform-names.js';
import { inverseWaveletTransform, waveletTransform } from '../transforms/wavelet.js';
import { waveletLevels } from '../transforms/wavelet-levels.js';
import { gradientOperator, type GradientOptions } from './gradient.js';
import { defineLinearOperator, type LinearOperator } from './linear-operator.js';

/**
 * A transform of images [...shape, batch], or of pairs [2, ...shape, batch], along some of their axes. All but `Gradient` are
 * unitary: the adjoint undoes them. Those with complex values, `FFT`, make pairs of real images.
 *
 * Throws `PLAN_INVALID_VALUE` for a wavelet transform along an odd axis.
 */
export function imageTransform(name: ImageTransformName, options: GradientOptions): LinearOperator {
  if (name === 'Gradient') return gradientOperator(options);
  return name === 'Wavelet' ? waveletOperator(options) : axisOperator(name, options);
}

function waveletOperator({ shape, axes, complex = false }: GradientOptions): LinearOperator {
  const used = axes.filter((axis) => shape[axis] !== 1);
  const levels = used.length === 0 ? 0 : waveletLevels(used.map((axis) => shape[axis] ?? 1));
  const places = used.map((axis) => axis + (complex ? 1 : 0));
  const size = [...(complex ? [2] : []), ...shape, null];
  return defineLinearOperator({
    name: 'Wavelet',
    inputShape: size,
    outputShape: size,
    apply: (x) => waveletTransform(x, places, levels),
    adjoint: (y) => inverseWaveletTransform(y, places, levels),
  });
}

function axisOperator(name: AxisTransformName, { shape, axes, complex = false }: GradientOptions): LinearOperator {
  const transform = axisTransform(
    name,
    axes.map((axis) => ({ axis, extent: shape[axis] ?? 1 })),
  );
  const size = [...shape, null];
  const pairs = [2, ...size];
  const makesPairs = complex || name === 'FFT';
  return defineLinearOperator({
    name,
    inputShape: complex ? pairs : size,
    outputShape: makesPairs ? pairs : size,
    apply: (x) => joined(transform.forward(complex ? partsOf(x) : [x]), makesPairs),
    adjoint: (y) => joined(transform.adjoint(makesPairs ? partsOf(y) : [y]), complex),
    dispose: () => transform.dispose(),
  });
}

function partsOf(pairs: Tensor): Parts {
  const [re, im] = unstack(pairs);
  if (re === undefined) throw new RangeError('pairs have two parts');
  return im === undefined ? [re] : [re, im];
}

/** As pairs, or the real parts alone. */
function joined([re, im]: Parts, pairs: boolean): Tensor {
  if (!pairs) return re.clone();
  return stack([re, im ?? zerosLike(re)]);
}
