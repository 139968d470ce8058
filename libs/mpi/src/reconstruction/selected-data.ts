import { RondelError, type Dataset, type NdArray } from '@rondel/contracts';
import { firstNotFinite, namedRow } from '../frequencies/named-row.js';
import { numberIn } from '../system-matrix/calibration.js';
import { rowCount, type FrequencyRows } from '../frequencies/rows.js';

/** The rows of a system, in the order [period, row]. */
export interface SelectedRows {
  readonly rows: FrequencyRows;
  readonly periods: number;
  /** Whether real and imaginary parts are rows of their own, behind each other. */
  readonly isReal: boolean;
}

/**
 * What was measured at the rows of a system matrix, from spectra [frame, period, channel, frequency]: complex64 [entry, row]; as
 * real numbers float32, real and imaginary part of each row behind each other.
 *
 * Throws `DATA_SHAPE_MISMATCH` where the measurement lacks what the rows need, `DATA_FORMAT` for values that are not finite.
 */
export function selectedData({ data, companions, attributes }: Dataset, selected: SelectedRows): NdArray<Float32Array> {
  const { rows, periods, isReal } = selected;
  const [frames = 0, measuredPeriods = 0, channels = 0, frequencies = 0] = data.shape;
  const entryOf = entries(companions.frequencySelection?.data, frequencies);
  requireParts({ periods: measuredPeriods, channels }, selected);
  const count = rowCount(rows);
  const places = Int32Array.from({ length: count }, (_, row) => {
    const frequency = rows.frequencies[row] ?? 0;
    const entry = entryOf(frequency);
    if (entry === undefined) throw missingFrequency(frequency, frequencies);
    return (rows.channels[row] ?? 0) * frequencies + entry;
  });
  const values = new Float32Array(2 * frames * periods * count);
  let to = 0;
  for (let frame = 0; frame < frames; frame++) {
    for (let period = 0; period < periods; period++) {
      const from = (frame * measuredPeriods + period) * channels * frequencies;
      for (const place of places) {
        values[to++] = data.data[2 * (from + place)] ?? 0;
        values[to++] = data.data[2 * (from + place) + 1] ?? 0;
      }
    }
  }
  requireFinite(values, selected, { attributes, frequencies });
  const axes = ['entry', 'row'];
  if (isReal) return { dtype: 'float32', data: values, shape: [frames, 2 * periods * count], axes };
  return { dtype: 'complex64', data: values, shape: [frames, periods * count], axes };
}

/** Entry of each frequency, where the measurement kept some of them. */
function entries(
  selection: ArrayLike<number> | undefined,
  frequencies: number,
): (frequency: number) => number | undefined {
  if (selection === undefined) return (frequency) => (frequency < frequencies ? frequency : undefined);
  const known = new Map(Array.from(selection, (frequency, entry): [number, number] => [frequency - 1, entry]));
  return (frequency) => known.get(frequency);
}

function requireParts(
  { periods, channels }: { readonly periods: number; readonly channels: number },
  { rows, periods: wanted }: SelectedRows,
): void {
  if (periods !== wanted) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `The measurement has ${periods} periods in a frame, the system matrix ${wanted}. Average or join them with numPeriodAverages and numPeriodGrouping; several patches are reconstructed with MultiPatchReconstructionAlgorithm.`,
    );
  }
  const missing = rows.channels.find((channel) => channel >= channels);
  if (missing === undefined) return;
  throw new RondelError(
    'DATA_SHAPE_MISMATCH',
    `The measurement has ${channels} receive channels, but rows of channel ${missing + 1} of the system matrix are used. Choose others with recChannels.`,
  );
}

function requireFinite(
  values: Float32Array,
  { rows, periods }: SelectedRows,
  { attributes, frequencies }: Pick<Dataset, 'attributes'> & { readonly frequencies: number },
): void {
  const wrong = firstNotFinite(values);
  if (wrong === -1) return;
  const count = rowCount(rows);
  const place = Math.floor(wrong / 2);
  const [row, period] = [place % count, Math.floor(place / count) % periods];
  const samples = numberIn(attributes, 'samples') ?? 2 * (frequencies - 1);
  const grouping = Math.max(1, Math.round((2 * (frequencies - 1)) / samples));
  const named = namedRow(rows.frequencies[row] ?? 0, rows.channels[row] ?? 0, { attributes, grouping });
  throw new RondelError(
    'DATA_FORMAT',
    `The measurement: image ${Math.floor(place / count / periods) + 1}, period ${period + 1}, ${named} is ${String(values[wrong])} once background and transfer function were corrected, which is not finite. Look at these, or leave the row out with freqFilter.`,
  );
}

function missingFrequency(frequency: number, frequencies: number): RondelError {
  return new RondelError(
    'DATA_SHAPE_MISMATCH',
    `The measurement has ${frequencies} frequencies, but not number ${frequency + 1} of the system matrix, counted from 1. Was it taken with another sequence? Choose frequencies with minFreq and maxFreq.`,
  );
}

/** Rows of complex numbers as rows of real ones: real and imaginary part of each behind each other. */
export function realRows({ data, shape, axes }: NdArray<Float32Array>): NdArray<Float32Array> {
  const [rows = 0, columns = 0] = shape;
  const values = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const from = 2 * (row * columns + column);
      values[2 * row * columns + column] = data[from] ?? 0;
      values[(2 * row + 1) * columns + column] = data[from + 1] ?? 0;
    }
  }
  return { dtype: 'float32', data: values, shape: [2 * rows, columns], ...(axes && { axes }) };
}
