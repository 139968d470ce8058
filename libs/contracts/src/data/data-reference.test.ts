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
  ])('%j is refused', (text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  it('is split from its dataset only where "#/" stands', () => {
    expect(splitFragment('a#b.h5#/x/y')).toEqual(['a#b.h5', '/x/y']);
    expect(splitFragment('a#b.h5')).toEqual(['a#b.h5', undefined]);
  });
});
