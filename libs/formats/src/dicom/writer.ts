import type { StreamedFormat } from '../format-writer.js';
import { encodeDicom } from './encoder.js';
import { streamDicom } from './stream.js';

/** See `encodeDicom`. */
export const dicomWriter: StreamedFormat = {
  mediaType: 'application/dicom',
  extension: '.dcm',
  sent: 'streamed',
  holdsComplex: false,
  encode: encodeDicom,
  stream: streamDicom,
};
