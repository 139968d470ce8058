import { describe, expect, it } from 'vitest';
import { filterLength } from './filter-sinogram.js';
import type { SinogramFilter } from './impulse-response.js';
import { filterPrograms } from './filter-program.js';

/** What every WebGPU device has. */
const limits = { maxComputeWorkgroupStorageSize: 16_384 };

function filterFor(detectors: number): SinogramFilter {
  const fftSize = filterLength(detectors);
  return { fftSize, response: Float32Array.from({ length: fftSize / 2 + 1 }, (_, k) => k / fftSize) };
}

describe('the programs that filter rows on a device', () => {
  it('make the tables of a filter once, also when it comes as another array', () => {
    const programFor = filterPrograms(limits);
    const { tables } = programFor([1, 8, 50], filterFor(50));
    expect(programFor([3, 8, 50], filterFor(50)).tables).toBe(tables);
  });

  it('make them anew when a value of the response, its length or the row is another', () => {
    const programFor = filterPrograms(limits);
    const filter = filterFor(50);
    const { tables } = programFor([1, 8, 50], filter);
    filter.response[3] = 7;
    const changed = programFor([1, 8, 50], filter).tables;
    expect(changed).not.toEqual(tables);
    const shorter = programFor([1, 8, 40], filter).tables;
    expect(shorter).not.toEqual(changed);
    expect(programFor([1, 8, 40], filterFor(40)).tables).not.toEqual(shorter);
  });

  it('take the transform as long as it fits the memory of a workgroup, and the sum beyond', () => {
    const programFor = filterPrograms(limits);
    const names = [1, 32, 33, 1024, 1025].map((detectors) => programFor([1, 2, detectors], filterFor(detectors)).name);
    expect(names).toEqual([
      'FilterSinogram64',
      'FilterSinogram64',
      'FilterSinogram128',
      'FilterSinogram2048',
      'FilterSinogramDirect',
    ]);
  });

  it('give each pair of rows of a slice one workgroup', () => {
    const { invocations, workgroupSize } = filterPrograms(limits)([3, 7, 512], filterFor(512));
    expect([invocations, workgroupSize]).toEqual([3 * 4 * 256, 256]);
  });
});
