import type { StreamedFormat } from '../format-writer.js';
import { encodeNifti } from './encoder.js';
import { streamNifti } from './stream.js';

/** See `encodeNifti`. NIfTI has no registered media type, so it is that of its gzip wrapping. */
export const niftiWriter: StreamedFormat = {
  mediaType: 'application/gzip',
  extension: '.nii.gz',
  sent: 'streamed',
  holdsComplex: true,
  encode: async (array) => [await encodeNifti(array)],
  stream: async (path, facts) => ({ stream: await streamNifti(path, facts) }),
};
