import { RondelError } from '@rondel/contracts';
import { divNoNan, gather, keep, ones, onesLike, tensor1d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { seededRandom } from '../random.js';
import type { LeastSquaresMap } from './least-squares.js';
import type { SubsetOrder } from './solver-parameters.js';
import { areSumsKept } from './subset-bytes.js';

/** Some views of a projection, and what its weights sum up to. Nothing of it is the caller's but what functions return. */
export interface ViewSubset extends Pick<LeastSquaresMap, 'apply' | 'adjoint'> {
  /** 1 / (sum of a ray's weights), 0 for a ray that meets no pixel: shape of the data of these views, batch of 1. */
  readonly perRay: Tensor;
  /** 1 / (sum of a pixel's weights), 0 for a pixel that no ray meets: [...image, 1], a new tensor. */
  readonly perPixel: () => Tensor;
}

/** The views of a projection in subsets that hold every k-th one. */
export interface ViewSubsets {
  readonly subsets: readonly ViewSubset[];
  /** The data of each subset; new tensors. */
  readonly partsOf: (b: Tensor) => Tensor[];
  readonly dispose: () => void;
}

/**
 * @param count of subsets, at most as many as there are views.
 * @param imageShape of an argument of the map, without the batch.
 * Throws `INTERNAL` for several subsets of a map that is no projection.
 */
export function viewSubsets(map: LeastSquaresMap, imageShape: readonly number[], count: number): ViewSubsets {
  if (count === 1) {
    const { subset, dispose } = openSubset(map, imageShape, true);
    return { subsets: [subset], partsOf: (b) => [b.clone()], dispose };
  }
  const { views } = map;
  if (views === undefined) {
    throw new RondelError('INTERNAL', 'A map without views cannot be taken in subsets of them.');
  }
  const groups = Array.from({ length: count }, (_, first) => everyNth(first, count, views.count));
  const pixels = imageShape.reduce((product, extent) => product * extent, 1);
  const opened = groups.map((group) => {
    const part = views.of(group);
    const { subset, dispose } = openSubset(part, imageShape, areSumsKept(count, pixels));
    return { subset, dispose: () => [dispose, part.dispose].forEach((free) => free()) };
  });
  return {
    subsets: opened.map(({ subset }) => subset),
    partsOf: (b) => groups.map((group) => tidy(() => gather(b, tensor1d([...group], 'int32'), views.axis))),
    dispose: () => opened.forEach(({ dispose }) => dispose()),
  };
}

function everyNth(first: number, step: number, end: number): number[] {
  return Array.from({ length: Math.ceil((end - first) / step) }, (_, index) => first + index * step);
}

function openSubset({ apply, adjoint }: LeastSquaresMap, imageShape: readonly number[], isPixelKept: boolean) {
  const perRay = keep(tidy(() => divNoNan(1, apply(ones([...imageShape, 1])))));
  const compute = () => tidy(() => divNoNan(1, adjoint(onesLike(perRay))));
  const kept = isPixelKept ? keep(compute()) : undefined;
  const subset: ViewSubset = { apply, adjoint, perRay, perPixel: () => kept?.clone() ?? compute() };
  return {
    subset,
    dispose: () => {
      perRay.dispose();
      kept?.dispose();
    },
  };
}

/**
 * In which order an iteration takes subsets. `interleaved`: so that those that follow each other lie far apart, by their
 * numbers read backwards in binary. `random`: drawn anew for each iteration.
 */
export function subsetOrder(
  count: number,
  { order, seed, iteration }: { readonly order: SubsetOrder; readonly seed: number; readonly iteration: number },
): number[] {
  if (order === 'interleaved') return reversedOrder(count);
  const random = seededRandom(seed + Math.imul(iteration + 1, 0x85ebca6b));
  const drawn = Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [drawn[last], drawn[other]] = [drawn[other] ?? 0, drawn[last] ?? 0];
  }
  return drawn;
}

function reversedOrder(count: number): number[] {
  const bits = Math.ceil(Math.log2(count));
  const reversed = (index: number) => {
    let result = 0;
    for (let bit = 0; bit < bits; bit++) result = (result << 1) | ((index >> bit) & 1);
    return result;
  };
  return Array.from({ length: 2 ** bits }, (_, index) => reversed(index)).filter((index) => index < count);
}
