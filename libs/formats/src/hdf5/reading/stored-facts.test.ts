import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeData, readDataset } from '../../read-dataset.js';
import { hdf5Fixture } from '../../testing/hdf5-fixtures.js';
import { makeScratch, type Scratch } from '../../testing/scratch.js';

// The first HDF5 file starts a thread that compiles libhdf5, which a busy machine may take seconds for.
vi.setConfig({ testTimeout: 60_000 });

/** As `testing/stored.py` wrote it: one array [2, 3, 4], 100 i + 10 j + k, whose axes are named in several ways. */
const file = new URL('../../testing/stored.h5', import.meta.url).pathname;
const usual = [0, 1, 2, 3, 100, 101, 102, 103, 10, 11, 12, 13];

let scratch: Scratch;
beforeAll(async () => {
  scratch = await makeScratch();
});
afterAll(() => scratch.remove());

it.each(['/attribute', '/nexus/data', '/labels', '/dotted/data'])(
  'S5: reads the axes that the file gives %s',
  async (dataset) => {
    const { data } = await readDataset(file, { dataset });
    expect(data).toMatchObject({ shape: [3, 2, 4], axes: ['slice', 'angle', 'detector'] });
    expect([...data.data.subarray(0, 12)]).toEqual(usual);
    expect((await describeData(file, { dataset })).data).toMatchObject({ shape: [3, 2, 4], axes: data.axes ?? [] });
    const range = { axis: 'slice', extent: 3, start: 1, stop: 3 };
    expect([...(await readDataset(file, { dataset, range })).data.data]).toEqual([...data.data.subarray(8)]);
  },
);

it('S5: turns round what the file says lies in reverse, in ranges as well', async () => {
  const { data } = await readDataset(file, { dataset: '/reversed' });
  expect([...data.data.subarray(0, 4)]).toEqual([20, 21, 22, 23]);
  const range = { axis: 'slice', extent: 3, start: 1, stop: 3 };
  const part = await readDataset(file, { dataset: '/reversed', range });
  expect([...part.data.data]).toEqual([...data.data.subarray(8)]);
});

it('S4: reads what the file says of its values', async () => {
  expect((await describeData(file, { dataset: '/attribute' })).attributes.quantity).toBe('transmission');
  expect((await describeData(file, { dataset: '/labels' })).attributes.quantity).toBeUndefined();
});

it('S2: reads the rotation axis that the file gives, along the detector as it is read', async () => {
  const centerOf = async (dataset: string) => {
    const { attributes } = await readDataset(file, { dataset });
    expect((await describeData(file, { dataset })).attributes).toEqual(attributes);
    return attributes.center;
  };
  expect(await centerOf('/reversed')).toBe(1.75);
  expect(await centerOf('/nexus/data')).toBe(1.25);
  expect(await centerOf('/sideways')).toBe(2.5);
  for (const without of ['/attribute', '/labels']) expect(await centerOf(without)).toBeUndefined();
  const scan = await scratch.write('center.h5', hdf5Fixture('dxchangeCenter'));
  expect((await readDataset(scan)).attributes).toEqual({ layout: 'dxchange', center: 1.25 });
});

it('W1: reads angles in the units of the file, of DXchange in degrees', async () => {
  const scan = await scratch.write('scan.h5', hdf5Fixture('dxchange'));
  const theta = async (path: string, options = {}) => {
    const { data } = (await readDataset(path, { dataset: '/exchange/theta', ...options })).data;
    return [...data].map((angle) => Number(angle.toFixed(6)));
  };
  expect(await theta(scan)).toEqual([0, 1.570796, 3.141593]);
  expect(await theta(scan, { unit: 'rad' })).toEqual([0, 90, 180]);
  const noUnits = await scratch.write('none.h5', hdf5Fixture('dxchangeMismatch'));
  expect(await theta(noUnits)).toEqual([0, 0.017453]);
  const radians = await scratch.write('rad.h5', hdf5Fixture('dxchangeRadians'));
  expect(await theta(radians)).toEqual([0, 1.5]);
  const { data } = await readDataset(file, { dataset: '/degrees' });
  expect([...data.data]).toEqual([0, Math.PI / 2]);
});
