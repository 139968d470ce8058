import {
  elementCount,
  elementSize,
  lengthUnit,
  RondelError,
  type DType,
  type LengthUnit,
  type NdArray,
} from '@rondel/contracts';
import { assertFilled } from '../array/filled.js';
import { bytesOf, hostIsLittleEndian } from '../array/typed-array.js';
import { topLevel, type GreyLevels } from './levels.js';
import { bigVersion, classicVersion, fieldTypes, tags } from './tags.js';

interface StackFacts extends Pick<NdArray, 'dtype' | 'shape' | 'spacing' | 'spacingUnit'> {
  /** Of the values. */
  readonly valueUnit?: string | undefined;
}

/** What stands before and after the pixels of a TIFF file. */
export interface TiffFrame {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/** `SampleFormat`: unsigned, signed, real. */
const sampleFormats: Readonly<Partial<Record<DType, number>>> = {
  uint8: 1,
  uint16: 1,
  uint32: 1,
  int8: 2,
  int16: 2,
  int32: 2,
  float32: 3,
  float64: 3,
};

/** Units of ImageJ; a spacing of no unit counts pixels. */
const imagejUnits: Readonly<Partial<Record<LengthUnit, string>>> = {
  m: 'm',
  cm: 'cm',
  mm: 'mm',
  um: 'micron',
  nm: 'nm',
};

function imagejUnit(spacingUnit: string): string | undefined {
  const unit = lengthUnit(spacingUnit);
  return unit && imagejUnits[unit];
}

/** Offsets of a plain TIFF have 32 bits. */
const largestClassic = 2 ** 32 - 1;
const black = 1;
const noUnit = 1;

/**
 * A TIFF file of [colour, frame, slice, y, x] or fewer axes: a page for each slice of each frame, frame by frame, of several
 * colours (ImageJ's channels) the pages of all colours one after the other, row 0 on top,
 * values and element type unchanged and not compressed, in the byte order of this machine; BigTIFF where it has 4 GiB or
 * more. The description of the first page is ImageJ's, with frames, slices, spacing and the unit of values, which tifffile reads, too, and says
 * behind `rondel=` how the image was made. The same array always gives the same bytes.
 *
 * Throws `DATA_SHAPE_MISMATCH` for what TIFF cannot hold: complex values, no axis, more than 5 axes, or an empty one.
 */
export function encodeTiff(array: NdArray): readonly Uint8Array[] {
  assertFilled(array);
  const { before, after } = tiffFrame(array);
  return [before, bytesOf(array.data), after];
}

/** See `encodeTiff`. `provenance` is JSON in ASCII; of `levels` the description says which values they stand for. */
export function tiffFrame(facts: StackFacts, provenance?: string, levels?: GreyLevels): TiffFrame {
  assertHoldable(facts);
  const { dtype, shape } = facts;
  const missing = Array<number>(5 - shape.length).fill(1);
  const [colours = 1, frames = 1, slices = 1, height = 1, width = 1] = [...missing, ...shape];
  const size = elementSize(dtype);
  const pixelBytes = elementCount(shape) * size;
  const stack = {
    facts,
    colours,
    frames,
    slices,
    height,
    width,
    description: descriptionOf(facts, { colours, frames, slices }, { provenance, levels }),
  };
  const classic = layoutOf(false);
  const first = directoriesOf(classic, stack, pixelBytes);
  const isClassic = classic.startBytes + pixelBytes + first.byteLength <= largestClassic;
  const layout = isClassic ? classic : layoutOf(true);
  const before = startOf(layout, pixelBytes);
  return { before, after: isClassic ? first : directoriesOf(layout, stack, pixelBytes) };
}

interface Stack {
  readonly facts: StackFacts;
  readonly colours: number;
  readonly frames: number;
  readonly slices: number;
  readonly height: number;
  readonly width: number;
  readonly description: Uint8Array;
}

/** How long the parts of a file are, plain or BigTIFF. */
interface Layout {
  readonly isBig: boolean;
  /** Also where the pixels begin. */
  readonly startBytes: number;
  readonly countBytes: number;
  readonly entryBytes: number;
  readonly offsetBytes: number;
}

function layoutOf(isBig: boolean): Layout {
  return isBig
    ? { isBig, startBytes: 16, countBytes: 8, entryBytes: 20, offsetBytes: 8 }
    : { isBig, startBytes: 8, countBytes: 2, entryBytes: 12, offsetBytes: 4 };
}

/** Directories begin at even places. */
function directoriesAt({ startBytes }: Layout, pixelBytes: number): number {
  return startBytes + pixelBytes + (pixelBytes % 2);
}

function startOf(layout: Layout, pixelBytes: number): Uint8Array {
  const little = hostIsLittleEndian();
  const view = new DataView(new ArrayBuffer(layout.startBytes));
  view.setUint16(0, little ? 0x4949 : 0x4d4d);
  view.setUint16(2, layout.isBig ? bigVersion : classicVersion, little);
  if (layout.isBig) view.setUint16(4, layout.offsetBytes, little);
  writeOffset(view, layout.isBig ? 8 : 4, directoriesAt(layout, pixelBytes), layout);
  return new Uint8Array(view.buffer);
}

interface Field {
  readonly tag: number;
  readonly type: number;
  /** One number, or the bytes of what does not fit into an entry. */
  readonly value: number | Uint8Array;
}

/** All directories, one behind the other, each followed by what does not fit into its entries. */
function directoriesOf(layout: Layout, stack: Stack, pixelBytes: number): Uint8Array {
  const { colours, frames, slices } = stack;
  const start = layout.startBytes + pixelBytes;
  const pad = pixelBytes % 2;
  const pages = colours * frames * slices;
  const parts: Uint8Array[] = [new Uint8Array(pad)];
  let at = start + pad;
  for (let page = 0; page < pages; page += 1) {
    // ImageJ has the colours of a slice behind each other, the pixels those of a colour.
    const place = (page % colours) * frames * slices + Math.floor(page / colours);
    const fields = fieldsOf(layout, stack, { page, place, pageBytes: pixelBytes / pages });
    const directory = directoryOf(layout, fields, { at, isLast: page === pages - 1 });
    parts.push(directory);
    at += directory.byteLength;
  }
  return Buffer.concat(parts);
}

function fieldsOf(
  { isBig, startBytes }: Layout,
  { facts: { dtype, spacing = [], spacingUnit = '1' }, height, width, description }: Stack,
  { page, place, pageBytes }: { readonly page: number; readonly place: number; readonly pageBytes: number },
): Field[] {
  const { short, long, long8, rational, ascii } = fieldTypes;
  const offset = isBig ? long8 : long;
  const hasUnit = imagejUnit(spacingUnit) !== undefined;
  const resolution = (axis: -1 | -2) => ({ type: rational, value: reciprocal(spacing.at(axis) ?? 1) });
  return [
    { tag: tags.width, type: long, value: width },
    { tag: tags.height, type: long, value: height },
    { tag: tags.bitsPerSample, type: short, value: 8 * elementSize(dtype) },
    { tag: tags.compression, type: short, value: 1 },
    { tag: tags.photometric, type: short, value: black },
    ...(page === 0 ? [{ tag: tags.description, type: ascii, value: description }] : []),
    { tag: tags.stripOffsets, type: offset, value: startBytes + place * pageBytes },
    { tag: tags.samplesPerPixel, type: short, value: 1 },
    { tag: tags.rowsPerStrip, type: long, value: height },
    { tag: tags.stripByteCounts, type: offset, value: pageBytes },
    ...(hasUnit
      ? [
          { tag: tags.xResolution, ...resolution(-1) },
          { tag: tags.yResolution, ...resolution(-2) },
          { tag: tags.resolutionUnit, type: short, value: noUnit },
        ]
      : []),
    { tag: tags.sampleFormat, type: short, value: sampleFormats[dtype] ?? 1 },
  ];
}

function directoryOf(
  layout: Layout,
  fields: readonly Field[],
  { at, isLast }: { readonly at: number; readonly isLast: boolean },
): Uint8Array {
  const { countBytes, entryBytes, offsetBytes, isBig } = layout;
  const little = hostIsLittleEndian();
  const tableBytes = countBytes + fields.length * entryBytes + offsetBytes;
  const beyond = fields.map(({ value }) => (typeof value === 'number' ? new Uint8Array() : padded(value)));
  const bytes = new Uint8Array(tableBytes + beyond.reduce((sum, { byteLength }) => sum + byteLength, 0));
  const view = new DataView(bytes.buffer);
  if (isBig) writeOffset(view, 0, fields.length, layout);
  else view.setUint16(0, fields.length, little);
  let free = tableBytes;
  for (const [index, { tag, type, value }] of fields.entries()) {
    const entry = countBytes + index * entryBytes;
    const valueAt = entry + 4 + offsetBytes;
    view.setUint16(entry, tag, little);
    view.setUint16(entry + 2, type, little);
    writeOffset(view, entry + 4, countOf(type, value), layout);
    if (typeof value === 'number') {
      if (type === fieldTypes.short) view.setUint16(valueAt, value, little);
      else if (type === fieldTypes.long) view.setUint32(valueAt, value, little);
      else writeOffset(view, valueAt, value, layout);
      continue;
    }
    // Of rationals and descriptions none is as short as an entry, but in BigTIFF a rational is.
    if (value.byteLength <= offsetBytes) bytes.set(value, valueAt);
    else {
      writeOffset(view, valueAt, at + free, layout);
      bytes.set(value, free);
    }
    free += beyond[index]?.byteLength ?? 0;
  }
  writeOffset(view, tableBytes - offsetBytes, isLast ? 0 : at + bytes.byteLength, layout);
  return bytes;
}

function countOf(type: number, value: number | Uint8Array): number {
  return typeof value === 'number' || type === fieldTypes.rational ? 1 : value.byteLength;
}

function padded(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)]);
}

function writeOffset(view: DataView, at: number, value: number, { isBig }: Layout): void {
  const little = hostIsLittleEndian();
  if (isBig) view.setBigUint64(at, BigInt(value), little);
  else view.setUint32(at, value, little);
}

/** Pixels per unit, as a fraction of 32-bit numbers. */
function reciprocal(spacing: number): Uint8Array {
  const largest = 2 ** 32 - 1;
  const step = Number.isFinite(spacing) && spacing > 0 ? spacing : 1;
  const scale = Math.min(1e6, largest / step, largest * step);
  const fraction = step < 1 ? [scale / step, scale] : [scale, scale * step];
  const [numerator = 1, denominator = 1] = fraction.map((part) => Math.min(largest, Math.max(1, Math.round(part))));
  return new Uint8Array(Uint32Array.of(numerator, denominator).buffer);
}

function descriptionOf(
  { spacing = [], spacingUnit = '1', valueUnit }: StackFacts,
  { colours, frames, slices }: Pick<Stack, 'colours' | 'frames' | 'slices'>,
  { provenance, levels }: { readonly provenance?: string | undefined; readonly levels?: GreyLevels | undefined },
): Uint8Array {
  const unit = imagejUnit(spacingUnit);
  const depth = spacing.at(-3);
  const lines = [
    'ImageJ=1.54f',
    `images=${colours * frames * slices}`,
    ...(colours > 1 ? [`channels=${colours}`] : []),
    `slices=${slices}`,
    `frames=${frames}`,
    'hyperstack=true',
    'mode=grayscale',
    ...(unit === undefined ? [] : [`unit=${unit}`, ...(depth === undefined ? [] : [`spacing=${depth}`])]),
    ...(levels === undefined ? valueUnitLines(valueUnit) : calibration(levels, valueUnit)),
    ...(provenance === undefined ? [] : [`rondel=${provenance}`]),
  ];
  return new TextEncoder().encode(`${lines.join('\n')}\n\0`);
}

/** What levels stand for, as ImageJ's straight line (cf=0): value = c0 + c1 level. */
function calibration({ bits, window: [low, high] }: GreyLevels, valueUnit = 'Gray Value'): string[] {
  const top = topLevel({ bits });
  return [
    'min=0.0',
    `max=${top}.0`,
    'cf=0',
    `c0=${low}`,
    `c1=${(high - low) / top}`,
    ...valueUnitLines(valueUnit),
    `window=${low},${high}`,
  ];
}

function valueUnitLines(valueUnit: string | undefined): string[] {
  return valueUnit === undefined ? [] : [`vunit=${valueUnit}`];
}

function assertHoldable({ dtype, shape }: StackFacts): void {
  const fits = shape.length >= 1 && shape.length <= 5 && shape.every((extent) => extent >= 1 && extent < 2 ** 32);
  if (fits && sampleFormats[dtype] !== undefined) return;
  throw new RondelError(
    'DATA_SHAPE_MISMATCH',
    `TIFF holds real numbers of 1 to 5 axes, got ${dtype} of shape [${shape.join(', ')}]. Take .npy or .h5.`,
  );
}
