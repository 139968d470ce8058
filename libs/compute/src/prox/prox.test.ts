import '@tensorflow/tfjs-backend-wasm';
import { setBackend, tensor1d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { l2Term } from './l2.js';
import { positivity } from './positivity.js';

beforeAll(async () => {
  await setBackend('wasm');
});

describe('the L2 term', () => {
  it('has the proximal map that shrinks by 1 + step lambda', () => {
    const x = tensor1d([2, -4]);
    expect(Array.from(l2Term(0.5).prox(x, 2).dataSync())).toEqual([1, -2]);
    expect(Array.from(l2Term(0.5).gradient(x).dataSync())).toEqual([1, -2]);
  });
});

describe('positivity', () => {
  const { project, tangent } = positivity();

  it('projects negative components to 0', () => {
    expect(Array.from(project(tensor1d([1, -2, 0])).dataSync())).toEqual([1, 0, 0]);
  });

  it('cuts directions that leave the set at the bound, and only those', () => {
    const x = tensor1d([0, 0, 3, 3]);
    const direction = tensor1d([-1, 1, -1, 1]);
    expect(Array.from(tangent(x, direction).dataSync(), (value) => value + 0)).toEqual([0, 1, -1, 1]);
  });
});
