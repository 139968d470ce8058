import { readPlane } from '../read-plane.js';
import { renderSlice, type RenderOptions } from './png.js';
import type { ImageFile } from './sheet.js';

/** One plane of the image in a `.npy` file as PNG. Throws what `readPlane` and `renderSlice` throw. */
export async function drawSlice(
  { path, label }: ImageFile,
  { slice, frame, ...options }: RenderOptions,
): Promise<Uint8Array> {
  return renderSlice(await readPlane(path, { label, slice, frame }), options);
}
