import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { decode } from 'tiff';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { given, isRondelError, type NdArray, type TypedArray } from '@rondel/contracts';
import { lookAtData } from '../image/look.js';
import { npyParts } from '../npy/encoder.js';
import { describeData, readArray, readDataset } from '../read-dataset.js';
import { makeScratch, type Scratch } from '../testing/scratch.js';
import { tiffFixture } from '../testing/tiff-fixtures.js';
import { unpackLzw } from './lzw.js';
import { streamTiff } from './stream.js';
import { encodeTiff, tiffFrame } from './encoder.js';

let scratch: Scratch;
beforeAll(async () => {
  scratch = await makeScratch();
});
afterAll(() => scratch.remove());

const shape = [2, 3, 5, 7];
const values = Float32Array.from({ length: 210 }, (_, index) => index - 0.5);
const image: NdArray = { dtype: 'float32', shape, data: values, spacing: [1, 2, 0.25, 0.5], spacingUnit: 'mm' };

/** A TIFF as other programs may write it, which an independent reader is asked about, too. */
interface Foreign {
  readonly littleEndian: boolean;
  readonly isBig?: boolean;
  /** By tag: a number of 32 bits, or several. */
  readonly fields: (strips: readonly number[]) => Readonly<Record<number, number | readonly number[]>>;
  readonly pages: readonly (readonly Uint8Array[])[];
}

function foreign({ littleEndian, fields, pages, isBig = false }: Foreign): Buffer {
  const long = (value: number) => {
    const bytes = Buffer.alloc(4);
    if (littleEndian) bytes.writeUInt32LE(value);
    else bytes.writeUInt32BE(value);
    return bytes;
  };
  const short = (value: number) => (littleEndian ? long(value).subarray(0, 2) : long(value).subarray(2));
  const offset = (value: number) => {
    if (!isBig) return long(value);
    return Buffer.concat(littleEndian ? [long(value), long(0)] : [long(0), long(value)]);
  };
  const head = [
    Buffer.from(littleEndian ? 'II' : 'MM'),
    short(isBig ? 43 : 42),
    ...(isBig ? [short(8), short(0)] : []),
  ];
  let file = Buffer.concat([...head, offset(0)]);
  let link = file.length - offset(0).length;
  for (const strips of pages) {
    const at: number[] = [];
    for (const strip of strips) {
      at.push(file.length);
      file = Buffer.concat([file, strip]);
    }
    const entries: Buffer[] = [];
    for (const [tag, value] of Object.entries(fields(at))) {
      const list = typeof value === 'number' ? [value] : value;
      const inside = Buffer.concat([...list.map(long), Buffer.alloc(8)]).subarray(0, offset(0).length);
      let place = inside;
      if (list.length * 4 > inside.length) {
        place = offset(file.length);
        file = Buffer.concat([file, ...list.map(long)]);
      }
      entries.push(Buffer.concat([short(Number(tag)), short(4), offset(list.length), place]));
    }
    offset(file.length).copy(file, link);
    const count = isBig ? offset(entries.length) : short(entries.length);
    file = Buffer.concat([file, count, ...entries, offset(0)]);
    link = file.length - offset(0).length;
  }
  return file;
}

const pixels = Uint16Array.from({ length: 24 }, (_, index) => 1000 * index);
const asStored = (numbers: Uint16Array, littleEndian: boolean) => {
  const bytes = Buffer.from(numbers.slice().buffer);
  return littleEndian ? bytes : bytes.swap16();
};

/** Two pages of 3 x 4 pixels in strips of two rows. */
function twoPages({ littleEndian = true, isBig = false, packed = false, more = {} } = {}): Buffer {
  const pages = [0, 12].map((start) =>
    [pixels.subarray(start, start + 8), pixels.subarray(start + 8, start + 12)].map((rows) => {
      const bytes = asStored(rows, littleEndian);
      return packed ? deflateSync(bytes) : bytes;
    }),
  );
  let page = 0;
  const fields = (offsets: readonly number[]) => {
    const counts = (pages[page] ?? []).map(({ length }) => length);
    page += 1;
    return {
      256: 4,
      257: 3,
      258: 16,
      259: packed ? 8 : 1,
      262: 1,
      273: offsets,
      277: 1,
      278: 2,
      279: counts,
      ...more,
    };
  };
  return foreign({ littleEndian, isBig, fields, pages });
}

const numbersOf = (data: TypedArray) => [...data];

describe('a TIFF file that Rondel writes', () => {
  it('D15: is read by others as it was, page by page, and by Rondel', async () => {
    const file = Buffer.concat(encodeTiff(image));
    const pages = decode(file);
    expect(pages.map(({ width, height }) => [width, height])).toEqual(Array(6).fill([7, 5]));
    expect(pages.flatMap(({ data }) => [...data])).toEqual([...values]);
    const [first] = pages;
    expect(first?.imageDescription).toMatch(/^ImageJ=.*images=6\nslices=3\nframes=2\n.*unit=mm\nspacing=2\n/s);
    expect([first?.xResolution, first?.yResolution]).toEqual([2, 4]);
    const read = await readDataset(await scratch.write('own.tif', file));
    expect(read).toMatchObject({ format: 'tiff', data: { dtype: 'float32', shape: [6, 5, 7] } });
    expect(numbersOf(read.data.data)).toEqual([...values]);
  });

  it.each(['uint8', 'int16', 'uint16', 'int32', 'float64'] as const)('D15: holds %s', async (dtype) => {
    const arrays = {
      uint8: Uint8Array,
      int16: Int16Array,
      uint16: Uint16Array,
      int32: Int32Array,
      float64: Float64Array,
    };
    const data = arrays[dtype].from([1, 2, 3, 4, 5, 6, 7, 250]);
    const path = await scratch.write(`${dtype}.tif`, ...encodeTiff({ dtype, shape: [2, 4], data }));
    expect((await readDataset(path)).data).toEqual({ dtype, shape: [2, 4], data });
  });

  it('D15: is the same when it is streamed, with provenance in its description', async () => {
    const path = await scratch.write('image.npy', ...npyParts(image));
    const { stream, bytes } = await streamTiff(path, {
      label: 'image',
      ...given({ spacing: image.spacing }),
      spacingUnit: 'mm',
    });
    const streamed = Buffer.concat(await stream.toArray());
    expect(streamed.equals(Buffer.concat(encodeTiff(image)))).toBe(true);
    expect(bytes).toBe(streamed.length);
    const told = await streamTiff(path, { label: 'image', valueUnit: '1/cm', provenance: '{"job":"1"}' });
    const [first] = decode(Buffer.concat(await told.stream.toArray()));
    expect(first?.imageDescription).toContain('\nvunit=1/cm\nrondel={"job":"1"}\n');
  });

  it('D15: is a BigTIFF from 4 GiB on', () => {
    const { before, after } = tiffFrame({ dtype: 'float32', shape: [1025, 1024, 1024] });
    expect([...before.subarray(0, 4)]).toEqual([0x49, 0x49, 43, 0]);
    const directories = 16 + 4 * 1025 * 1024 ** 2;
    expect(Number(Buffer.from(before).readBigUInt64LE(8))).toBe(directories);
    expect(after.byteLength).toBeGreaterThan(1025 * 200);
    expect(tiffFrame({ dtype: 'float32', shape: [1023, 1024, 1024] }).before[2]).toBe(42);
  });

  it('D15: cannot hold complex values', () => {
    const complex: NdArray = { dtype: 'complex64', shape: [1, 1], data: Float32Array.of(1, 2) };
    expect(() => encodeTiff(complex)).toThrow('complex64');
  });
});

describe('a TIFF file of another program', () => {
  it.each([
    ['little-endian', {}],
    ['big-endian', { littleEndian: false }],
    ['packed with deflate', { packed: true }],
    ['big-endian and packed', { littleEndian: false, packed: true }],
  ])('D15: %s, is read as an independent reader does, all of it or a range', async (_what, options) => {
    const file = twoPages(options);
    expect(decode(file).flatMap(({ data }) => [...data])).toEqual([...pixels]);
    const path = await scratch.write('foreign.tif', file);
    const { data } = await readDataset(path);
    expect([data.dtype, data.shape, numbersOf(data.data)]).toEqual(['uint16', [2, 3, 4], [...pixels]]);
    expect((await describeData(path)).data).toEqual({ dtype: 'uint16', shape: [2, 3, 4] });
    const names = ['angle', 'slice', 'detector'];
    for (const [axis, extent, expected] of [
      ['angle', 2, [...pixels.subarray(12)]],
      ['slice', 3, [0, 12].flatMap((page) => [...pixels.subarray(page + 4, page + 12)])],
      ['detector', 4, [0, 4, 8, 12, 16, 20].flatMap((row) => [...pixels.subarray(row + 1, row + 4)])],
    ] as const) {
      const part = await readDataset(path, { range: { axis, start: 1, stop: extent, extent, unnamedAxes: names } });
      expect(numbersOf(part.data.data)).toEqual(expected);
    }
  });

  it('D15: as BigTIFF, or with its axes named, is read likewise', async () => {
    const path = await scratch.write('big.tif', twoPages({ isBig: true, littleEndian: false }));
    expect(numbersOf((await readDataset(path)).data.data)).toEqual([...pixels]);
    const named = await readDataset(path, { axes: ['angle', 'slice', 'detector'] });
    expect([named.data.axes, named.data.shape]).toEqual([
      ['slice', 'angle', 'detector'],
      [3, 2, 4],
    ]);
    expect(numbersOf(named.data.data).slice(0, 8)).toEqual([...pixels.subarray(0, 4), ...pixels.subarray(12, 16)]);
    expect(await lookAtData({ path, label: 'big' })).toMatchObject({ format: 'tiff', plane: { at: 1, min: 12_000 } });
  });

  it('D15: of ImageJ, with one directory for all pages, is read whole', async () => {
    const file = Buffer.concat(encodeTiff(image));
    const { before } = tiffFrame(image);
    // The first directory ends as the last one does.
    const directory = file.readUInt32LE(4);
    file.writeUInt32LE(0, directory + 2 + 12 * file.readUInt16LE(directory));
    expect(before.byteLength).toBe(8);
    const { data } = await readDataset(await scratch.write('imagej.tif', file));
    expect([data.shape, numbersOf(data.data)]).toEqual([[6, 5, 7], [...values]]);
    const large = Buffer.concat(encodeTiff({ dtype: 'uint8', shape: [1, 100, 100], data: new Uint8Array(10_000) }));
    large.write('images=9', large.indexOf('images=1'));
    await expect(readDataset(await scratch.write('fewer.tif', large))).rejects.toThrow(/9 pages .* do not fit/);
    const mixed = Buffer.concat(encodeTiff({ dtype: 'uint8', shape: [2, 1, 3, 4, 4], data: new Uint8Array(96) }));
    await expect(readDataset(await scratch.write('mixed.tif', mixed))).rejects.toThrow(/hyperstack .* 2 channels/);
    expect(mixed.toString('latin1')).toMatch(/^channels=2\nslices=3$/m);
  });

  it.each([
    ['colours', { 277: 3 }, /3 samples a pixel/],
    ['JPEG', { 259: 7 }, /compressed with JPEG.*Save it again as a plain stack/],
    ['a palette', { 262: 3 }, /colours of a palette/],
    ['tiles without a size', { 322: 16 }, /tiles have no size/],
    ['tiles that are not there', { 322: 16, 323: 16 }, /a page of 1 tiles names 0/],
    ['a predictor for other values', { 317: 3 }, /predictor that is not read for uint16/],
    ['12 bits', { 258: 12 }, /pixels of 12 bits/],
    ['no size', { 256: 0 }, /no size/],
    ['fewer strips than rows', { 278: 1 }, /a page of 3 strips names 2/],
    ['more pixels than bytes', { 256: 100_000 }, /is truncated/],
    ['strips beyond its end', { 273: [5000, 6000] }, /became shorter/],
  ])('D15: with %s, is refused in a sentence', async (_what, more, problem) => {
    const path = await scratch.write('refused.tif', twoPages({ more }));
    await expect(readDataset(path)).rejects.toThrow(problem);
    await expect(readDataset(path)).rejects.toMatchObject({ code: 'DATA_FORMAT' });
  });

  it('D15: is refused when it is cut off, goes in circles, or unpacks to more or less than it says', async () => {
    const whole = twoPages();
    for (const length of [6, 40, whole.length - 3]) {
      await expect(readDataset(await scratch.write('cut.tif', whole.subarray(0, length)))).rejects.toMatchObject({
        code: 'DATA_FORMAT',
      });
    }
    const circle = Buffer.from(whole);
    circle.writeUInt32LE(circle.readUInt32LE(4), whole.length - 4);
    await expect(readDataset(await scratch.write('circle.tif', circle))).rejects.toThrow('in circles');
    for (const width of [3, 12]) {
      const path = await scratch.write('packed.tif', twoPages({ packed: true, more: { 256: width } }));
      await expect(readDataset(path)).rejects.toThrow(/unpacked|where/);
    }
    const claims = await scratch.write('claims.tif', twoPages({ packed: true, more: { 256: 2 ** 31, 278: 3 } }));
    await expect(readDataset(claims)).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
  });
});

describe('a TIFF file that is compressed or in tiles', () => {
  const page = Array.from({ length: 840 }, (_, at) => 1000 * Math.floor(at / 21) + 7 * (at % 21) ** 2);
  const rows = (from: number, to: number) => page.slice(21 * from, 21 * to);
  const both = [...page, ...Array.from({ length: 40 }, (_, row) => rows(39 - row, 40 - row)).flat()];

  it.each([
    ['lzwStrips', 'uint16', (value: number) => value],
    ['lzwPredictor', 'uint16', (value: number) => value],
    ['lzwTilesFloat', 'float32', (value: number) => Math.fround(value / 3)],
    ['deflateTilesBig', 'int16', (value: number) => value - 20_000],
    ['plainTiles', 'uint16', (value: number) => value],
    ['packBits', 'uint16', (value: number) => Math.floor(value / 1000)],
    ['halfTiles', 'float32', (value: number) => (value % 2048) / 4],
  ] as const)('D15: is read as tifffile wrote it: %s, whole and in part', async (name, dtype, valueOf) => {
    const path = await scratch.write(`${name}.tif`, tiffFixture(name));
    const { data } = await readDataset(path);
    expect([data.dtype, data.shape]).toEqual([dtype, [2, 40, 21]]);
    expect(numbersOf(data.data)).toEqual(both.map(valueOf));
    const part = await readArray(path, 'data', {
      axes: ['page', 'y', 'x'],
      ranges: { page: [1, 2], y: [13, 35], x: [3, 20] },
    });
    const expected = Array.from({ length: 22 }, (_, row) => rows(26 - row, 27 - row).slice(3, 20)).flat();
    expect(numbersOf(part.data)).toEqual(expected.map(valueOf));
  });

  it('D15: in LZW is read beyond the end of a table, and never beyond its strip', () => {
    let state = 1;
    const random = () => (state = (state * 48_271) % 2_147_483_647) & 0xff;
    const bytes = Uint8Array.from({ length: 20_000 }, (_, at) => (at % 3000 < 600 ? 7 : random()));
    const packed = packLzw(bytes);
    expect(Buffer.compare(unpackLzw(packed, bytes.length) ?? Buffer.alloc(0), bytes)).toBe(0);
    expect(unpackLzw(packed, 1234)).toEqual(bytes.subarray(0, 1234));
    expect(unpackLzw(packed.subarray(0, 200), bytes.length)?.length).toBeLessThan(bytes.length);
    // After the code that clears the table a code that is not in it.
    expect(unpackLzw(Uint8Array.of(0x80, 0x41, 0x90, 0xff), 100)).toBeUndefined();
  });
});

/** LZW by the book (TIFF 6.0, section 13). */
function packLzw(bytes: Uint8Array): Uint8Array {
  const output: number[] = [];
  let [bits, held, width] = [0, 0, 9];
  const put = (code: number) => {
    bits = (bits << width) | code;
    held += width;
    for (; held >= 8; held -= 8) output.push((bits >> (held - 8)) & 0xff);
    bits &= (1 << held) - 1;
  };
  let table = new Map<string, number>();
  const start = () => {
    put(256);
    table = new Map(Array.from({ length: 256 }, (_, byte) => [String.fromCharCode(byte), byte]));
    width = 9;
  };
  const codeOf = (text: string) => table.get(text) ?? 0;
  start();
  let text = '';
  for (const byte of bytes) {
    const longer = text + String.fromCharCode(byte);
    if (table.has(longer)) {
      text = longer;
      continue;
    }
    put(codeOf(text));
    // 256 and 257 are no texts.
    table.set(longer, table.size + 2);
    const next = table.size + 2;
    if (next === 4095) start();
    else width = next >= 2048 ? 12 : next >= 1024 ? 11 : next >= 512 ? 10 : 9;
    text = String.fromCharCode(byte);
  }
  put(codeOf(text));
  put(257);
  width = 8;
  put(0);
  return Uint8Array.from(output);
}

it('D15: a damaged TIFF is read within its bounds or refused in a sentence, whatever is wrong', async () => {
  const whole = [
    ...[twoPages(), twoPages({ packed: true }), twoPages({ isBig: true }), Buffer.concat(encodeTiff(image))],
    ...(['lzwPredictor', 'lzwTilesFloat', 'deflateTilesBig', 'packBits'] as const).map((name) =>
      Buffer.from(tiffFixture(name)),
    ),
  ];
  const damage = fc.record({
    file: fc.constantFrom(...whole),
    bytes: fc.array(fc.tuple(fc.nat(), fc.constantFrom(0, 1, 2, 0x7f, 0xff)), { minLength: 1, maxLength: 4 }),
    length: fc.integer({ min: 4, max: 4000 }),
  });
  await fc.assert(
    fc.asyncProperty(damage, async ({ file, bytes, length }) => {
      const damaged = Buffer.from(file.subarray(0, length));
      // What says that it is a TIFF stays.
      for (const [at, value] of bytes) damaged[4 + (at % Math.max(1, damaged.length - 4))] = value;
      const path = await scratch.write('damaged.tif', damaged);
      const read = await readDataset(path, { limits: { maxBytes: 2 ** 20 } }).catch((error: unknown) => error);
      if (read instanceof Error) expect(isRondelError(read) && read.code).toMatch(/^(DATA_FORMAT|QUOTA_EXCEEDED)$/);
    }),
    { numRuns: 150 },
  );
});

it.each([
  ['DICOM', Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]), /DICOM file.*pydicom/],
  ['ZIP', Buffer.from('PK\x03\x04rest of it'), /ZIP archive that begins neither.*numpy\.savez/],
  ['gzip', Buffer.from([0x1f, 0x8b, 8, 0]), /gunzip/],
  ['MATLAB 5', Buffer.from('MATLAB 5.0 MAT-file, Platform'), /-v7\.3/],
  ['PNG', Buffer.from('\x89PNG\r\n', 'latin1'), /PNG picture/],
  ['EDF', Buffer.from('{\nHeaderID = EH:1'), /EDF file.*fabio/],
  ['a letter', Buffer.from('Dear colleagues, this is no data.'), /HDF5.*\.npy or a TIFF stack/],
])('D15: %s is called what it is, with how to store it instead', async (_what, content, problem) => {
  const path = await scratch.write('other.dat', content);
  await expect(readDataset(path)).rejects.toThrow(problem);
  await expect(describeData(path)).rejects.toMatchObject({ code: 'DATA_FORMAT' });
});
