import type { NdArray } from '@rondel/contracts';
import { readNpyPlane } from './npy/reader.js';
import { openRegularFile } from './file/opened-file.js';
import type { PlaneChoice } from './array/plane.js';

/** A plane of more bytes than this is none that anybody looks at. */
const largestPlane = 256 * 2 ** 20;

export interface ReadPlaneOptions extends PlaneChoice {
  /** What errors call the file. */
  readonly label: string;
}

/**
 * Reads one plane [y, x] of the image in a `.npy` file, and no more of the file than that.
 *
 * Throws what `readDataset` throws for a file, and `findPlane` for the choice.
 */
export async function readPlane(path: string, { label, ...choice }: ReadPlaneOptions): Promise<NdArray> {
  const { handle, bytes } = await openRegularFile(path, label);
  try {
    return await readNpyPlane({ handle, bytes, label, maxBytes: largestPlane }, choice);
  } finally {
    await handle.close();
  }
}
