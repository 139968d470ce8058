import { RondelError, type ArrayFacts, type Dataset, type DatasetFacts } from '@rondel/contracts';
import { describeData, formatOfFile } from '@rondel/formats';
import { isPart, wholeOptions, type InputFile } from './input-file.js';

/** Companions that are images of the detector. */
export const fields: readonly string[] = ['white', 'dark'];
const imageAxes = ['slice', 'detector'];

/**
 * How a file is read as a companion: what TIFF has as `white` or `dark` are images of the detector, one after the other, unless the
 * reference says otherwise; an array of two axes without names is one image.
 *
 * Throws `DATA_SHAPE_MISMATCH` for slices of an array that does not say which of its axes has them.
 */
export async function fieldFile(name: string, file: InputFile): Promise<InputFile> {
  if (!fields.includes(name) || file.axes !== undefined) return file;
  const { data } = await describeData(file.path, wholeOptions(file));
  if (file.stack === undefined && (await formatOfFile(file.path)) !== 'tiff') {
    if (data.axes !== undefined) return file;
    if (data.shape.length === imageAxes.length) return { ...file, axes: imageAxes };
    // Fields come as [sample, slice, detector] as often as not, and what was cut along samples may have the shape of the other.
    if (isPart(file) && data.shape.length > imageAxes.length) throw unnamedAxes(name, file, data.shape);
    return file;
  }
  return { ...file, axes: data.shape.length === imageAxes.length ? imageAxes : ['sample', ...imageAxes] };
}

/** That a part cannot be taken of a field of three axes. */
export function unnamedAxes(name: string, { label }: InputFile, shape: readonly number[]): RondelError {
  return new RondelError(
    'DATA_SHAPE_MISMATCH',
    `${label}: a part of a scan needs to know which axis of the array "${name}" of shape [${shape.join(', ')}] has the slices. Say it: put axes=sample,slice,detector or axes=slice,sample,detector behind its reference or file, with & before slice= where that is there.`,
    { details: { shape: [...shape] } },
  );
}

/** Axes of a field without names, as they only fit the slices of the data; `both` for two readings, undefined for none. */
export function fieldNames(
  shape: readonly number[],
  slices: number | undefined,
): readonly string[] | 'both' | undefined {
  const [first, second] = shape;
  if (shape.length !== imageAxes.length + 1 || ![first, second].includes(slices)) return undefined;
  if (first !== slices) return ['sample', 'slice', 'detector'];
  return second === slices && slices !== 1 ? 'both' : ['slice', 'sample', 'detector'];
}

/** A field in the words of fields: its images are samples, and one image is one of them. */
export function asField<T extends Dataset | DatasetFacts>(name: string, dataset: T): T {
  if (!fields.includes(name)) return dataset;
  return { ...dataset, data: withSamples(dataset.data) };
}

function withSamples<T extends ArrayFacts>(array: T): T {
  const { axes, shape, spacing } = array;
  if (axes === undefined) return array;
  if (axes.join() === imageAxes.join()) {
    const inserted = <V>(list: readonly V[], one: V) => [...list.slice(0, 1), one, ...list.slice(1)];
    return {
      ...array,
      shape: inserted(shape, 1),
      axes: inserted(axes, 'sample'),
      ...(spacing && { spacing: inserted(spacing, 1) }),
    };
  }
  return { ...array, axes: axes.map((axis) => (axis === 'angle' ? 'sample' : axis)) };
}
