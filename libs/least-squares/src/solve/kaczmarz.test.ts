import type { NdArray } from '@rondel/contracts';
import type { ParameterNode } from '@rondel/reco';
import { expect, it } from 'vitest';
import { denseSystem, solveSystem } from '../index.js';

const term = (type: string, parameters = {}): ParameterNode => ({ type, parameters });

it('solves a small system', async () => {
  const matrix: NdArray = { dtype: 'complex64', shape: [2, 2], data: new Float32Array([2, 0, 0, 1, 0, -1, 3, 0]) };
  const system = await denseSystem(matrix);
  // x = (1, i): A x = (2 - 1, -i + 3i)
  const b: NdArray = { dtype: 'complex64', shape: [1, 2], data: new Float32Array([1, 0, 0, 2]) };
  const x = await solveSystem(system, b, {
    solver: 'Kaczmarz',
    parameters: { iterations: 200 },
    terms: [term('L2Regularization', { lambda: 0 })],
  });
  [1, 0, 0, 1].forEach((value, at) => expect(x.data[at]).toBeCloseTo(value, 5));
  system.dispose();
});
