import {
  elementCount,
  elementSize,
  type ArrayFacts,
  type Dataset,
  type DatasetFacts,
  type NdArray,
} from '@rondel/contracts';
import { boxOf, mainBoxOf, type AxisRange, type Box } from '../../array/axis-range.js';
import { boxOfSpans, placesInOrder, takeBox, type ArrayPart } from '../../array/axis-spans.js';
import { noSuchArray, tooLarge } from '../../file/data-errors.js';
import type { OpenedHdf5 } from '../library/opened-hdf5.js';
import { attributesOf } from './attributes.js';
import { companionsOf, type MdfCompanion } from './companions.js';
import { conversionOf, readInOrder } from './data.js';
import { dataPath, layoutOf, type MdfLayout } from './layout.js';

export { isMdf } from './layout.js';

/** What is asked of a file in this layout. */
export interface MdfReading {
  readonly range?: AxisRange | undefined;
  /** Companions that are neither read nor checked. */
  readonly without?: readonly string[] | undefined;
}

interface OpenedMdf {
  readonly layout: MdfLayout;
  readonly data: ArrayFacts;
  readonly companions: ReadonlyMap<string, MdfCompanion>;
}

function openMdf(file: OpenedHdf5, without: readonly string[] = []): OpenedMdf {
  const layout = layoutOf(file);
  const { frames, periods, channels, entries, isFourierTransformed } = layout;
  const data: ArrayFacts = {
    dtype: isFourierTransformed ? 'complex64' : 'float32',
    shape: [frames, periods, channels, entries],
    axes: ['frame', 'period', 'channel', isFourierTransformed ? 'frequency' : 'sample'],
  };
  return { layout, data, companions: companionsOf(file, layout, without) };
}

/** What `readMdf` would return, without its values. Throws as it. */
export function describeMdf(file: OpenedHdf5, { without }: MdfReading): DatasetFacts {
  const { layout, data, companions } = openMdf(file, without);
  return {
    data,
    companions: Object.fromEntries([...companions].map(([name, { facts }]) => [name, facts])),
    attributes: attributesOf(file, layout, companions),
  };
}

/**
 * Reads a measurement or a calibration (system matrix) in MDF of version 2.
 *
 * - `data`: float32 [frame, period, channel, sample], as a * x + b of what is stored where the file has these factors (see
 *   `conversionOf`); or complex64 [frame, period, channel, frequency] as it is stored. Frames are in the order in which they
 *   are stored: where they were permuted, those of a calibration voxel by voxel, x fastest, background frames at the end
 * - `companions`, as far as the file has them: see `companionsOf`
 * - with a `range`, of all that has the axis only the entries asked for
 * - `attributes`: see `attributesOf`
 *
 * Throws `DATA_FORMAT` for what is not read, as sparse frames; `DATA_SHAPE_MISMATCH` for arrays that do not belong together;
 * `DATA_FORBIDDEN` for values in other files; `QUOTA_EXCEEDED`.
 */
export function readMdf(file: OpenedHdf5, { range, without }: MdfReading): Dataset {
  const { layout, data, companions } = openMdf(file, without);
  const box = mainBoxOf(file.label, data, range);
  const boxes = new Map([...companions].map(([name, { facts }]) => [name, boxOf(facts, range)]));
  claimTotal(file, [{ dtype: data.dtype, shape: box.count }, ...[...companions.values()].map(({ facts }) => facts)]);
  const read = [...companions].map(([name, companion]): [string, NdArray] => {
    const whole = companion.read(file);
    return [name, takeBox(name, whole, boxes.get(name) ?? boxOf(whole, undefined))];
  });
  return {
    data: readData(file, { layout, data }, { box }),
    companions: Object.fromEntries(read),
    attributes: attributesOf(file, layout, companions),
  };
}

/** Reads one array. Throws as `readMdf`, `boxOfSpans` and `placesInOrder`; `DATA_NOT_FOUND` for an array that is not there. */
export function readMdfArray(file: OpenedHdf5, { name, spans, order }: ArrayPart): NdArray {
  const opened = openMdf(file);
  if (name === 'data') {
    const box = boxOfSpans(file.label, opened.data, spans);
    claimTotal(file, [{ dtype: opened.data.dtype, shape: box.count }]);
    return readData(file, opened, { box, order });
  }
  const companion = opened.companions.get(name);
  if (companion === undefined) throw noSuchArray(file.label, name, [...opened.companions.keys()]);
  const label = `${file.label}#${companion.path}`;
  const box = boxOfSpans(label, companion.facts, spans);
  claimTotal(file, [companion.facts]);
  return takeBox(label, companion.read(file), box, order);
}

function readData(
  file: OpenedHdf5,
  { layout, data }: Pick<OpenedMdf, 'layout' | 'data'>,
  { box, order }: { readonly box: Box; readonly order?: readonly string[] | undefined },
): NdArray {
  const { axes = [] } = data;
  const wanted = placesInOrder(file.label, axes, order ?? axes).map((place) => axes[place] ?? '');
  const conversion = layout.isFourierTransformed
    ? undefined
    : conversionOf(file, layout, { first: box.offset[2] ?? 0, channels: box.count[2] ?? 0 });
  return readInOrder(file, { path: dataPath, layout, axes, box, wanted, dtype: data.dtype, conversion });
}

/** Throws `QUOTA_EXCEEDED` before anything is read when all that is to be read is above the limit. */
function claimTotal({ label, maxBytes }: OpenedHdf5, arrays: readonly Pick<ArrayFacts, 'dtype' | 'shape'>[]): void {
  const bytes = arrays.reduce((total, { dtype, shape }) => total + elementSize(dtype) * elementCount(shape), 0);
  if (bytes > maxBytes) throw tooLarge(label, bytes, maxBytes);
}
