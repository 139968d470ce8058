import { RondelError, type NdArray } from '@rondel/contracts';
import type { EncodeOptions, FormatWriter } from './format-writer.js';
import { dicomWriter } from './dicom/writer.js';
import { hdf5Writer } from './hdf5/writer.js';
import { niftiWriter } from './nifti/writer.js';
import { npyWriter } from './npy/writer.js';
import { pngWriter } from './png/writer.js';
import { tiffWriter } from './tiff/writer.js';

/** Every format that arrays can be written in, by the name that requests have for it. */
export const writableFormats = {
  npy: npyWriter,
  h5: hdf5Writer,
  'nii.gz': niftiWriter,
  tif: tiffWriter,
  dcm: dicomWriter,
  png: pngWriter,
} as const satisfies Record<string, FormatWriter>;

export type WritableFormat = keyof typeof writableFormats;

/** An array as a file: its parts in order (some are views of the array), their media type and total length. */
export interface EncodedArray extends Pick<FormatWriter, 'mediaType' | 'extension'> {
  readonly parts: readonly Uint8Array[];
  readonly bytes: number;
}

/**
 * Writes an array as `npy` (no copy), `h5` (see `encodeHdf5`), `nii.gz` (see `encodeNifti`), `tif` (see `encodeTiff`),
 * `dcm` (see `encodeDicom`) or `png` (see `renderSlice`).
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
  const { encode, mediaType, extension } = writableFormats[format];
  const parts = await encode(array, options);
  const bytes = parts.reduce((total, part) => total + part.byteLength, 0);
  return { parts, bytes, mediaType, extension };
}
