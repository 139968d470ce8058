import { keep, matMul, memory, tensor, transpose, type Tensor } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineLinearOperator, type LinearOperator, type OperatorShape } from './linear-operator.js';

export interface LinOpLawOptions {
  readonly make: () => LinearOperator | Promise<LinearOperator>;
  /** Extent of the batch axes, where the operator has any. */
  readonly batch?: number;
}

/** float32 has 24 bits; sums of up to a few thousand products lose at most a factor of 100 of it when well mixed. */
const tolerance = 1e-5;

/** The laws that every linear operator obeys. Inner products are taken in float64. */
export function describeLinOpLaws(name: string, { make, batch = 3 }: LinOpLawOptions): void {
  describe(`laws of ${name}`, () => {
    let operator: LinearOperator;
    let before = 0;
    beforeAll(async () => {
      before = memory().numTensors;
      operator = await make();
    });
    afterAll(() => {
      operator.dispose();
      expect(memory().numTensors).toBe(before);
    });

    const input = (seed: number) => randomTensor(bind(operator.inputShape, batch), seed);
    const output = (seed: number) => randomTensor(bind(operator.outputShape, batch), seed);

    it('has the adjoint that inner products ask for', () => {
      const [x, y] = [input(1), output(2)];
      const [ax, aty] = [operator.apply(x), operator.adjoint(y)];
      expect(Math.abs(inner(ax, y) - inner(x, aty)) / (norm(ax) * norm(y))).toBeLessThan(tolerance);
      expect(norm(ax)).toBeGreaterThan(0);
      disposeAll([x, y, ax, aty]);
    });

    it('is linear', () => {
      const [x, z] = [input(3), input(4)];
      const combined = combine(x, z, { a: 2.5, b: -0.75 });
      const results = [operator.apply(combined), operator.apply(x), operator.apply(z)] as const;
      const expected = combine(results[1], results[2], { a: 2.5, b: -0.75 });
      expect(relativeDifference(results[0], expected)).toBeLessThan(tolerance);
      disposeAll([x, z, combined, expected, ...results]);
    });

    it('has a normal operator that is the adjoint after the operator', () => {
      const x = input(5);
      const ax = operator.apply(x);
      const [normal, expected] = [operator.normal(x), operator.adjoint(ax)];
      expect(relativeDifference(normal, expected)).toBeLessThan(tolerance);
      disposeAll([x, ax, normal, expected]);
    });

    it('leaves nothing behind but its results and does not dispose its arguments', () => {
      const [x, y] = [input(6), output(7)];
      const tensors = memory().numTensors;
      const results = [operator.apply(x), operator.adjoint(y), operator.normal(x)];
      expect(memory().numTensors).toBe(tensors + 3);
      expect([x.isDisposed, y.isDisposed]).toEqual([false, false]);
      disposeAll([x, y, ...results]);
    });

    it('refuses another rank and another extent with its label', () => {
      const wrongRank = randomTensor([...bind(operator.inputShape, batch), 1], 8);
      const [first = 1, ...others] = bind(operator.inputShape, batch);
      const wrongExtent = randomTensor([first + 1, ...others], 9);
      for (const wrong of [wrongRank, wrongExtent]) {
        expect(() => operator.apply(wrong)).toThrow(
          `${operator.label}: the argument of apply must be float32 of shape`,
        );
      }
      disposeAll([wrongRank, wrongExtent]);
    });
  });
}

/** Numbers in [-1, 1), the same for the same seed. */
export function randomTensor(shape: readonly number[], seed: number): Tensor {
  const size = shape.reduce((product, extent) => product * extent, 1);
  let state = seed;
  const values = Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
  return tensor(values, [...shape]);
}

function bind(shape: OperatorShape, batch: number): number[] {
  return shape.map((extent) => extent ?? batch);
}

function inner(a: Tensor, b: Tensor): number {
  const other = b.dataSync();
  return Array.from(a.dataSync()).reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);
}

function norm(a: Tensor): number {
  return Math.sqrt(inner(a, a));
}

function combine(x: Tensor, z: Tensor, { a, b }: { a: number; b: number }): Tensor {
  const other = z.dataSync();
  return tensor(
    Float32Array.from(x.dataSync(), (value, index) => a * value + b * (other[index] ?? 0)),
    x.shape,
  );
}

function relativeDifference(a: Tensor, b: Tensor): number {
  const difference = combine(a, b, { a: 1, b: -1 });
  const result = norm(difference) / norm(b);
  difference.dispose();
  return result;
}

function disposeAll(tensors: readonly Tensor[]): void {
  for (const one of tensors) one.dispose();
}

/** A dense matrix on [columns, batch]. */
export function matrixOperator(rows: number, columns: number, seed: number): LinearOperator {
  const matrix = keep(randomTensor([rows, columns], seed));
  return defineLinearOperator({
    name: 'Matrix',
    inputShape: [columns, null],
    outputShape: [rows, null],
    apply: (x) => matMul(matrix, x),
    adjoint: (y) => matMul(transpose(matrix), y),
    dispose: () => matrix.dispose(),
  });
}
