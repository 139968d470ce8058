import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { NdArray } from '@rondel/contracts';
import { assertFilled } from '../array/filled.js';
import { bytesOf } from '../array/typed-array.js';
import { niftiHeader } from './header.js';

const compress = promisify(gzip);

/**
 * A `.nii.gz` file (NIfTI-1, gzip) of [frame, slice, y, x] or fewer axes, values and element type unchanged; for
 * orientation and spacing see `niftiHeader`. The same array always gives the same bytes.
 *
 * Throws `DATA_SHAPE_MISMATCH` for a shape that NIfTI-1 cannot hold or that the values do not fill.
 */
export async function encodeNifti(array: NdArray): Promise<Uint8Array> {
  assertFilled(array);
  const file = Buffer.concat([niftiHeader(array), bytesOf(array.data)]);
  // Noise in floating-point images does not compress; more effort only takes longer.
  return compress(file, { level: constants.Z_BEST_SPEED });
}
