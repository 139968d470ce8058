import { RondelError, type NdArray, type TypedArray } from '@rondel/contracts';
import { requireFinite } from '../../sinogram/finite-values.js';
import type { SinogramShape } from '../../sinogram/sinogram-shape.js';
import { medianOf } from '../../sinogram/median.js';

/**
 * How the samples of a field become one. `robust` is the mean, which has the least noise, but the median in bins where they
 * vary far more than elsewhere, as when a cosmic ray hit one of them.
 */
export type FieldAverage = 'robust' | 'median' | 'mean';

/** A field as it came, [slice, sample, detector] counts. */
export interface Field {
  readonly name: 'white' | 'dark';
  readonly array: NdArray;
}

/** Samples that are nothing like the others of their field. */
export interface Disagreement {
  readonly name: Field['name'];
  /** Counted from 1, ascending. */
  readonly samples: readonly number[];
  readonly of: number;
  /** False where so many disagree that nobody can tell which are wrong. */
  readonly leftOut: boolean;
}

/** Bins of a field, in all slices, in which its samples do not agree. */
export interface DisputedBins {
  readonly name: Field['name'];
  readonly samples: number;
  /** No more than half of the samples agree, so that nobody can tell which are wrong. */
  readonly undecided: number;
  /** The mean takes in samples that are far from most. */
  readonly drawn: number;
}

export interface AveragedFields {
  /** float64 [slice, detector] */
  readonly white: Float64Array;
  /** 0 where there is no dark field. */
  readonly dark: Float64Array;
  readonly disagreements: readonly Disagreement[];
  readonly disputed: readonly DisputedBins[];
}

/** Samples of a bin that vary by this many times what is usual in the row, and by this part of white - dark, are not noise. */
const unusualRange = { times: 5, part: 0.01 };

/** The same for samples that draw the average of a bin by what shows as a ring. */
const disputedRange = { times: 8, part: 0.03 };

type FieldShape = Pick<SinogramShape, 'slices' | 'detectors'>;

/** A sample whose mean is off by this part of white - dark is another kind of picture: a closed shutter, the wrong field. */
const disagreeingPart = 0.25;

/**
 * Averages the samples of white and dark fields for every slice by itself. A sample that is off as a whole is left out, as
 * long as more than half of them agree.
 *
 * Throws `DATA_SHAPE_MISMATCH` for fields that do not belong to the projections and `DATA_FORMAT` for values that are not
 * finite.
 */
export function averageFields(
  { white, dark }: { readonly white: NdArray; readonly dark: NdArray | undefined },
  shape: FieldShape,
  average: FieldAverage,
): AveragedFields {
  const fields = [{ name: 'white' as const, array: white }, ...(dark ? [{ name: 'dark' as const, array: dark }] : [])];
  for (const field of fields) requireField(field, shape);
  const means = fields.map(({ array }) => sampleMeans(array));
  const signal = (slice: number) => {
    const [bright = 0, low = 0] = means.map((all) => medianOf(all[slice] ?? []));
    return Math.abs(bright - low);
  };
  const averaged = fields.map((field, index) => averageField(field, { means: means[index] ?? [], signal, average }));
  return {
    white: averaged[0]?.values ?? new Float64Array(),
    dark: averaged[1]?.values ?? new Float64Array(shape.slices * shape.detectors),
    disagreements: averaged.flatMap(({ disagreements }) => disagreements),
    disputed: averaged.map(({ disputed }) => disputed),
  };
}

function requireField({ name, array }: Field, { slices, detectors }: FieldShape): void {
  const [fieldSlices = 0, samples = 0, fieldDetectors = 0] = array.shape;
  if (array.shape.length !== 3 || samples === 0 || fieldSlices !== slices || fieldDetectors !== detectors) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `The ${name} field must be [slice, sample, detector] = [${slices}, any, ${detectors}], but has shape [${array.shape.join(', ')}].${samples === 0 ? '' : ` If a part of the scan is taken that is none of this file, put its ?slice=…, ?detector=… or ?binning=… behind ${name}= as well.`}`,
      { details: { expected: [slices, null, detectors], actual: [...array.shape] } },
    );
  }
  requireFinite(array.data, array.shape, `The ${name} field`);
}

/** [slice][sample] */
function sampleMeans({ data, shape }: NdArray): number[][] {
  const [slices = 0, samples = 0, detectors = 0] = shape;
  return Array.from({ length: slices }, (_slice, slice) =>
    Array.from({ length: samples }, (_sample, sample) => {
      const start = (slice * samples + sample) * detectors;
      let sum = 0;
      for (let index = start; index < start + detectors; index++) sum += data[index] ?? 0;
      return sum / detectors;
    }),
  );
}

interface Averaging {
  /** [slice][sample] */
  readonly means: readonly (readonly number[])[];
  /** Of a slice, white - dark. */
  readonly signal: (slice: number) => number;
  readonly average: FieldAverage;
}

function averageField({ name, array }: Field, { means, signal, average }: Averaging) {
  const [slices = 0, samples = 0, detectors = 0] = array.shape;
  const values = new Float64Array(slices * detectors);
  const found = { leftOut: new Set<number>(), kept: new Set<number>() };
  const disputed = { undecided: 0, drawn: 0 };
  for (let slice = 0; slice < slices; slice++) {
    const odd = oddSamples(means[slice] ?? [], disagreeingPart * signal(slice));
    const leftOut = 2 * odd.length < samples ? odd : [];
    for (const sample of odd) (leftOut.length > 0 ? found.leftOut : found.kept).add(sample + 1);
    const rows = Array.from({ length: samples }, (_, sample) => sample)
      .filter((sample) => !leftOut.includes(sample))
      .map((sample) =>
        array.data.subarray((slice * samples + sample) * detectors, (slice * samples + sample + 1) * detectors),
      );
    const row = averageRows(rows, signal(slice), average);
    values.set(row.values, slice * detectors);
    // What is off as a whole has been said of the samples.
    if (odd.length > leftOut.length) continue;
    disputed.undecided += row.undecided;
    disputed.drawn += row.drawn;
  }
  const disagreements = [found.leftOut, found.kept]
    .map((odd, index) => ({ name, samples: [...odd].sort((a, b) => a - b), of: samples, leftOut: index === 0 }))
    .filter((each) => each.samples.length > 0);
  return { values, disagreements, disputed: { name, samples, ...disputed } };
}

function averageRows(rows: readonly TypedArray[], signal: number, average: FieldAverage) {
  const detectors = rows[0]?.length ?? 0;
  const ranges = rangesOf(rows);
  const usual = medianOf(ranges);
  const isUnusual = (bin: number, { times, part }: typeof unusualRange) =>
    (ranges[bin] ?? 0) > times * usual + part * signal;
  const values = new Float64Array(detectors);
  const ofBin = new Float64Array(rows.length);
  let [undecided, drawn] = [0, 0];
  for (let bin = 0; bin < detectors; bin++) {
    rows.forEach((row, at) => (ofBin[at] = row[bin] ?? 0));
    const usesMedian = average === 'median' || (average === 'robust' && isUnusual(bin, unusualRange));
    values[bin] = usesMedian ? medianOf(ofBin) : ofBin.reduce((sum, value) => sum + value, 0) / rows.length;
    if (!isUnusual(bin, disputedRange)) continue;
    const middle = medianOf(ofBin);
    const tolerance = (disputedRange.times * usual + disputedRange.part * signal) / 2;
    const agreeing = ofBin.filter((value) => Math.abs(value - middle) <= tolerance).length;
    if (2 * agreeing <= rows.length) undecided++;
    else if (!usesMedian) drawn++;
  }
  return { values, undecided, drawn };
}

/** Of every bin, from the least of the samples to the largest. */
function rangesOf(rows: readonly TypedArray[]): Float64Array {
  return Float64Array.from({ length: rows[0]?.length ?? 0 }, (_, bin) => {
    let least = Infinity;
    let most = -Infinity;
    for (const row of rows) {
      const value = row[bin] ?? 0;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    return most - least;
  });
}

/** Indices from 0 of the samples that are nothing like the median one. */
function oddSamples(means: readonly number[], tolerance: number): number[] {
  const typical = medianOf(means);
  return [...means.keys()].filter((sample) => Math.abs((means[sample] ?? 0) - typical) > tolerance);
}
