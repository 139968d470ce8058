import { elementCount, elementSize, type DType, type NdArray } from '@rondel/contracts';
import type { Box } from '../../array/axis-range.js';
import { stridesOf } from '../../array/strided-copy.js';
import { componentsOf, typedView } from '../../array/typed-array.js';
import { allocateBytes } from '../../file/data-errors.js';
import { readSlabs } from '../library/array-reader.js';
import type { OpenedHdf5 } from '../library/opened-hdf5.js';
import { companionValues } from './companions.js';
import type { MdfLayout } from './layout.js';

/** What stored numbers of each channel are multiplied by, and what is added then. */
export interface Conversion {
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/** `/acquisition/receiver/dataConversionFactor` of some channels; undefined where the file has none. */
export function conversionOf(
  file: OpenedHdf5,
  layout: MdfLayout,
  { first, channels }: { readonly first: number; readonly channels: number },
): Conversion | undefined {
  const factors = companionValues(file, layout, 'dataConversionFactor');
  if (factors === undefined) return undefined;
  const term = (at: number) =>
    Float64Array.from({ length: channels }, (_, channel) => factors[2 * (first + channel) + at] ?? 0);
  return { scale: term(0), shift: term(1) };
}

export interface DataReading {
  readonly path: string;
  readonly layout: Pick<MdfLayout, 'stored'>;
  /** As the box has them. */
  readonly axes: readonly string[];
  readonly box: Box;
  /** The axes of the result. */
  readonly wanted: readonly string[];
  readonly dtype: DType;
  readonly conversion: Conversion | undefined;
}

/**
 * Reads a box of the data, whatever the order in which its axes are stored and wanted, piece by piece into its place: beside
 * the result there is never more than a piece. Nothing is moved where the orders are the same.
 */
export function readInOrder(file: OpenedHdf5, reading: DataReading): NdArray {
  const { path, layout, axes, box, wanted, dtype, conversion } = reading;
  const { stored } = layout;
  const along = (list: readonly number[], axis: string) => list[axes.indexOf(axis)] ?? 0;
  const count = stored.axes.map((axis) => along(box.count, axis));
  const offset = stored.axes.map((axis) => along(box.offset, axis));
  const shape = wanted.map((axis) => along(box.count, axis));
  const components = componentsOf(dtype);
  const elements = elementCount(shape);
  const target = typedView(dtype, allocateBytes(file.label, elements * elementSize(dtype)), {
    length: elements * components,
  });
  const strides = stridesOf({ shape, dtype });
  const steps = stored.axes.map((axis) => strides[wanted.indexOf(axis)] ?? 0);
  const place = { count, steps, components, channel: stored.axes.indexOf('channel'), conversion };
  const parts = stored.hasPartAxis ? [2] : [];
  const storedBox = { offset: [...offset, ...parts.map(() => 0)], count: [...count, ...parts] };
  readSlabs(file, { path, box: storedBox }, (values, start) => {
    scatter(values, start, target, place);
  });
  return { dtype, shape, data: target, axes: wanted };
}

interface Placement {
  /** Extents of the box, as it is stored. */
  readonly count: readonly number[];
  /** Distance in the target of neighbours along each axis. */
  readonly steps: readonly number[];
  readonly components: number;
  /** Which of the axes is that of the channels; never the last. */
  readonly channel: number;
  readonly conversion: Conversion | undefined;
}

/** Puts consecutive values of the box, from the one numbered `start` on, where they belong. */
function scatter(values: NdArray['data'], start: number, target: NdArray['data'], placement: Placement): void {
  const { count, steps, components, conversion } = placement;
  const row = (count.at(-1) ?? 1) * components;
  const step = steps.at(-1) ?? components;
  for (let done = 0; done < values.length;) {
    const column = (start + done) % row;
    const length = Math.min(row - column, values.length - done);
    const line = Math.floor((start + done) / row);
    const { at, channel } = placeOfLine(line, placement);
    const from = at + (column / components) * step;
    const piece = values.subarray(done, done + length);
    if (conversion !== undefined) {
      const [scale = 1, shift = 0] = [conversion.scale[channel], conversion.shift[channel]];
      for (let index = 0; index < length; index++) target[from + index * step] = scale * (piece[index] ?? 0) + shift;
    } else if (step === components) target.set(piece, from);
    else if (components === 1) {
      for (let index = 0; index < length; index++) target[from + index * step] = piece[index] ?? 0;
    } else {
      for (let index = 0; index < length; index += 2) {
        const to = from + (index / 2) * step;
        target[to] = piece[index] ?? 0;
        target[to + 1] = piece[index + 1] ?? 0;
      }
    }
    done += length;
  }
}

/** Where a line along the last stored axis begins in the target, and of which channel it is. */
function placeOfLine(line: number, { count, steps, channel }: Placement): { at: number; channel: number } {
  let at = 0;
  let ofChannel = 0;
  let rest = line;
  for (let axis = count.length - 2; axis >= 0; axis--) {
    const extent = count[axis] ?? 1;
    const index = rest % extent;
    rest = Math.floor(rest / extent);
    at += index * (steps[axis] ?? 0);
    if (axis === channel) ofChannel = index;
  }
  return { at, channel: ofChannel };
}
