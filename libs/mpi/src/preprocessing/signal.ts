import { RondelError, type Dataset, type DatasetFacts, type NdArray } from '@rondel/contracts';

/** What a scanner recorded: real samples in time, or complex frequencies k = 0 ... floor(V / 2) of V samples. */
export interface Signal {
  readonly layout: SignalLayout;
  /** [frame, period, channel, entry], complex numbers interleaved. */
  readonly values: ArrayLike<number>;
}

export interface SignalLayout {
  readonly domain: 'time' | 'frequency';
  readonly frames: number;
  readonly periods: number;
  readonly channels: number;
  /** Samples V of a period. */
  readonly samples: number;
  /** Numbers that an entry of the last axis takes in all: V samples, or two for each frequency. */
  readonly width: number;
}

/** Numbers of one frame. */
export function frameLength({ periods, channels, width }: SignalLayout): number {
  return periods * channels * width;
}

/**
 * The layout of a measurement [frame, period, channel, sample] or, complex, [frame, period, channel, frequency].
 *
 * Throws `DATA_SHAPE_MISMATCH` for an array that is none.
 */
export function signalLayout({ data, attributes }: DatasetFacts, what: string): SignalLayout {
  const { shape, dtype } = data;
  const [frames, periods, channels, entries] = shape;
  if (
    shape.length !== 4 ||
    frames === undefined ||
    periods === undefined ||
    channels === undefined ||
    entries === undefined
  ) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `${what} has the shape [${shape.join(', ')}]; a measurement of magnetic particle imaging is [frame, period, channel, sample] or, complex, [frame, period, channel, frequency], as MDF files have it.`,
    );
  }
  const isComplex = dtype.startsWith('complex');
  const { samples = isComplex ? 2 * (entries - 1) : entries } = attributes;
  return {
    domain: isComplex ? 'frequency' : 'time',
    frames,
    periods,
    channels,
    samples: typeof samples === 'number' ? samples : entries,
    width: isComplex ? 2 * entries : entries,
  };
}

export function signalOf(dataset: Dataset, what: string): Signal {
  return { layout: signalLayout(dataset, what), values: dataset.data.data };
}

/** The frames of a part of a signal that was read on its own. */
export function signalWith(layout: SignalLayout, { data, shape }: NdArray): Signal {
  return { layout: { ...layout, frames: shape[0] ?? 0 }, values: data };
}
