import type { StreamedFormat } from '../format-writer.js';
import { encodeTiff } from './encoder.js';
import { streamTiff } from './stream.js';

/** See `encodeTiff`. */
export const tiffWriter: StreamedFormat = {
  mediaType: 'image/tiff',
  extension: '.tif',
  sent: 'streamed',
  holdsComplex: false,
  encode: (array) => encodeTiff(array),
  stream: streamTiff,
};
