import { describe, expect, it } from 'vitest';
import { formatDataReference, isRondelError, parseDataReference, splitFragment } from '../index.js';

const hash = 'ab'.repeat(32);

function codeOf(text: string): string {
  try {
    parseDataReference(text);
  } catch (error) {
    if (isRondelError(error)) return error.code;
    throw error;
  }
  return 'none';
}

describe('a data reference', () => {
  it.each([
    [`artifact:sha256-${hash}`, { scheme: 'artifact', sha256: hash }],
    [`artifact:sha256-${hash}#/entry/data`, { scheme: 'artifact', sha256: hash, dataset: '/entry/data' }],
    ['root://scans/a b/tooth.h5', { scheme: 'root', root: 'scans', path: 'a b/tooth.h5' }],
    ['root://scans/t.h5#/exchange/theta', { scheme: 'root', root: 'scans', path: 't.h5', dataset: '/exchange/theta' }],
    ['root://scans/sample#3.h5', { scheme: 'root', root: 'scans', path: 'sample#3.h5' }],
    [
      `artifact:sha256-${hash}#/entry/data?axes=angle,-slice,detector`,
      { scheme: 'artifact', sha256: hash, dataset: '/entry/data', axes: ['angle', '-slice', 'detector'] },
    ],
    [
      'root://scans/what?.npy?axes=angle&unit=deg',
      { scheme: 'root', root: 'scans', path: 'what?.npy', axes: ['angle'], unit: 'deg' },
    ],
    [
      'root://scans/day/proj_*.tif?theta=0:180&slice=100:200&angle=:-10:2&detector=5:&skip=3,-1,20:30&binning=2x1x4',
      {
        scheme: 'root',
        root: 'scans',
        path: 'day/proj_*.tif',
        theta: [0, 180],
        slice: { start: 100, stop: 200 },
        angle: { stop: -10, step: 2 },
        detector: { start: 5 },
        skip: [{ start: 3, stop: 4 }, { start: -1 }, { start: 20, stop: 30 }],
        binning: { detector: 2, slice: 1, angle: 4 },
      },
    ],
    [`artifact:sha256-${hash}?name=frames%20%231.h5`, { scheme: 'artifact', sha256: hash, name: 'frames #1.h5' }],
    ['job:01ARZ3NDEKTSV4RRFFQ69G5FAV', { scheme: 'job', job: '01ARZ3NDEKTSV4RRFFQ69G5FAV' }],
  ])('%s is read and written back', (text, parsed) => {
    const reference = parseDataReference(text);
    expect(reference).toEqual(parsed);
    expect(formatDataReference(reference)).toBe(text);
  });

  it.each([
    ['root://scans/../etc/passwd', 'DATA_FORBIDDEN'],
    ['root://scans/a/../../b', 'DATA_FORBIDDEN'],
    ['root://scans/a\0b', 'DATA_FORBIDDEN'],
    ['/etc/passwd', 'DATA_NOT_FOUND'],
    ['file:///etc/passwd', 'DATA_NOT_FOUND'],
    [`artifact:sha256-${hash.toUpperCase()}`, 'DATA_NOT_FOUND'],
    ['root://../x', 'DATA_NOT_FOUND'],
    ['x'.repeat(5000), 'DATA_NOT_FOUND'],
    ['', 'DATA_NOT_FOUND'],
    ['root://scans/a.npy?axes=angle,angle', 'INVALID_REQUEST'],
    ['root://scans/a.npy?axes=', 'INVALID_REQUEST'],
    ['root://scans/a.npy?axes=a b', 'INVALID_REQUEST'],
    ['root://scans/a.npy?unit=grad', 'INVALID_REQUEST'],
    ['root://scans/a.h5?name=../b.h5', 'INVALID_REQUEST'],
    ['root://scans/a.h5?name=%zz', 'INVALID_REQUEST'],
    ['root://scans/a.npy?theta=0', 'INVALID_REQUEST'],
    ['root://scans/a.npy?theta=0:', 'INVALID_REQUEST'],
    ['root://scans/a.npy?theta=5:5', 'INVALID_REQUEST'],
    ['root://scans/a.npy?slice=1', 'INVALID_REQUEST'],
    ['root://scans/a.npy?slice=0:9:2', 'INVALID_REQUEST'],
    ['root://scans/a.npy?angle=0:9:0', 'INVALID_REQUEST'],
    ['root://scans/a.npy?detector=a:b', 'INVALID_REQUEST'],
    ['root://scans/a.npy?skip=1,', 'INVALID_REQUEST'],
    ['root://scans/a.npy?binning=0', 'INVALID_REQUEST'],
    ['root://scans/a.npy?binning=2x', 'INVALID_REQUEST'],
    ['root://scans/a.npy?binning=65', 'INVALID_REQUEST'],
    [`root://scans/a.npy?skip=${'1,'.repeat(1000)}1`, 'INVALID_REQUEST'],
  ])('%j is refused', (text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  it('may have one number for the binning of bins and slices', () => {
    expect(parseDataReference('root://scans/a.npy?binning=2')).toMatchObject({
      binning: { detector: 2, slice: 2, angle: 1 },
    });
  });

  it('is split from its dataset only where "#/" stands', () => {
    expect(splitFragment('a#b.h5#/x/y')).toEqual(['a#b.h5', '/x/y']);
    expect(splitFragment('a#b.h5')).toEqual(['a#b.h5', undefined]);
  });
});
