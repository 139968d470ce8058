import { memory, tensor3d, transpose, type Tensor3D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../engine/engine.js';
import { openEngine } from '../../engine/open-engine.js';
import { batchFirst } from './batch-first.js';
import { batchLast } from './batch-last.js';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('wasm', { threads: 2 });
});
afterAll(() => engine.dispose());

function sameBits(a: Tensor3D, b: Tensor3D): boolean {
  const [left, right] = [a.dataSync<'float32'>(), b.dataSync<'float32'>()];
  return Buffer.from(left.buffer).equals(Buffer.from(right.buffer));
}

describe.each([[[1, 5, 7]], [[16, 16, 16]], [[3, 1, 1]], [[67, 129, 90]], [[5, 301, 400]]] as [
  [number, number, number],
][])('an array of %o', (shape) => {
  it('is transposed exactly, and back', () => {
    const before = memory().numTensors;
    const x = tensor3d(
      Float32Array.from({ length: shape[0] * shape[1] * shape[2] }, (_, index) => index),
      shape,
    );
    const last = batchLast(x);
    const expected = transpose(x, [1, 2, 0]);
    const back = batchFirst(last);
    expect(last.shape).toEqual([shape[1], shape[2], shape[0]]);
    expect(sameBits(last, expected)).toBe(true);
    expect(back.shape).toEqual(shape);
    expect(sameBits(back, x)).toBe(true);
    for (const tensor of [x, last, expected, back]) tensor.dispose();
    expect(memory().numTensors).toBe(before);
  });
});

it('refuses integers by name', () => {
  const x = tensor3d([1, 2], [1, 1, 2], 'int32');
  expect(() => batchLast(x)).toThrow('BatchLast: the input must be float32, got int32 [1, 1, 2]: cast it first');
  x.dispose();
});
