import type { StoredFormat } from '../format-writer.js';
import { encodeNpy } from './encoder.js';

/** See `encodeNpy`. */
export const npyWriter: StoredFormat = {
  mediaType: 'application/x-npy',
  extension: '.npy',
  sent: 'as stored',
  encode: encodeNpy,
};
