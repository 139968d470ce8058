import { float32Array, type Dataset, type NdArray } from '@rondel/contracts';
import { expect, it } from 'vitest';
import type { Quantity } from '../manifest/quantity.js';
import { quantityOf } from './quantity.js';

/** Line integrals of a disc, 4 projections x 16 bins, in front of a detector that is wider. */
const integrals = Float32Array.from(
  { length: 64 },
  (_, index) => Math.sqrt(Math.max(0, 36 - ((index % 16) - 8) ** 2)) / 5,
);
const transmissions = integrals.map((value) => Math.exp(-value));
const white = float32Array(new Float32Array(16).fill(20_000), [1, 1, 16]);

function dataset(data: Float32Array | NdArray, facts: Partial<Dataset> = {}): Dataset {
  const array = data instanceof Float32Array ? float32Array(data, [4, 16]) : data;
  return { data: array, companions: {}, attributes: {}, ...facts };
}

function judge(input: Dataset, fromPlan?: Quantity): string[] {
  const warnings: string[] = [];
  const quantity = quantityOf(input, fromPlan, { warn: (code) => warnings.push(code) });
  return [quantity, ...warnings];
}

const counts = {
  dtype: 'uint16',
  shape: [4, 16],
  data: Uint16Array.from(transmissions, (value) => 20_000 * value),
} as const;

it('S4: refuses counts without white fields, whatever integers they are', () => {
  const refusal = /holds counts .*but no white fields.*white=FILE.*set quantity/;
  expect(() => judge(dataset(counts))).toThrow(refusal);
  expect(() => judge(dataset({ ...counts, dtype: 'int32', data: Int32Array.from(counts.data) }))).toThrow(refusal);
  expect(() =>
    judge(dataset({ ...counts, dtype: 'uint8', data: Uint8Array.from(counts.data, (value) => value / 100) })),
  ).toThrow(refusal);
  // DXchange is read as float32, and other programs store counts so.
  expect(() => judge(dataset(Float32Array.from(counts.data)))).toThrow(refusal);
  expect(() => judge(dataset(transmissions, { attributes: { quantity: 'counts' } }))).toThrow(refusal);
  expect(judge(dataset(counts, { companions: { white } }))).toEqual(['counts']);
});

it('S4: takes the word of file and plan for it, the plan first', () => {
  expect(judge(dataset(integrals))).toEqual(['lineIntegrals']);
  expect(judge(dataset(transmissions, { attributes: { quantity: 'Transmission' } }))).toEqual(['transmission']);
  expect(judge(dataset(transmissions, { attributes: { quantity: 'line integrals' } }), 'transmission')).toEqual([
    'transmission',
  ]);
  expect(judge(dataset(transmissions, { attributes: { quantity: 'nonsense' } }), 'transmission')).toEqual([
    'transmission',
  ]);
  expect(judge(dataset(counts), 'lineIntegrals')).toEqual(['lineIntegrals']);
  expect(() => judge(dataset(transmissions, { attributes: { quantity: 'nonsense' } }))).toThrow(
    '"nonsense", which is not known',
  );
});

it('S4: refuses with both readings what may be transmissions or line integrals', () => {
  expect(() => judge(dataset(transmissions))).toThrow(/as transmissions.*or as line integrals.*Set quantity/);
  const bare = dataset(transmissions, { attributes: { layout: 'plain' } });
  expect(judge(bare)).toEqual(['lineIntegrals', 'QUANTITY_ASSUMED']);
});

it('S4: does not believe what cannot be', () => {
  expect(() => judge(dataset(Float32Array.from(counts.data)), 'transmission')).toThrow('values go up to 2.000e+4');
  expect(() => judge(dataset(counts, { companions: { white } }), 'lineIntegrals')).toThrow('Leave one of them out');
  const contradicted = dataset(transmissions, { companions: { white }, attributes: { quantity: 'transmission' } });
  expect(judge(contradicted)).toEqual(['transmission', 'QUANTITY_ASSUMED']);
});

it('S4: warns where line integrals are not 0 beside the object', () => {
  expect(judge(dataset(integrals.map((value) => 3 + value / 2)))).toEqual(['lineIntegrals', 'QUANTITY_ASSUMED']);
});
