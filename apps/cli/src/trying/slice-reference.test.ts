import { expect, test } from 'vitest';
import { atSlice } from './slice-reference.js';

const artifact = `artifact:sha256-${'ab'.repeat(32)}`;

test('one slice of the scan is read, with which its fields are cut', () => {
  expect(atSlice('root://scans/a.nxs#/entry/data?angle=::2', 7)).toBe(
    'root://scans/a.nxs#/entry/data?slice=7:8&angle=::2',
  );
  expect(atSlice('root://scans/a.nxs?binning=2x3', 7)).toBe('root://scans/a.nxs?slice=21:24&binning=2x3x1');
  expect(atSlice({ data: artifact, white: 'root://scans/w.tif', angles: 'root://scans/theta.npy' }, 0)).toEqual({
    data: `${artifact}?slice=0:1`,
    white: 'root://scans/w.tif',
    angles: 'root://scans/theta.npy',
  });
});

test('what names its slices itself stays as it is, as does the image of another job', () => {
  expect(atSlice(`${artifact}?slice=3:9`, 7)).toBe(`${artifact}?slice=3:9`);
  expect(atSlice('job:01JD0000000000000000000000', 7)).toBe('job:01JD0000000000000000000000');
});
