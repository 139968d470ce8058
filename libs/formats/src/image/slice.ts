import { partOf, type ImagePart } from '@rondel/contracts';
import { readPlane } from '../read-plane.js';
import { drawThumbnail, encodeGrey, renderSlice, type RenderOptions } from './png.js';
import type { ImageFile } from './sheet.js';
import { makeThumbnail } from './thumbnail.js';

export interface SliceOptions extends RenderOptions {
  /** What is drawn of complex numbers. @default magnitude */
  readonly part?: ImagePart | undefined;
  /** Pixels: makes it smaller until neither side is longer, in 8 bit; only with a `window`. @default as large as it is */
  readonly side?: number | undefined;
}

/** One plane of the image in a `.npy` file as PNG. Throws what `readPlane` and `renderSlice` throw. */
export async function drawSlice(
  { path, label }: ImageFile,
  { slice, frame, colour, side, part = 'magnitude', ...options }: SliceOptions,
): Promise<Uint8Array> {
  const plane = partOf(await readPlane(path, { label, slice, frame, colour }), part);
  if (side !== undefined && options.window !== undefined) {
    return encodeGrey(drawThumbnail(makeThumbnail(plane, side), options.window));
  }
  return renderSlice(plane, options);
}
