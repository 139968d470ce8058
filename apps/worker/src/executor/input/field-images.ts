import { RondelError, type ArrayFacts, type Dataset, type DatasetFacts } from '@rondel/contracts';
import { describeData, formatOfFile } from '@rondel/formats';
import { readOptions, type InputFile } from './input-file.js';

/** Companions that are images of the detector. */
const fields = ['white', 'dark'];
const imageAxes = ['slice', 'detector'];

/**
 * How a file is read as a companion: what TIFF has as `white` or `dark` are images of the detector, one after the other, unless the
 * reference says otherwise.
 *
 * Throws `DATA_SHAPE_MISMATCH` for slices of an array that does not say which of its axes has them.
 */
export async function fieldFile(name: string, file: InputFile): Promise<InputFile> {
  if (!fields.includes(name) || file.axes !== undefined) return file;
  if (file.stack === undefined && (await formatOfFile(file.path)) !== 'tiff') {
    if (file.slice !== undefined) await requireNamedAxes(name, file);
    return file;
  }
  const { data } = await describeData(file.path, readOptions(file));
  return { ...file, axes: data.shape.length === imageAxes.length ? imageAxes : ['sample', ...imageAxes] };
}

/** Fields come as [sample, slice, detector] as often as not, and what was cut along samples may have the shape of the other. */
async function requireNamedAxes(name: string, file: InputFile): Promise<void> {
  const { slice: _, angle: __, skip: ___, detector: ____, theta: _____, ...whole } = readOptions(file);
  const { axes, shape } = (await describeData(file.path, whole)).data;
  if (axes !== undefined || shape.length <= imageAxes.length) return;
  throw new RondelError(
    'DATA_SHAPE_MISMATCH',
    `${file.label}: slice= needs to know which axis of the array "${name}" of shape [${shape.join(', ')}] has the slices. Say it: put axes=sample,slice,detector or axes=slice,sample,detector behind its reference or file, beside slice=.`,
    { details: { shape: [...shape] } },
  );
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
