import { createClient } from '@rondel/client';
import type { DataInfo } from '@rondel/contracts';
import { expect, test } from 'vitest';
import { sizeOfScan } from './scan-size.js';

const artifact = `artifact:sha256-${'ab'.repeat(32)}`;

function sizeOf(data: string, info: Pick<DataInfo, 'shape' | 'axes'>) {
  const fetch = () =>
    Promise.resolve(Response.json({ format: 'npy', bytes: 1, dtype: 'uint16', companions: {}, ...info }));
  return sizeOfScan(data, createClient({ url: 'http://127.0.0.1:9', fetch }), new AbortController().signal);
}

test('slices and sums are those of what is read: of uploads the file is told whole, of roots the part', async () => {
  const scan = { shape: [1500, 4, 2048], axes: ['angle', 'slice', 'detector'] };
  expect(await sizeOf(artifact, scan)).toEqual({ slices: 4, sums: 2048 ** 2 * 1500 });
  expect(await sizeOf(`${artifact}?angle=::4&binning=2`, scan)).toEqual({ slices: 2, sums: 1024 ** 2 * 375 });
  expect(await sizeOf('root://scans/a.nxs?binning=2', scan)).toEqual({ slices: 4, sums: 2048 ** 2 * 1500 });
});

test('axes that nobody names are those of sinograms, and others are as they are named', async () => {
  expect(await sizeOf(artifact, { shape: [3, 64, 90, 100] })).toEqual({ slices: 64, sums: 100 ** 2 * 90 });
  expect(await sizeOf(artifact, { shape: [90, 100] })).toEqual({ slices: undefined, sums: 100 ** 2 * 90 });
  expect(await sizeOf(`${artifact}?axes=angle,slice,detector`, { shape: [90, 64, 100] })).toEqual({
    slices: 64,
    sums: 100 ** 2 * 90,
  });
  expect(await sizeOf(artifact, { shape: [64, 100], axes: ['channel', 'sample'] })).toEqual({
    slices: undefined,
    sums: undefined,
  });
});
