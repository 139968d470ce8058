import { RondelError } from '@rondel/contracts';
import {
  add,
  clone,
  divNoNan,
  maximum,
  mul,
  reshape,
  split,
  sqrt,
  stack,
  sub,
  tidy,
  unstack,
  zerosLike,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { difference, differenceAdjoint, imageAxes, type ImageAxis } from './differences.js';
import { changeEntries, weightOf } from './host-entries.js';
import { l1, shrunk } from './l1.js';
import { magnitude, type ImageKind } from './pairs.js';
import type { LinearTransform, Penalty, Weight } from './penalty.js';
import { denoiseLine } from './total-variation-line.js';

export interface TotalVariationOptions extends ImageKind {
  /** Size of the image, slowest axis first; x is [...shape, batch] or has as many values, of pairs [2, ...shape, batch]. */
  readonly shape: readonly number[];
  /** Axes of `shape` along which differences are taken; all unless told. */
  readonly axes?: readonly number[];
  /** Of the fast gradient projection; >= 1. */
  readonly iterations: number;
  /** Sum of the lengths of gradients, not of the magnitudes of their components. */
  readonly isotropic?: boolean;
}

/**
 * Total variation: sum over pixels of the magnitudes of differences to the next pixel along each axis, as
 * RegularizedLeastSquares.jl has it; `isotropic` of the lengths of these gradients.
 *
 * Its proximal map is approximated by a number of iterations of the fast gradient projection on the dual problem (Beck and
 * Teboulle 2009, IEEE Transactions on Image Processing 18, algorithm GP with acceleration), with the step 1 / (8 weight), of
 * more than two axes 1 / (4 axes weight), which the method needs to converge.
 */
export function totalVariation(options: TotalVariationOptions): Penalty {
  const { shape, complex = false, isotropic = false } = options;
  const axes = options.axes ?? shape.map((_, axis) => axis);
  requireAxes(axes, shape);
  const all = imageAxes(shape);
  const along = all.filter((_, axis) => axes.includes(axis));
  const restrict = isotropic ? withinBall : withinBox;
  return {
    name: 'TVRegularization',
    prox: (x, weight) =>
      tidy(() => {
        const image = pixels(x, { shape, complex });
        return reshape(fastGradientProjection(image, weight, { ...options, along, complex, restrict }), x.shape);
      }),
    separable: false,
    split: {
      transform: gradient({ shape, complex, along }),
      penalty: isotropic ? lengths(complex) : gradientL1(complex),
    },
  };
}

type Restrict = (p: readonly Tensor[], kind: ImageKind) => Tensor[];

function fastGradientProjection(
  image: Tensor,
  weight: Weight,
  {
    along,
    iterations,
    complex,
    restrict,
  }: { along: readonly ImageAxis[]; iterations: number; complex: boolean; restrict: Restrict },
): Tensor {
  const bound = Math.max(8, 4 * along.length);
  const denoised = (p: readonly Tensor[]) =>
    tidy(() =>
      along.reduce((left, axis, at) => {
        const next = tidy(() => sub(left, mul(differenceAdjoint(p[at] ?? image, axis), weight)));
        if (left !== image) left.dispose();
        return next;
      }, image),
    );
  let dual = along.map(() => zerosLike(image));
  let ahead = dual.map((p) => clone(p));
  let theta = 1;
  for (let iteration = 0; iteration < iterations; iteration++) {
    const next = (1 + Math.sqrt(1 + 4 * theta * theta)) / 2;
    const inertia = (theta - 1) / next;
    const moved = tidy(() => {
      const current = denoised(ahead);
      const stepped = along.map((axis, at) =>
        tidy(() => add(ahead[at] ?? image, divNoNan(difference(current, axis), mul(weight, bound)))),
      );
      current.dispose();
      const inside = restrict(stepped, { complex });
      for (const one of stepped) one.dispose();
      const extrapolated = inside.map((p, at) => tidy(() => add(p, mul(sub(p, dual[at] ?? p), inertia))));
      return { inside, extrapolated };
    });
    for (const old of [...dual, ...ahead]) old.dispose();
    ({ inside: dual, extrapolated: ahead } = moved);
    theta = next;
  }
  return denoised(dual);
}

/**
 * Total variation along one axis, whose proximal map is computed exactly, line by line on the host; of complex images real
 * and imaginary parts apart, as RegularizedLeastSquares.jl does.
 */
export function totalVariationAlong({
  shape,
  axis,
  complex = false,
}: ImageKind & { readonly shape: readonly number[]; readonly axis: number }): Penalty {
  requireAxes([axis], shape);
  const extent = shape[axis] ?? 1;
  const stride = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  return {
    name: 'TVRegularization',
    prox: (x, weight) =>
      tidy(() => {
        requirePixels(x, { shape, complex });
        return changeEntries(x, complex, ({ real, imaginary }, at) => {
          const own = weightOf(weight, at);
          for (let line = 0; line < real.length / extent; line++) {
            const start = Math.floor(line / stride) * stride * extent + (line % stride);
            for (const part of [real, imaginary]) denoiseLine(part, { start, stride, extent }, own);
          }
        });
      }),
    separable: false,
  };
}

function requireAxes(axes: readonly number[], shape: readonly number[]): void {
  if (axes.every((axis) => Number.isInteger(axis) && axis >= 0 && axis < shape.length)) return;
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `TVRegularization: differences along axes ${axes.join(', ')} of an image with ${shape.length} axes.`,
    { at: 'reg' },
  );
}

/** Components of magnitude 1 at most. */
function withinBox(p: readonly Tensor[], kind: ImageKind): Tensor[] {
  return p.map((component) => tidy(() => divNoNan(component, maximum(magnitude(component, kind), 1))));
}

/** Vectors of length 1 at most. */
function withinBall(p: readonly Tensor[], kind: ImageKind): Tensor[] {
  const squares = p.map((component) => {
    const size = magnitude(component, kind);
    return mul(size, size);
  });
  const length = maximum(sqrt(squares.reduce((sum, square) => add(sum, square))), 1);
  return p.map((component) => divNoNan(component, length));
}

interface Gradient {
  readonly shape: readonly number[];
  readonly complex: boolean;
  readonly along: readonly ImageAxis[];
}

/** All differences, one axis of them: [axes, pixels, batch], of pairs [2, axes, pixels, batch]. */
function gradient({ shape, complex, along }: Gradient): LinearTransform {
  const at = complex ? 1 : 0;
  return {
    apply: (x) =>
      tidy(() => {
        const image = pixels(x, { shape, complex });
        return stack(
          along.map((axis) => difference(image, axis)),
          at,
        );
      }),
    adjoint: (p) =>
      tidy(() =>
        unstack(p, at)
          .map((component, index) => differenceAdjoint(component, along[index] ?? { extent: 1, stride: 1 }))
          .reduce((sum, part) => add(sum, part)),
      ),
  };
}

function gradientL1(complex: boolean): Penalty {
  return { ...l1({ complex }), separable: false };
}

/** Sum of the lengths of gradients. */
function lengths(complex: boolean): Penalty {
  return {
    name: 'L21Regularization',
    prox: (p, weight) =>
      tidy(() => {
        const axis = complex ? 1 : 0;
        const components = split(p, p.shape[axis] ?? 1, axis);
        const squares = components.map((component) => {
          const size = magnitude(component, { complex });
          return mul(size, size);
        });
        return shrunk(p, sqrt(squares.reduce((sum, square) => add(sum, square))), weight);
      }),
    separable: false,
  };
}

interface OptionsOfPixels {
  readonly shape: readonly number[];
  readonly complex: boolean;
}

/** [pixels, batch], of pairs [2, pixels, batch]. */
function pixels(x: Tensor, options: OptionsOfPixels): Tensor {
  requirePixels(x, options);
  return reshape(x, [...(options.complex ? [2] : []), -1, x.shape.at(-1) ?? 1]);
}

function requirePixels(x: Tensor, { shape, complex }: OptionsOfPixels): void {
  const given = x.size / ((x.shape.at(-1) ?? 1) * (complex ? 2 : 1));
  const expected = shape.reduce((product, extent) => product * extent, 1);
  if (given === expected) return;
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `TVRegularization: shape ${shape.join(' x ')} has ${expected} pixels, the image has ${given}.`,
    { at: 'reg' },
  );
}
