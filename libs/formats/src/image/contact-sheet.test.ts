import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import type { NdArray } from '@rondel/contracts';
import { contactSheet, sheetSide, type GreyPicture, type SheetCell } from './contact-sheet.js';
import { drawLetters, letterSize } from './letters.js';
import { drawThumbnail, encodeGrey } from './png.js';
import { commonWindow, makeThumbnail } from './thumbnail.js';

function grey(width: number, height: number, value: number): GreyPicture {
  return { width, height, data: new Uint8Array(width * height).fill(value) };
}

/** Different grey values in a rectangle. */
function greysIn({ data, width }: GreyPicture, [left, top, right, bottom]: [number, number, number, number]): number[] {
  const found = new Set<number>();
  for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) found.add(data[y * width + x] ?? -1);
  return [...found].sort((a, b) => a - b);
}

describe('a contact sheet', () => {
  it('has a square for each picture, enlarged by a whole factor, row by row', () => {
    const cells = [10, 60, 110].map((value): SheetCell => ({ picture: grey(100, 50, value), captions: ['a=1'] }));
    const sheet = contactSheet(cells, { columns: 2 });
    expect([sheet.width, sheet.height]).toEqual([12 + 2 * 268, 12 + 2 * (268 + 20)]);
    // 100 x 50 becomes 200 x 100, 28 and 78 pixels from the edges of its square.
    expect(greysIn(sheet, [12 + 28, 12 + 78, 12 + 228, 12 + 178])).toEqual([10]);
    expect(greysIn(sheet, [280 + 28, 12 + 78, 280 + 228, 12 + 178])).toEqual([60]);
    expect(greysIn(sheet, [12 + 28, 300 + 78, 12 + 228, 300 + 178])).toEqual([110]);
    expect(greysIn(sheet, [12, 12, 12 + 28, 12 + 256])).toEqual([32]);
    const back = decode(encodeGrey(sheet));
    expect(back).toMatchObject({ width: sheet.width, height: sheet.height, depth: 8, channels: 1 });
    expect(Buffer.compare(Buffer.from(back.data), Buffer.from(sheet.data))).toBe(0);
  });

  it('writes under each picture, wraps long lines and says what is missing', () => {
    const long = 'x'.repeat(22);
    const sheet = contactSheet([{ captions: [long], note: 'failed' }], { columns: 1, footer: 'grey from 0 to 1' });
    expect(sheet.height).toBe(12 + 268 + 2 * 20 + 20);
    const [first, second] = [12 + sheetSide + 4, 12 + sheetSide + 24];
    expect(greysIn(sheet, [12, first, 12 + 252, first + 16])).toEqual([32, 240]);
    // One letter of 10 pixels is left for the second line.
    expect(greysIn(sheet, [12, second, 12 + 10, second + 16])).toEqual([32, 240]);
    expect(greysIn(sheet, [12 + 10, second, sheet.width, second + 16])).toEqual([32]);
    expect(greysIn(sheet, [13, 13, 267, 267])).toContain(240);
    expect(greysIn(sheet, [12, sheet.height - 20, sheet.width, sheet.height])).toContain(240);
  });

  it('marks a picture in its corner, however bright that is', () => {
    for (const value of [0, 255]) {
      const picture = grey(256, 256, value);
      const sheet = contactSheet(
        [
          { picture, mark: '!', captions: [] },
          { picture, captions: [] },
        ],
        { columns: 2 },
      );
      expect(greysIn(sheet, [12, 12, 12 + 27, 12 + 27])).toEqual([0, 240]);
      expect(greysIn(sheet, [12 + 27, 12 + 27, 268, 268])).toEqual([value]);
      expect(greysIn(sheet, [280, 12, 280 + 256, 268])).toEqual([value]);
    }
  });

  it('is bounded', () => {
    const cell: SheetCell = { captions: ['long '.repeat(1000)] };
    const sheet = contactSheet(Array<SheetCell>(100).fill(cell), { columns: 10 });
    expect(sheet.width * sheet.height).toBeLessThan(13e6);
    expect(() => contactSheet(Array<SheetCell>(101).fill(cell), { columns: 10 })).toThrow(
      expect.objectContaining({ code: 'QUOTA_EXCEEDED' }),
    );
    expect(() => contactSheet([], { columns: 1 })).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }));
    expect(() => contactSheet([{ captions: [], picture: grey(257, 1, 0) }], { columns: 1 })).toThrow(/257 x 1/);
  });
});

describe('letters', () => {
  const dotsOf = (letter: string) => {
    const dots: string[] = [];
    drawLetters(letter, (column, row) => dots.push(`${column},${row}`));
    return dots.join(' ');
  };

  it('are all different, lie in their place, and have one for what there is none for', () => {
    const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
    const drawn = printable.map(dotsOf);
    expect(new Set(drawn).size).toBe(95);
    for (const dot of drawn.flatMap((dots) => dots.split(' ').filter((text) => text !== ''))) {
      const [column = NaN, row = NaN] = dot.split(',').map(Number);
      expect(column).toBeLessThan(letterSize.width);
      expect(row).toBeLessThan(letterSize.height);
    }
    expect(dotsOf('\u{1F600}')).toBe(dotsOf('\u4e2d'));
    expect(dotsOf('constructor'.slice(0, 1))).toBe(dotsOf('c'));
  });
});

describe('thumbnails', () => {
  const image: NdArray = {
    dtype: 'float32',
    shape: [2, 4],
    data: Float32Array.of(1, 3, 5, NaN, 1, 3, Infinity, NaN),
  };

  it('hold the means of the finite values', () => {
    const { width, height, values } = makeThumbnail(image, 2);
    expect([width, height]).toEqual([2, 1]);
    expect([...values]).toEqual([2, 5]);
    expect([...makeThumbnail(image, 256).values]).toEqual([1, 3, 5, NaN, 1, 3, NaN, NaN]);
    expect([
      ...makeThumbnail({ ...image, shape: [8], data: Float32Array.of(1, 1, 1, 1, 2, 2, 2, 2) }, 2).values,
    ]).toEqual([1, 2]);
  });

  it('share one window of percentiles', () => {
    const thumbnail = (...values: number[]) => ({ width: values.length, height: 1, values: Float32Array.from(values) });
    const several = [thumbnail(0, 1, NaN, 2), thumbnail(3, 100)];
    expect(commonWindow(several, [0, 100])).toEqual([0, 100]);
    expect(commonWindow(several, [25, 75])).toEqual([1, 3]);
    expect(commonWindow([thumbnail(NaN)], [0, 100])).toBeUndefined();
    expect([...drawThumbnail(thumbnail(0, 5, 10, NaN), [0, 10]).data]).toEqual([0, 128, 255, 0]);
  });
});
