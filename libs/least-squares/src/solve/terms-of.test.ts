import { openEngine, type Engine, type Term } from '@rondel/compute';
import type { ParameterNode } from '@rondel/reco';
import { memory, tensor, tidy } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { termsOf } from './terms-of.js';

let engine: Engine | undefined;
beforeAll(async () => {
  engine = await openEngine('wasm', { threads: 1 });
});
afterAll(async () => {
  await engine?.dispose();
});

const node = (type: string, parameters: ParameterNode['parameters'] = {}): ParameterNode => ({ type, parameters });
const lambda = 1;
const transformed = (trafo: string, others: ParameterNode['parameters'] = {}) =>
  node('TransformedRegularization', { reg: node('L1Regularization', { lambda }), trafo, ...others });

/** What a term makes of a column [pixel, 1], with its own weight. */
function applied(term: Term | undefined, values: readonly number[], shape = [values.length, 1]): number[] {
  if (term === undefined) throw new Error('There is no such term.');
  return tidy(() => {
    const x = tensor([...values], shape);
    if ('constraint' in term) return Array.from(term.constraint.project(x).dataSync());
    return Array.from(term.penalty.prox(x, term.lambda, 0).dataSync());
  });
}

it('terms of a plan are those of the solvers, with shapes turned around', () => {
  const { terms } = termsOf(
    [
      node('L1Regularization', { lambda }),
      node('L21Regularization', { lambda, slices: 2 }),
      node('ProjectionRegularization', { upper: 2 }),
      // Along x, which is the last axis here.
      node('TVRegularization', { lambda: 1.5, dims: 1 }),
      node('TVRegularization', { lambda: 1.5, dims: [1], iterationsTV: 500 }),
      node('NuclearRegularization', { lambda, svtShape: [6, 1] }),
    ],
    { shape: [2, 3] },
  );
  expect(applied(terms[0], [3, -2, 0.5, 0, 0, 0])).toEqual([2, -1, 0, 0, 0, 0]);
  expect(applied(terms[1], [3, 0, 0, 4, 0, 0])).toEqual([expect.closeTo(2.4, 5), 0, 0, expect.closeTo(3.2, 5), 0, 0]);
  expect(applied(terms[2], [3, -2, 0, 0, 0, 0])).toEqual([2, -2, 0, 0, 0, 0]);
  // Each row [0, 0, 6] by itself: the step of 6 loses 1.5 on one side and 0.75 on the other, which has two pixels.
  const rows = [0, 0, 6, 0, 0, 6];
  const flat = [0.75, 0.75, 4.5, 0.75, 0.75, 4.5];
  expect(applied(terms[3], rows)).toEqual(flat);
  expect(applied(terms[4], rows)).toEqual(flat.map((value) => expect.closeTo(value, 3) as number));
  expect(applied(terms[5], [3, 0, 0, 4, 0, 0])[0]).toBeCloseTo(2.4, 5);
});

it('a masked term is of some pixels of complex images too, and its mask is freed', () => {
  const before = memory().numTensors;
  const masked = node('MaskedRegularization', { reg: node('PositiveRegularization'), mask: [true, false] });
  const held = termsOf([masked], { shape: [2], complex: true });
  expect(applied(held.terms[0], [-1, -2, 3, 4], [2, 2, 1])).toEqual([0, -2, 0, 4]);
  held.dispose();
  expect(memory().numTensors).toBe(before);
});

it('a transformed term is its own in the domain of the transform, along the axes that the plan counts from x', () => {
  const before = memory().numTensors;
  const reg = node('L1Regularization', { lambda: 1 });
  const held = termsOf(
    [
      node('TransformedRegularization', { reg, trafo: 'DCT-II', dims: [1] }),
      node('TransformedRegularization', {
        reg: node('MaskedRegularization', { reg, mask: [false, true] }),
        trafo: 'DCT-II',
        shape: [2, 1],
      }),
      node('TransformedRegularization', { reg: node('L21Regularization', { lambda, slices: 2 }), trafo: 'Gradient' }),
    ],
    { shape: [1, 2] },
  );
  // The pair (a, b) has the coefficients (a + b, a - b) / sqrt(2), each of which loses 1, or the second alone.
  const half = Math.SQRT1_2;
  const close = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 5) as number);
  expect(applied(held.terms[0], [5, 1])).toEqual(close([5 - 2 * half, 1]));
  expect(applied(held.terms[1], [5, 1])).toEqual(close([5 - half, 1 + half]));
  const [, , gradient] = held.terms;
  const transform = gradient !== undefined && 'transform' in gradient ? gradient.transform : undefined;
  expect(tidy(() => Array.from(transform?.apply(tensor([5, 1], [2, 1])).dataSync() ?? []))).toEqual([0, 0, -4, 0]);
  held.dispose();
  expect(memory().numTensors).toBe(before);
});

it.each([
  [node('L1Regularization', { lambda: -1 }), 'λ of L1Regularization cannot be -1.'],
  [node('L1Regularization'), 'L1Regularization needs λ.'],
  [node('MaskedRegularization', { reg: node('RealRegularization'), mask: [true] }), 'has 1 values, the image has 6'],
  [transformed('Wavelet'), 'an image of 2 x 3 has an odd one'],
  [transformed('FFT', { dims: [3] }), 'dims of TransformedRegularization names axis 3 of an image with 2'],
  [transformed('FFT', { shape: [3, 3] }), 'shape 3 x 3 has 9 pixels, the image has 6'],
  [node('PlugAndPlayRegularization', { lambda }), 'reg holds PlugAndPlayRegularization'],
])('a term that does not fit is refused (%#)', (term, words) => {
  expect(() => termsOf([term], { shape: [2, 3] })).toThrow(words);
});
