import { RondelError, type NdArray } from '@rondel/contracts';
import { encodeHdf5 } from './hdf5/encoder.js';
import { renderSlice, type RenderOptions } from './image/png.js';
import { encodeNifti } from './nifti/writer.js';
import { encodeNpy } from './npy/writer.js';
import { encodeTiff } from './tiff/writer.js';

interface WritableFormatFacts {
  readonly mediaType: string;
  /** Of file names, with the dot. */
  readonly extension: string;
}

/** Every format that arrays can be written in. HDF5's media type is the one registered with IANA; NIfTI has none, so it is that of its gzip wrapping. */
export const writableFormats = {
  npy: { mediaType: 'application/x-npy', extension: '.npy' },
  h5: { mediaType: 'application/vnd.hdfgroup.hdf5', extension: '.h5' },
  'nii.gz': { mediaType: 'application/gzip', extension: '.nii.gz' },
  tif: { mediaType: 'image/tiff', extension: '.tif' },
  png: { mediaType: 'image/png', extension: '.png' },
} as const satisfies Record<string, WritableFormatFacts>;

export type WritableFormat = keyof typeof writableFormats;

/** An array as a file: its parts in order (some are views of the array), their media type and total length. */
export interface EncodedArray {
  readonly parts: readonly Uint8Array[];
  readonly mediaType: string;
  readonly extension: string;
  readonly bytes: number;
}

/** For PNG which plane and how; the other formats hold the whole array. */
export interface EncodeOptions extends RenderOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes an array as `npy` (no copy), `h5` (see `encodeHdf5`), `nii.gz` (see `encodeNifti`), `tif` (see `encodeTiff`) or `png` (see `renderSlice`).
 *
 * Throws `INVALID_REQUEST` for a format that is not in `writableFormats` and what the writers throw.
 */
export async function encodeArray(
  array: NdArray,
  format: WritableFormat,
  options: EncodeOptions = {},
): Promise<EncodedArray> {
  if (!Object.hasOwn(writableFormats, format)) {
    const names = Object.keys(writableFormats).join(', ');
    throw new RondelError('INVALID_REQUEST', `Arrays are written as ${names}, not as "${format}".`);
  }
  const parts = await partsOf(array, format, options);
  const bytes = parts.reduce((total, part) => total + part.byteLength, 0);
  return { parts, bytes, ...writableFormats[format] };
}

async function partsOf(array: NdArray, format: WritableFormat, options: EncodeOptions): Promise<readonly Uint8Array[]> {
  switch (format) {
    case 'npy':
      return encodeNpy(array);
    case 'h5':
      return [await encodeHdf5(array, { signal: options.signal })];
    case 'nii.gz':
      return [await encodeNifti(array)];
    case 'tif':
      return encodeTiff(array);
    case 'png':
      return [renderSlice(array, options)];
  }
}
