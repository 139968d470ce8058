import { elementCount, type NdArray } from '@rondel/contracts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { countsBefore } from '../array/runs.js';
import { npyParts } from '../npy/encoder.js';
import { describeData, readArrays, readDataset, type ReadDatasetOptions } from '../read-dataset.js';
import { hdf5File } from '../testing/hdf5-file.js';
import { makeScratch, type Scratch } from '../testing/scratch.js';
import { encodeTiff } from '../tiff/encoder.js';

// The first HDF5 file starts a thread that compiles libhdf5, which a busy machine may take seconds for.
vi.setConfig({ testTimeout: 60_000 });

let scratch: Scratch;
let nexus: string;
let npy: string;

/** [frame, slice, detector] whose values say where they lie: 100 frame + 10 slice + detector. */
function frames(count: number, slices: number, detectors: number): NdArray {
  const shape = [count, slices, detectors];
  const data = Uint16Array.from(
    { length: elementCount(shape) },
    (_, at) =>
      100 * Math.floor(at / (slices * detectors)) + 10 * (Math.floor(at / detectors) % slices) + (at % detectors),
  );
  return { dtype: 'uint16', shape, data };
}

beforeAll(async () => {
  scratch = await makeScratch();
  const detector = '/entry1/tomo_entry/instrument/detector';
  nexus = await scratch.write(
    'scan.nxs',
    await hdf5File({
      [`${detector}/data`]: frames(10, 4, 5),
      [`${detector}/image_key`]: [1, 0, 0, 0, 0, 3, 0, 0, 0, 2],
      '/entry1/tomo_entry/sample/rotation_angle': [0, 0, 10, 20, 30, 0, 40, 50, 60, 0],
    }),
  );
  npy = await scratch.write('bare.npy', ...npyParts(frames(3, 4, 5)));
});
afterAll(() => scratch.remove());

function values(wanted: readonly number[], slices: readonly number[], bins: readonly number[]): number[] {
  return slices.flatMap((slice) => wanted.flatMap((frame) => bins.map((bin) => 100 * frame + 10 * slice + bin)));
}

const degrees = (...angles: number[]) => Float64Array.from(angles, (angle) => angle * (Math.PI / 180));

describe('a part of a scan', () => {
  const part: ReadDatasetOptions = {
    slice: { start: 1, stop: -1 },
    detector: { start: 2 },
    angle: { start: 1, step: 2 },
    skip: [{ start: 3, stop: 4 }],
  };

  it('has the slices, bins and projections that were asked for, of all arrays', async () => {
    // Projections are the frames 1, 2, 3, 4, 6, 7, 8; of these 1, 3, 5 less 3.
    const { data, companions, attributes } = await readDataset(nexus, part);
    expect([data.shape, [...data.data]]).toEqual([[1, 2, 2, 3], values([2, 7], [1, 2], [2, 3, 4])]);
    expect([companions['white']?.shape, [...(companions['white']?.data ?? [])]]).toEqual([
      [2, 1, 3],
      values([0], [1, 2], [2, 3, 4]),
    ]);
    expect([...(companions['dark']?.data ?? [])]).toEqual(values([9], [1, 2], [2, 3, 4]));
    expect(companions['angles']?.data).toEqual(degrees(10, 50));
    expect(attributes['leftOut']).toEqual({ detector: [2, 0], slice: [1, 1] });
    const described = await describeData(nexus, part);
    expect([described.data.shape, described.companions['angles']?.shape]).toEqual([[1, 2, 2, 3], [2]]);
  });

  it('is read in blocks and boxes like a file that holds no more', async () => {
    const range = { axis: 'slice', start: 1, stop: 2, extent: 2 };
    const { data, companions } = await readDataset(nexus, { ...part, range });
    expect([data.shape, [...data.data]]).toEqual([[1, 1, 2, 3], values([2, 7], [2], [2, 3, 4])]);
    expect([...(companions['white']?.data ?? [])]).toEqual(values([0], [2], [2, 3, 4]));
    const [box, angles] = await readArrays(
      nexus,
      { data: { ranges: { angle: [1, 2] }, order: ['detector', 'frame', 'angle', 'slice'] }, angles: {} },
      part,
    );
    expect([box?.shape, [...(box?.data ?? [])]]).toEqual([
      [3, 1, 1, 2],
      [2, 3, 4].flatMap((bin) => values([7], [1, 2], [bin])),
    ]);
    expect(angles?.data).toEqual(degrees(10, 50));
    await expect(readDataset(nexus, { ...part, limits: { maxBytes: 40 } })).rejects.toMatchObject({
      code: 'QUOTA_EXCEEDED',
    });
  });

  it('of a bare list is that of its angles', async () => {
    const list = Float32Array.of(0, 10, 20, 30, 40);
    const path = await scratch.write('list.npy', ...npyParts({ dtype: 'float32', shape: [5], data: list }));
    const { data } = await readDataset(path, { unit: 'deg', angle: { start: 2 }, skip: [{ start: 3, stop: 4 }] });
    expect([data.axes, data.data]).toEqual([['angle'], degrees(20, 40)]);
  });

  it('knows when flats were taken among the projections that it has', () => {
    const runs = [
      { start: 1, stop: 3 },
      { start: 5, stop: 8 },
    ];
    expect(countsBefore(runs, [0, 1, 2, 4, 5, 7, 8, 20])).toEqual([0, 0, 1, 2, 2, 4, 5, 5]);
    expect(countsBefore([], [0, 3])).toEqual([0, 0]);
  });

  it.each<[string, Partial<ReadDatasetOptions>, RegExp]>([
    ['no slice', { slice: { start: 4 } }, /slice=4: takes nothing of the 4 entries/],
    ['no projection', { angle: { stop: 1 }, skip: [{ start: 0 }] }, /angle=:1 without skip takes nothing of the 7/],
    ['none left out', { skip: [{ start: 500, stop: 501 }] }, /skip=500 leaves out nothing: the data has 7 projections/],
  ])('is refused with %s', async (_what, options, message) => {
    await expect(readDataset(nexus, options)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringMatching(message) as string,
    });
  });
});

describe('a binned scan', () => {
  /** Of the values of `frames`, which are linear: their mean is the value at the mean place. */
  const middle = (entries: readonly number[]) => entries.reduce((sum, entry) => sum + entry, 0) / entries.length;

  it('has means of neighbours of all that is taken, in whole groups, of all arrays, with spacing and axis', async () => {
    // Frames 1, 2, 3 and 4, 6, 7 of the file are projections 0 to 5; 8 is left over, as is the bin 4.
    const binning = { detector: 2, slice: 4, angle: 3 };
    const { data, companions, attributes } = await readDataset(nexus, { binning });
    expect([data.dtype, data.shape]).toEqual(['float32', [1, 1, 2, 2]]);
    // Whole numbers over 24: exact in float64, rounded once.
    const mean = (frames: number[], bins: number[]) => Math.fround(100 * middle(frames) + 15 + middle(bins));
    const groups = [
      [1, 2, 3],
      [4, 6, 7],
    ];
    expect([...data.data]).toEqual(groups.flatMap((group) => [mean(group, [0, 1]), mean(group, [2, 3])]));
    expect([companions['white']?.shape, [...(companions['white']?.data ?? [])]]).toEqual([
      [1, 1, 2],
      [15.5, 17.5],
    ]);
    expect(companions['angles']?.data[0]).toBeCloseTo((10 * Math.PI) / 180, 12);
    expect(attributes).toMatchObject({ quantity: 'counts', binning: { detector: [2, 1], slice: [4, 0] } });
    const described = await describeData(nexus, { binning });
    expect(described.data).toMatchObject({ dtype: 'float32', shape: [1, 1, 2, 2] });
    expect(described.attributes).toEqual(attributes);
  });

  it('is read in blocks as the whole is, after what is cut of it', async () => {
    const part = { detector: { start: 1 }, angle: { start: 1 }, binning: { detector: 1, slice: 2, angle: 2 } };
    const whole = await readDataset(nexus, part);
    expect(whole.attributes).toMatchObject({ leftOut: { detector: [1, 0], slice: [0, 0] } });
    expect(whole.data.shape).toEqual([1, 2, 3, 4]);
    const block = await readDataset(nexus, { ...part, range: { axis: 'slice', start: 1, stop: 2, extent: 2 } });
    expect([...block.data.data]).toEqual([...whole.data.data].slice(12));
    expect([...(block.companions['dark']?.data ?? [])]).toEqual([1, 2, 3, 4].map((bin) => 925 + bin));
    const [box] = await readArrays(nexus, { data: { ranges: { angle: [1, 2], detector: [2, 4] } } }, part);
    expect([...(box?.data ?? [])]).toEqual([505, 525].flatMap((value) => [value + 3, value + 4]));
  });

  it('has angles on the short way around the circle', async () => {
    const { companions } = await readDataset(nexus, {
      theta: [357, 369],
      binning: { detector: 1, slice: 1, angle: 2 },
    });
    [358, 362, 366].forEach((angle, at) =>
      expect(companions['angles']?.data[at]).toBeCloseTo((angle * Math.PI) / 180, 12),
    );
  });

  it('is refused where projections that become one are far apart', async () => {
    // Seven projections, 137.5 degrees from one to the next.
    const golden: ReadDatasetOptions = { theta: [0, 825], binning: { detector: 1, slice: 1, angle: 2 } };
    await expect(readDataset(nexus, golden)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringMatching(/^binning makes one of 2 .* 137\.5 degrees apart.* angle=::2 takes one/) as string,
    });
  });

  it.each([
    [{ detector: 8, slice: 1, angle: 1 }, /binning makes one of 8 entries along detector, of which the data has 5/],
    [{ detector: 1, slice: 1, angle: 8 }, /binning makes one of 8 entries along angle, of which the data has 7/],
  ])('is refused where there are too few for one: %j', async (binning, message) => {
    await expect(readDataset(nexus, { binning })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringMatching(message) as string,
    });
  });
});

describe('angles from the first to the last projection', () => {
  it('belong to all projections of the file, of which a part is read', async () => {
    const { companions } = await readDataset(nexus, { theta: [0, 60], angle: { start: 4 } });
    const found = companions['angles']?.data ?? [];
    // Even steps of 10 degrees.
    degrees(40, 50, 60).forEach((angle, index) => expect(found[index]).toBeCloseTo(angle, 12));
    expect(found).toHaveLength(3);
    expect((await readDataset(nexus, { theta: [0, 60], without: ['angles'] })).companions['angles']).toBeUndefined();
  });

  it('name the axes of bare arrays: sinograms in .npy, images in TIFF', async () => {
    const bare = await readDataset(npy, { theta: [0, 90] });
    expect([bare.data.axes, bare.data.shape]).toEqual([
      ['slice', 'angle', 'detector'],
      [3, 4, 5],
    ]);
    expect(bare.companions['angles']?.data).toHaveLength(4);
    const tiff = await scratch.write('pages.tif', ...encodeTiff(frames(3, 4, 5)));
    const images = await readDataset(tiff, { theta: [0, 90] });
    expect([images.data.shape, [...images.data.data]]).toEqual([
      [4, 3, 5],
      values([0, 1, 2], [0, 1, 2, 3], [0, 1, 2, 3, 4]),
    ]);
    expect(images.companions['angles']?.data).toEqual(degrees(0, 45, 90));
    const named = await readDataset(npy, { theta: [0, 90], axes: ['projections'], slice: { start: 1, stop: 3 } });
    expect([named.data.shape, named.companions['angles']?.shape]).toEqual([[2, 3, 5], [3]]);
  });

  it('are those of the numbers of files of which some are missing, which is warned of', async () => {
    const stack: { name: string; path: string }[] = [];
    for (const number of [10, 12, 18, 20, 30]) {
      const name = `gap_${number}.tif`;
      stack.push({ name, path: await scratch.write(name, ...encodeTiff({ ...frames(1, 4, 5), shape: [4, 5] })) });
    }
    const path = stack[0]?.path ?? '';
    const { warnings, companions } = await readDataset(path, { stack, theta: [0, 100] });
    expect(warnings).toMatchObject([
      {
        code: 'FRAMES_MISSING',
        message: expect.stringMatching(
          /after gap_12\.tif comes gap_18\.tif, and 6 are missing.*those of the numbers/,
        ) as string,
      },
    ]);
    // Every other number is an image: 11 in all.
    degrees(0, 10, 40, 50, 100).forEach((angle, at) => expect(companions['angles']?.data[at]).toBeCloseTo(angle, 12));
    const part = await readDataset(path, { stack, theta: [0, 100], skip: [{ start: 1, stop: 3 }] });
    degrees(0, 50, 100).forEach((angle, at) => expect(part.companions['angles']?.data[at]).toBeCloseTo(angle, 12));
    const turned = await readDataset(path, { stack, theta: [0, 100], axes: ['-angle', 'slice', 'detector'] });
    degrees(0, 50, 60, 90, 100).forEach((angle, at) =>
      expect(turned.companions['angles']?.data[at]).toBeCloseTo(angle, 12),
    );
    // Each file is a slice.
    const sinograms = await readDataset(path, { stack, theta: [0, 90], axes: ['sinograms'] });
    degrees(0, 30, 60, 90).forEach((angle, at) =>
      expect(sinograms.companions['angles']?.data[at]).toBeCloseTo(angle, 12),
    );
  });
});
