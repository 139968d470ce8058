import { elementSize, type DType } from '@rondel/contracts';
import { formatError } from '../file/data-errors.js';
import type { OpenedFile } from '../file/opened-file.js';
import { directoriesOf, numbersOf, textOf, type LaidOutDirectory } from './directory.js';
import { tags } from './tags.js';

/** What all pages of a stack have in common. */
export interface TiffForm {
  readonly width: number;
  readonly height: number;
  /** As which pixels are handed on. */
  readonly dtype: DType;
  /** As which they are stored: the same, or `uint16` for the bits of float16, which is handed on as float32. */
  readonly stored: DType;
}

/** How the pixels of a page were changed before they were compressed: TIFF 6.0, section 14, and Adobe's Technical Note 3. */
export type Predictor = 'none' | 'horizontal' | 'floating point';

/** One page of a stack, in strips or tiles. */
export interface TiffPage {
  readonly compression: 'none' | 'deflate' | 'lzw' | 'PackBits';
  readonly predictor: Predictor;
  /** Extent of a segment: a strip, which is as wide as the page and whose last one is shorter, or a tile, which never is. */
  readonly segment: { readonly width: number; readonly height: number; readonly isTile: boolean };
  /** Where the segments lie, row by row, and how many bytes they have there. */
  readonly segments: () => Promise<readonly Segment[]>;
}

export interface Segment {
  readonly offset: number;
  readonly bytes: number;
}

export interface TiffStack extends TiffForm {
  readonly littleEndian: boolean;
  readonly pages: readonly TiffPage[];
}

/** By `SampleFormat` (unsigned, signed, real) and bits. */
const elementTypes: Readonly<Record<string, DType>> = {
  '1 8': 'uint8',
  '1 16': 'uint16',
  '1 32': 'uint32',
  '2 8': 'int8',
  '2 16': 'int16',
  '2 32': 'int32',
  '3 32': 'float32',
  '3 64': 'float64',
};

const compressions: Readonly<Record<number, TiffPage['compression']>> = {
  1: 'none',
  5: 'lzw',
  8: 'deflate',
  32946: 'deflate',
  32773: 'PackBits',
};
const predictors: Readonly<Record<number, Predictor>> = { 1: 'none', 2: 'horizontal', 3: 'floating point' };
const compressionNames: Readonly<Record<number, string>> = {
  6: 'JPEG',
  7: 'JPEG',
  34712: 'JPEG 2000',
  34925: 'LZMA',
  50000: 'Zstandard',
};

/** ImageJ writes only the first page's directory where the file is larger than 4 GiB; the others follow its pixels. */
const imagejPattern = /^ImageJ=.*^images=(\d{1,7})$/ms;
const longestDescription = 4096;

/** Values of `SampleFormat` and of `PhotometricInterpretation`. */
const real = 3;
const palette = 3;

/** Bits of `NewSubfileType` of what is no page of the stack: a smaller copy, a mask. */
const notAPage = 0b101;

const help = 'Save it again as a plain stack, e.g. with tifffile.imwrite(path, array) or in Fiji, or as .npy.';

/**
 * The pages of a TIFF file: grey values in strips or tiles, all of the same size and type, not compressed or with LZW,
 * deflate or PackBits.
 *
 * Throws `DATA_FORMAT` for other TIFF files, saying what is not read and how to store it.
 */
export async function readPages(file: OpenedFile): Promise<TiffStack> {
  let form: TiffForm | undefined;
  let start: LaidOutDirectory | undefined;
  const pages: TiffPage[] = [];
  for await (const laidOut of directoriesOf(file)) {
    const { layout, directory } = laidOut;
    start ??= laidOut;
    const one = async (tag: number) => (await numbersOf(file, layout, directory.get(tag)))?.[0];
    if (((await one(tags.subfileType)) ?? 0) & notAPage) continue;
    const found = await formOf(file.label, one);
    form ??= found;
    if (found.width !== form.width || found.height !== form.height || found.dtype !== form.dtype) {
      throw formatError(
        file.label,
        `page ${pages.length + 1} is ${found.dtype} of ${found.width} x ${found.height}, the first one ${form.dtype} of ${form.width} x ${form.height}. Store pages of another kind in another file.`,
      );
    }
    pages.push(await pageOf(file, { layout, directory, one }, form));
  }
  const [first] = pages;
  if (form === undefined || first === undefined || start === undefined)
    throw formatError(file.label, 'is a TIFF without a page.');
  const { littleEndian } = start.layout;
  const description = await textOf(file, start.directory.get(tags.description), longestDescription);
  refuseChannels(file, description);
  if (pages.length > 1) return { ...form, littleEndian, pages };
  return { ...form, littleEndian, pages: followingPages(file, form, { first, description }) };
}

type One = (tag: number) => Promise<number | undefined>;

async function formOf(label: string, one: One): Promise<TiffForm> {
  const [width = 0, height = 0, bits = 1] = [
    await one(tags.width),
    await one(tags.height),
    await one(tags.bitsPerSample),
  ];
  const [samples = 1, kind = 1] = [await one(tags.samplesPerPixel), await one(tags.sampleFormat)];
  if (samples !== 1)
    throw formatError(
      label,
      `has ${samples} samples a pixel, as colours have; one is read. Save it again with one, e.g. tifffile.imwrite(path, array, photometric='minisblack'): without that it takes three images for the colours of one.`,
    );
  if (width === 0 || height === 0) throw formatError(label, 'is a TIFF whose pages have no size.');
  if ((await one(tags.photometric)) === palette) throw formatError(label, `has colours of a palette. ${help}`);
  if (kind === real && bits === 16) return { width, height, dtype: 'float32', stored: 'uint16' };
  const dtype = elementTypes[`${kind} ${bits}`];
  if (dtype !== undefined) return { width, height, dtype, stored: dtype };
  throw formatError(
    label,
    `has pixels of ${bits} bits (SampleFormat ${kind}); integers of 8, 16 and 32 bits and reals of 16, 32 and 64 are read. ${help}`,
  );
}

interface PageSource extends LaidOutDirectory {
  readonly one: One;
}

async function pageOf(
  file: OpenedFile,
  { layout, directory, one }: PageSource,
  { width, height, dtype }: TiffForm,
): Promise<TiffPage> {
  const code = (await one(tags.compression)) ?? 1;
  const compression = compressions[code];
  const refuse = (what: string) => formatError(file.label, `${what}. ${help}`);
  if (compression === undefined) {
    const method = compressionNames[code] ?? `method ${code}`;
    throw refuse(`is compressed with ${method}; TIFF is read plain, with LZW, deflate or PackBits`);
  }
  const predictor = predictors[(await one(tags.predictor)) ?? 1];
  if (
    predictor === undefined ||
    (predictor === 'floating point') !== (dtype.startsWith('float') && predictor !== 'none')
  ) {
    throw refuse(`is compressed with a predictor that is not read for ${dtype}`);
  }
  const isTile = directory.has(tags.tileWidth);
  const segment = isTile
    ? { width: (await one(tags.tileWidth)) ?? 0, height: (await one(tags.tileHeight)) ?? 0, isTile }
    : { width, height: Math.min(height, (await one(tags.rowsPerStrip)) ?? height), isTile };
  if (segment.width === 0 || segment.height === 0) {
    throw formatError(file.label, `is a damaged TIFF: its ${isTile ? 'tiles have no size' : 'strips have no rows'}.`);
  }
  const expected = Math.ceil(height / segment.height) * Math.ceil(width / segment.width);
  // Nothing else of the directory is held.
  const offsetEntry = directory.get(isTile ? tags.tileOffsets : tags.stripOffsets);
  const countEntry = directory.get(isTile ? tags.tileByteCounts : tags.stripByteCounts);
  const segments = async () => {
    const offsets = (await numbersOf(file, layout, offsetEntry)) ?? [];
    const counts = (await numbersOf(file, layout, countEntry)) ?? [];
    if (offsets.length === expected && counts.length === expected) {
      return offsets.map((offset, index) => ({ offset, bytes: counts[index] ?? 0 }));
    }
    const what = isTile ? 'tiles' : 'strips';
    throw formatError(file.label, `is a damaged TIFF: a page of ${expected} ${what} names ${offsets.length}.`);
  };
  return { compression, predictor, segment, segments };
}

/** Throws `DATA_FORMAT` for a hyperstack of ImageJ whose pages are those of several channels in turn; Rondel's colours are known. */
function refuseChannels({ label }: OpenedFile, description: string): void {
  const [channels, slices, frames] = ['channels', 'slices', 'frames'].map((name) =>
    Number(new RegExp(`^ImageJ=.*^${name}=(\\d{1,7})$`, 'ms').exec(description)?.[1] ?? 1),
  );
  // Many programs call the pages of a plain stack its channels.
  const isMixed = (channels ?? 1) > 1 && Math.max(slices ?? 1, frames ?? 1) > 1;
  if (!isMixed || description.includes('\nrondel=')) return;
  throw formatError(
    label,
    `is a hyperstack of ImageJ with ${channels ?? 0} channels, whose pages lie between each other. Save one channel (Image > Color > Split Channels).`,
  );
}

/** The pages that ImageJ has left without directories, which lie one behind the other. */
function followingPages(
  file: OpenedFile,
  { width, height, stored }: TiffForm,
  { first, description }: { readonly first: TiffPage; readonly description: string },
): readonly TiffPage[] {
  const images = Number(imagejPattern.exec(description)?.[1] ?? 1);
  if (images <= 1 || first.compression !== 'none') return [first];
  const pageBytes = width * height * elementSize(stored);
  if (images * pageBytes > file.bytes) {
    throw formatError(
      file.label,
      `is truncated: ${images} pages of ${pageBytes} bytes do not fit into its ${file.bytes}. Copy it again.`,
    );
  }
  return Array.from({ length: images }, (_, index) => ({
    ...first,
    segments: async () => {
      const segments = await first.segments();
      const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
      return segments.map((segment) => ({ ...segment, offset: segment.offset + index * bytes }));
    },
  }));
}
