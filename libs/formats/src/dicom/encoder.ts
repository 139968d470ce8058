import { createHash } from 'node:crypto';
import { isComplex, RondelError, type NdArray, type TypedArray } from '@rondel/contracts';
import { bytesOf, hostIsLittleEndian } from '../array/typed-array.js';
import type { EncodeOptions } from '../format-writer.js';
import { summarize } from '../image/summary.js';
import { toLevels, type GreyLevels } from '../tiff/levels.js';
import { dicomStart } from './header.js';
import { rescaleOf } from './rescale.js';

/**
 * A DICOM file of [colour, frame, slice, y, x] or fewer axes: a Multi-frame Grayscale Word Secondary Capture Image (PS3.3 A.8.4),
 * Explicit VR Little Endian, not compressed, one frame for each plane in their order, row 0 on top. Pixels are unsigned 16-bit levels
 * between the smallest and the largest value of the array or those of the window; `RescaleSlope` and `RescaleIntercept` give the
 * values back, to half a slope, in the unit of `RescaleType`. NaN is the lowest level. See `geometryOf` for where planes lie, which only a spacing in mm, µm or m tells.
 * There is no patient, and the UIDs are made of a hash, so that the same array always gives the same bytes. A private element
 * (0009,1001) says how the image was made.
 *
 * Throws `DATA_SHAPE_MISMATCH` for complex or no finite values, no axis, more than 5 axes, an empty one, more than 65,535 rows,
 * columns or planes, and for 4 GiB or more.
 */
export async function encodeDicom(
  array: NdArray,
  { window, provenance }: EncodeOptions = {},
): Promise<readonly Uint8Array[]> {
  const { dtype, data } = array;
  if (isComplex(dtype)) {
    throw new RondelError('DATA_SHAPE_MISMATCH', `DICOM holds real numbers, got ${dtype}. Take .npy or .h5.`);
  }
  const rescale = rescaleOf(window ?? extremesOf(array));
  const pixels = levelBytes(data, rescale.levels);
  const identity = provenance ?? createHash('sha256').update(pixels).digest('hex');
  const { before } = await dicomStart({ ...array, rescale, identity, provenance });
  return [before, pixels];
}

/** Levels in the byte order of the file. */
export function levelBytes(values: TypedArray, levels: GreyLevels): Uint8Array {
  const bytes = bytesOf(toLevels(values, levels));
  return hostIsLittleEndian() ? bytes : Buffer.from(bytes).swap16();
}

function extremesOf(array: NdArray): readonly [number, number] {
  const { min, max } = summarize(array);
  if (Number.isFinite(min)) return [min, max > min ? max : min + 1];
  throw new RondelError('DATA_SHAPE_MISMATCH', 'No value of the array is finite, which DICOM cannot hold. Take .npy.');
}
