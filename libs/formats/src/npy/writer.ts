import type { StoredFormat } from '../format-writer.js';
import { npyParts } from './encoder.js';
import { streamNpy } from './stream.js';

/** See `npyParts`. */
export const npyWriter: StoredFormat = {
  mediaType: 'application/x-npy',
  extension: '.npy',
  sent: 'as stored',
  holdsComplex: true,
  encode: npyParts,
  stream: streamNpy,
};
