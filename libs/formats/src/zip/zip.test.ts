import { readFile } from 'node:fs/promises';
import { crc32, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { isRondelError } from '@rondel/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { npyParts } from '../npy/encoder.js';
import { describeData, readArrays, readDataset } from '../read-dataset.js';
import { makeScratch, type Scratch } from '../testing/scratch.js';

let scratch: Scratch;
beforeAll(async () => {
  scratch = await makeScratch();
});
afterAll(() => scratch.remove());

const testing = (name: string) => new URL(`../testing/${name}`, import.meta.url).pathname;

/** 100 frame + 10 slice + detector, as the files say where a value lies. */
function values(frames: readonly number[], slices = [0, 1, 2]): number[] {
  return slices.flatMap((slice) =>
    frames.flatMap((frame) => [0, 1, 2, 3].map((bin) => 100 * frame + 10 * slice + bin)),
  );
}

interface Member {
  readonly name: string;
  readonly content: Uint8Array;
  readonly deflated?: boolean;
  /** What its headers say instead of the truth. */
  readonly says?: { readonly bytes?: number; readonly method?: number; readonly flags?: number; readonly crc?: number };
}

/** A ZIP archive by APPNOTE 6.3, of which headers may say anything. */
function zip(members: readonly Member[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, content, deflated = false, says = {} } of members) {
    const packed = deflated ? deflateRawSync(content) : Buffer.from(content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(says.flags ?? 0, 2);
    common.writeUInt16LE(says.method ?? (deflated ? 8 : 0), 4);
    common.writeUInt32LE(says.crc ?? crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(says.bytes ?? content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    common.copy(entry, 6);
    entry.writeUInt32LE(at, 42);
    directory.push(entry, Buffer.from(name));
    const local = [Buffer.from([0x50, 0x4b, 3, 4]), common, Buffer.from(name), packed];
    parts.push(...local);
    at += local.reduce((sum, { length }) => sum + length, 0);
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, central, end]);
}

const npy = (length: number) =>
  Buffer.concat(npyParts({ dtype: 'float32', shape: [length], data: Float32Array.from({ length }, (_, at) => at) }));

describe.each(['stored.npz', 'deflated.npz'])('%s of NumPy', (name) => {
  it('has data, fields and angles by their names, whole and in part', async () => {
    const path = testing(name);
    const { data, companions, format } = await readDataset(path);
    expect([format, data.dtype, data.shape, data.axes]).toEqual([
      'npz',
      'uint16',
      [3, 4, 4],
      ['slice', 'angle', 'detector'],
    ]);
    expect([...data.data]).toEqual(values([0, 1, 2, 3]));
    expect(companions['white']).toMatchObject({ shape: [3, 2, 4], axes: ['slice', 'sample', 'detector'] });
    expect([...(companions['white']?.data ?? [])]).toEqual(values([4, 5]));
    expect(companions['angles']?.data[3]).toBe(Math.PI);
    expect(Object.keys(companions)).toEqual(['white', 'angles']);
    const range = { axis: 'slice', start: 1, stop: 2, extent: 3 };
    const block = await readDataset(path, { range, without: ['angles'], axes: ['projections'] });
    expect([...block.data.data]).toEqual(values([0, 1, 2, 3], [1]));
    expect([...(block.companions['white']?.data ?? [])]).toEqual(values([4, 5], [1]));
    const [part] = await readArrays(path, { data: { ranges: { slice: [2, 3] } } }, { angle: { start: 2 } });
    expect([...(part?.data ?? [])]).toEqual(values([2, 3], [2]));
    const left = await readDataset(path, { skip: [{ start: 1, stop: 3 }] });
    expect([...(left.companions['angles']?.data ?? [])]).toEqual([companions['angles']?.data[0], Math.PI]);
    expect((await describeData(path, { dataset: '/other' })).data).toEqual({ dtype: 'float64', shape: [3] });
    await expect(describeData(path, { dataset: '/none' })).rejects.toThrow(
      /has no array none\. It has data, flat, theta, other/,
    );
  });
});

describe('a .zip of TIFF files', () => {
  it('is a stack of the images of one folder', async () => {
    const { data, format } = await readDataset(testing('images.zip'), { dataset: '/proj' });
    expect([format, data.shape, data.axes]).toEqual(['zip', [3, 4, 4], ['slice', 'angle', 'detector']]);
    expect([...data.data]).toEqual(values([0, 1, 2, 3]));
    const flats = await readDataset(testing('images.zip'), { dataset: '/flats/', slice: { start: 1, stop: 2 } });
    expect([...flats.data.data]).toEqual(values([4, 5], [1]));
    await expect(readDataset(testing('images.zip'))).rejects.toThrow(/differ in more than the last number/);
    await expect(readDataset(testing('images.zip'), { dataset: '/none' })).rejects.toThrow(
      /without a \.tif file in none/,
    );
  });
});

describe('a hostile archive', () => {
  const large = npy(2 ** 20);
  it.each<[string, readonly Member[], string, RegExp]>([
    [
      'a member that unpacks to less',
      [{ name: 'a.npy', content: npy(10).subarray(0, 150), deflated: true, says: { bytes: npy(10).length } }],
      'DATA_FORMAT',
      /unpacks to 150 bytes/,
    ],
    [
      'a member that is longer than its array',
      [{ name: 'a.npy', content: Buffer.concat([npy(10), Buffer.alloc(9)]), deflated: true }],
      'DATA_FORMAT',
      /9 bytes after its array/,
    ],
    [
      'an array of more than fits',
      [{ name: 'a.npy', content: large, deflated: true }],
      'QUOTA_EXCEEDED',
      /the limit is/,
    ],
    [
      'another checksum',
      [{ name: 'a.npy', content: npy(10), deflated: true, says: { crc: 5 } }],
      'DATA_FORMAT',
      /its checksum is another/,
    ],
    [
      'an encrypted member',
      [{ name: 'a.npy', content: npy(10), deflated: true, says: { flags: 1 } }],
      'DATA_FORMAT',
      /encrypted/,
    ],
    ['another compression', [{ name: 'a.npy', content: npy(10), says: { method: 14 } }], 'DATA_FORMAT', /method 14/],
    [
      'a length that is none',
      [{ name: 'a.npy', content: npy(10), says: { bytes: 2 ** 31 } }],
      'DATA_FORMAT',
      /damaged ZIP|another length/,
    ],
    ['two of a name', ['a.npy', 'a.npy'].map((name) => ({ name, content: npy(10) })), 'DATA_FORMAT', /twice/],
    [
      'two of a meaning',
      ['data.npy', 'flat.npy', 'white.npy'].map((name) => ({ name, content: npy(10) })),
      'DATA_FORMAT',
      /could be white/,
    ],
    [
      'no data',
      ['x.npy', 'y.npy'].map((name) => ({ name, content: npy(10) })),
      'DATA_FORMAT',
      /no array called data.*x, y/,
    ],
    [
      'a path that leads out',
      [
        { name: 'a.npy', content: npy(1) },
        { name: '../b.npy', content: npy(1) },
      ],
      'DATA_FORMAT',
      /damaged ZIP/,
    ],
    ['other files', [{ name: 'a.txt', content: npy(1) }], 'DATA_FORMAT', /neither with a \.npy nor with a \.tif/],
  ])('is refused with %s', async (_what, members, code, message) => {
    const path = await scratch.write('hostile.npz', zip(members));
    await expect(readDataset(path, { limits: { maxBytes: 2 ** 20 } })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
  });

  it('is given up after its time, and unpacked as far as it is read', async () => {
    const path = await scratch.write('slow.npz', zip([{ name: 'a.npy', content: large, deflated: true }]));
    await expect(readDataset(path, { limits: { maxSeconds: 1e-6 } })).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
    const range = { axis: 'x', start: 1_000_000, stop: 1_000_003, extent: 2 ** 20, unnamedAxes: ['x'] };
    const { data } = await readDataset(path, { range, limits: { maxBytes: 12 } });
    expect([...data.data]).toEqual([1_000_000, 1_000_001, 1_000_002]);
  });

  it('is read within its bounds or refused in a sentence, whatever is damaged', async () => {
    const whole = await Promise.all(
      ['stored.npz', 'deflated.npz', 'images.zip'].map((name) => readFile(testing(name))),
    );
    const damage = fc.record({
      file: fc.constantFrom(...whole),
      bytes: fc.array(fc.tuple(fc.nat(), fc.constantFrom(0, 1, 2, 0x7f, 0xff)), { minLength: 1, maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ file, bytes }) => {
        const damaged = Buffer.from(file);
        // What says that it is ZIP stays.
        for (const [at, value] of bytes) damaged[4 + (at % (damaged.length - 4))] = value;
        const path = await scratch.write('damaged.npz', damaged);
        const read = await readDataset(path, { limits: { maxBytes: 2 ** 20 } }).catch((error: unknown) => error);
        if (read instanceof Error) {
          expect(isRondelError(read) && read.code, read.message).toMatch(
            /^(DATA_FORMAT|DATA_SHAPE_MISMATCH|QUOTA_EXCEEDED)$/,
          );
        }
      }),
      { numRuns: 100 },
    );
  });
});
