import type { StreamedFormat } from '../format-writer.js';
import { encodeHdf5 } from './encoder.js';
import { streamHdf5 } from './stream.js';

/** See `encodeHdf5`. The media type is the one registered with IANA. */
export const hdf5Writer: StreamedFormat = {
  mediaType: 'application/vnd.hdfgroup.hdf5',
  extension: '.h5',
  sent: 'streamed',
  holdsComplex: true,
  encode: async (array, { signal }) => [await encodeHdf5(array, { signal })],
  stream: streamHdf5,
};
