import { formatDataReference, parseDataReference, type Submission } from '@rondel/contracts';

/**
 * The same data, of one slice from 0 (where the data is binned, of those that one is made of); what says already which slices it means stays as it is. Fields in files of their own are
 * cut with it when they are read.
 */
export function atSlice(data: Submission['data'], slice: number): Submission['data'] {
  if (typeof data === 'string') return sliceOf(data, slice);
  const { data: main, ...others } = data;
  return main === undefined ? data : { data: sliceOf(main, slice), ...others };
}

function sliceOf(text: string, slice: number): string {
  const reference = parseDataReference(text);
  if (reference.scheme === 'job' || reference.slice !== undefined) return text;
  const { slice: factor = 1 } = reference.binning ?? {};
  return formatDataReference({ ...reference, slice: { start: slice * factor, stop: (slice + 1) * factor } });
}
