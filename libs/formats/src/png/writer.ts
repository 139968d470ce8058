import type { PictureFormat } from '../format-writer.js';
import { renderSlice } from '../image/png.js';

/** See `renderSlice`. */
export const pngWriter: PictureFormat = {
  mediaType: 'image/png',
  extension: '.png',
  sent: 'drawn',
  holdsComplex: false,
  encode: (array, options) => [renderSlice(array, options)],
};
