import { formatDataReference, parseDataReference, type Submission } from '@rondel/contracts';

/** Arrays that have the slices of the scan, where they come from files of their own. */
const sliced = ['data', 'white', 'dark'];

/** The same data, of one slice from 0; what says already which slices it means stays as it is. */
export function atSlice(data: Submission['data'], slice: number): Submission['data'] {
  if (typeof data === 'string') return sliceOf(data, slice);
  return Object.fromEntries(
    Object.entries(data).map(([name, reference]) => [
      name,
      sliced.includes(name) ? sliceOf(reference, slice) : reference,
    ]),
  );
}

function sliceOf(text: string, slice: number): string {
  const reference = parseDataReference(text);
  if (reference.scheme === 'job' || reference.slice !== undefined) return text;
  return formatDataReference({ ...reference, slice: { start: slice, stop: slice + 1 } });
}
