import { elementCount, elementSize, type NdArray } from '@rondel/contracts';
import { expect, it } from 'vitest';
import type { Box } from '../array/axis-range.js';
import { readBinned } from './binned-reading.js';

const axes = ['slice', 'angle', 'detector'];
/** Of counts [4, 24, 16], two slices, four projections and two bins become one. */
const factors = [2, 4, 2];
const facts = { dtype: 'float32', shape: [2, 6, 8], axes } as const;
const box = { offset: [0, 0, 0], count: [...facts.shape] };
const result = 4 * elementCount(facts.shape);
const elementBytes = elementSize('uint16');
/** A binned projection with those that it is made of. */
const projection = 4 * 2 * 8 + elementBytes * 4 * 4 * 16;

/** Values that say where they lie; notes what is held at once beside the result. */
async function readWithin(maxBytes: number) {
  const held: number[] = [];
  const read = ([part = box]: readonly Box[]): Promise<NdArray[]> => {
    const data = new Uint16Array(elementCount(part.count));
    const [slices = 0, angles = 0, bins = 0] = part.count;
    for (let at = 0; at < data.length; at++) {
      const [slice, angle] = [Math.floor(at / (angles * bins)) % slices, Math.floor(at / bins) % angles];
      data[at] = 1000 * (slice + (part.offset[0] ?? 0)) + 20 * (angle + (part.offset[1] ?? 0)) + (at % bins);
    }
    held.push(data.byteLength + (4 * data.length) / elementCount(factors));
    return Promise.resolve([{ dtype: 'uint16', shape: part.count, axes, data }]);
  };
  const binned = { facts, elementBytes, factors, boxes: [box] };
  const [{ data } = { data: undefined }] = await readBinned({ label: 'scan.h5', maxBytes }, binned, read);
  return { data, held };
}

it('holds what it bins within the limit beside the result, whatever that is, for the same means', async () => {
  const whole = await readWithin(2 ** 30);
  expect(whole.held).toEqual([6 * projection]);
  for (const projections of [1, 2, 4]) {
    const maxBytes = result + projections * projection;
    const { data, held } = await readWithin(maxBytes);
    expect(data).toEqual(whole.data);
    expect(result + Math.max(...held)).toBeLessThanOrEqual(maxBytes);
    expect(held).toHaveLength(Math.ceil(6 / projections));
  }
});

it('is refused with both numbers where not even one projection fits beside the result', async () => {
  const bytes = result + projection;
  await expect(readWithin(bytes - 1)).rejects.toMatchObject({
    failure: { code: 'QUOTA_EXCEEDED', details: { bytes } },
  });
});
