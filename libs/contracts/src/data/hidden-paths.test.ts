import { describe, expect, it } from 'vitest';
import { hidePaths, parseDataReference } from '../index.js';

describe('a path in a data root', () => {
  it.each([
    ['root://scans/Doe_Jane.h5', 'root://scans/…'],
    ['root://scans/2026/Jane Doe/ct.h5#/entry/data?axes=angle,slice', 'root://scans/…#/entry/data?axes=angle,slice'],
    ['root://scans/Doe.npy was changed while the job read it.', 'root://scans/… was changed while the job read it.'],
    ['There is no root://scans/Doe.npy, nor "root://b/Jane Doe.h5".', 'There is no root://scans/…, nor "root://b/…".'],
    ['uri = "root://scans/Jane Doe.npy"\nfilter = "hann"\n', 'uri = "root://scans/…"\nfilter = "hann"\n'],
    [
      'root://scans/day/Doe_*.tif?theta=0:180: Doe_12.tif: is no TIFF file. Name them by a pattern, as in proj_*.tif.',
      'root://scans/…?theta=0:180: …: is no TIFF file. Name them by a pattern, as in proj_*.tif.',
    ],
    [
      'The file raw/Doe.h5 to which root://scans/Doe.nxs links: there is no such file.',
      'The file … to which root://scans/… links: there is no such file.',
    ],
    ['artifact:sha256-12?name=Doe.h5&unit=deg', 'artifact:sha256-12?name=…&unit=deg'],
    ['root://scans/…', 'root://scans/…'],
    ['root://NAME/path', 'root://NAME/…'],
    [`artifact:sha256-${'a'.repeat(64)}`, `artifact:sha256-${'a'.repeat(64)}`],
  ])('is hidden in %j', (text, shown) => {
    expect(hidePaths(text)).toBe(shown);
  });

  it('and the name of its file are hidden in what is said beside it', () => {
    const job = {
      data: { data: 'root://scans/2026/Jane Doe.h5#/entry/data', dark: 'root://scans/ab' },
      title: 'radon/fbp of Jane Doe.h5',
      error: { message: 'root://scans/2026/Jane Doe.h5 has no dataset. /mnt/scans/2026/Jane Doe.h5 is no HDF5.' },
      set: 'ab = 1',
      count: 3,
      none: null,
    };
    const shown = {
      data: { data: 'root://scans/…#/entry/data', dark: 'root://scans/…' },
      title: 'radon/fbp of …',
      error: { message: 'root://scans/… has no dataset. /mnt/scans/… is no HDF5.' },
      set: 'ab = 1',
      count: 3,
      none: null,
    };
    expect(hidePaths(job)).toEqual(shown);
    expect(hidePaths(shown)).toEqual(shown);
    expect(hidePaths({ detail: 'Jane Doe.h5 is locked.' }, { body: job.data })).toEqual({ detail: '… is locked.' });
  });

  it('leaves a reference that can still be read, and its root', () => {
    expect(parseDataReference(hidePaths('root://scans/a/b.h5#/x'))).toMatchObject({ root: 'scans', dataset: '/x' });
  });
});
