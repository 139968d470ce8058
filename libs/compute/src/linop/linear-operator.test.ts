import '@tensorflow/tfjs-backend-wasm';
import { isRondelError } from '@rondel/contracts';
import { memory, mul, setBackend, tensor, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { composeOperators } from './compose.js';
import { describeLinOpLaws, matrixOperator, randomTensor } from './linear-operator-laws.test.support.js';
import { defineLinearOperator } from './linear-operator.js';
import { multiplyOperator } from './multiply.js';

beforeAll(async () => {
  await setBackend('wasm');
});

describeLinOpLaws('a dense matrix', { make: () => matrixOperator(7, 5, 11), batch: 4 });
describeLinOpLaws('a product with weights', {
  make: () => multiplyOperator(randomTensor([3, 4, 1], 12), [3, 4, null]),
  batch: 2,
});
describeLinOpLaws('a composition', {
  make: () => composeOperators(matrixOperator(6, 5, 13), matrixOperator(5, 4, 14)),
});

describe('an operator', () => {
  const doubling = (apply: (x: Tensor) => Tensor) =>
    defineLinearOperator({ name: 'Test', inputShape: [2, null], outputShape: [2, null], apply, adjoint: apply });

  it('is labelled with its shapes, output first', () => {
    const operator = matrixOperator(7, 5, 1);
    expect(operator.label).toBe('<7x* <- 5x*> Matrix');
    operator.dispose();
  });

  it('refuses a hook that returns another batch than it was given', () => {
    const operator = doubling(() => zeros([2, 4]));
    const x = zeros([2, 3]);
    expect(() => operator.apply(x)).toThrow(
      '<2x* <- 2x*> Test: the result of apply must be float32 of shape 2x3, got float32 of shape 2x4.',
    );
    x.dispose();
  });

  it('refuses integers', () => {
    const x = tensor([1, 2], [2, 1], 'int32');
    expect(() => doubling((y) => mul(y, 2)).apply(x)).toThrow('got int32 of shape 2x1');
    x.dispose();
  });

  it('frees the temporaries of a hook that throws', () => {
    const before = memory().numTensors;
    const operator = doubling((x) => {
      mul(x, 2);
      throw new Error('broken hook');
    });
    const x = zeros([2, 3]);
    expect(() => operator.apply(x)).toThrow('broken hook');
    x.dispose();
    expect(memory().numTensors).toBe(before);
  });

  it('cannot be used once disposed', () => {
    const operator = matrixOperator(2, 2, 1);
    operator.dispose();
    const x = zeros([2, 1]);
    expect(() => operator.apply(x)).toThrow('<2x* <- 2x*> Matrix: apply was called after dispose.');
    x.dispose();
  });

  it('is not composed with one of another shape', () => {
    const [outer, inner] = [matrixOperator(6, 5, 1), matrixOperator(4, 3, 2)];
    const attempt = () => composeOperators(outer, inner);
    expect(attempt).toThrow('<6x* <- 5x*> Matrix cannot follow <4x* <- 3x*> Matrix: the shapes differ.');
    expect(attempt).toThrow(expect.toSatisfy((error) => isRondelError(error) && error.code === 'DATA_SHAPE_MISMATCH'));
    outer.dispose();
    inner.dispose();
  });
});
