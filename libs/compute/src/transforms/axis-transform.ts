import {
  add,
  dispose,
  keep,
  matMul,
  neg,
  reshape,
  sub,
  tensor2d,
  tidy,
  transpose,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { axisMatrix, type AxisTransformName } from './axis-matrix.js';

/** Real and imaginary parts; real alone where the latter are 0. */
export type Parts = readonly [re: Tensor, im?: Tensor];

/** A transform along some axes as products with matrices, which lie on the device. */
export interface AxisTransform {
  readonly forward: (parts: Parts) => Parts;
  readonly adjoint: (parts: Parts) => Parts;
  readonly dispose: () => void;
}

/** Matrices by which lines are multiplied from the right. */
interface Factors {
  readonly re: Tensor;
  readonly im: Tensor | undefined;
}

/** @param axes with their lengths; those of one pixel are left as they are. */
export function axisTransform(
  name: AxisTransformName,
  axes: readonly { readonly axis: number; readonly extent: number }[],
): AxisTransform {
  const held: Tensor[] = [];
  const keptMatrix = (values: Float64Array, extent: number) => {
    const matrix = keep(tensor2d(Float32Array.from(values), [extent, extent]));
    held.push(matrix);
    return matrix;
  };
  const stages = axes
    .filter(({ extent }) => extent > 1)
    .map(({ axis, extent }) => {
      const { re, im } = axisMatrix(name, extent);
      const factors = (turn: (values: Float64Array) => Float64Array): Factors => ({
        re: keptMatrix(turn(re), extent),
        im: im && keptMatrix(turn(im), extent),
      });
      return { axis, forward: factors((values) => turned(values, extent)), adjoint: factors((values) => values) };
    });
  return {
    forward: (parts) => stages.reduce((now, { axis, forward }) => multiplied(now, axis, forward, false), parts),
    adjoint: (parts) => stages.reduce((now, { axis, adjoint }) => multiplied(now, axis, adjoint, true), parts),
    dispose: () => dispose(held),
  };
}

function turned(values: Float64Array, extent: number): Float64Array {
  return values.map((_, at) => values[(at % extent) * extent + Math.floor(at / extent)] ?? NaN);
}

function multiplied([x, y]: Parts, axis: number, { re, im }: Factors, conjugated: boolean): Parts {
  const product = (lines: Tensor, matrix: Tensor) => alongAxis(lines, axis, matrix);
  if (im === undefined) return y === undefined ? [product(x, re)] : [product(x, re), product(y, re)];
  const turnedX = conjugated ? neg(product(x, im)) : product(x, im);
  if (y === undefined) return [product(x, re), turnedX];
  const turnedY = conjugated ? neg(product(y, im)) : product(y, im);
  return [sub(product(x, re), turnedY), add(product(y, re), turnedX)];
}

/** Every line along the axis times the matrix: as rows of one product, for which backends are fastest. */
function alongAxis(x: Tensor, axis: number, matrix: Tensor): Tensor {
  return tidy(() => {
    const extent = x.shape[axis] ?? 1;
    const order = [...x.shape.map((_, at) => at).filter((at) => at !== axis), axis];
    const lines = transpose(x, order);
    const product = matMul(reshape(lines, [x.size / extent, extent]), matrix);
    const back = order.map((_, at) => order.indexOf(at));
    return transpose(reshape(product, lines.shape), back);
  });
}
