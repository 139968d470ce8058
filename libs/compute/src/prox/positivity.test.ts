import '@tensorflow/tfjs-backend-wasm';
import { setBackend, tensor1d } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { positivity } from './positivity.js';

beforeAll(async () => {
  await setBackend('wasm');
});

it('positivity projects negative components to 0', () => {
  expect(
    Array.from(
      positivity()
        .project(tensor1d([1, -2, 0]))
        .dataSync(),
    ),
  ).toEqual([1, 0, 0]);
});
