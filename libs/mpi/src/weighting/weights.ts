import { RondelError } from '@rondel/contracts';
import type { ParameterNode, ParametersOf, StepContext } from '@rondel/reco';
import { rowCount, type FrequencyRows } from '../frequencies/rows.js';
import type { channelWeighting, compositeWeighting, whiteningWeighting } from '../manifest/weighting.js';
import { frameKinds } from '../preprocessing/background.js';
import { signalLayout } from '../preprocessing/signal.js';
import { openFrames, responseFor, spectraMaker } from '../preprocessing/spectra.js';

/** The rows that are weighted. */
export interface WeightedRows {
  readonly rows: FrequencyRows;
  /** How often all of them follow each other, one period after the other. */
  readonly periods: number;
  /** Squared norm of each row of the system matrix, [period, row]. */
  readonly normsSquared: ArrayLike<number>;
}

type WeightingContext = Pick<StepContext, 'file'>;

/**
 * Weight of each row, [period, row]; undefined where all weigh the same.
 *
 * Throws `PLAN_INVALID_VALUE` for channels without a weight and files without background frames, `DATA_SHAPE_MISMATCH` for a
 * file of another scan.
 */
export async function rowWeights(
  { type, parameters }: ParameterNode,
  weighted: WeightedRows,
  context: WeightingContext,
): Promise<Float64Array | undefined> {
  const { rows, periods, normsSquared } = weighted;
  const ofRow = (weight: (row: number) => number) =>
    Float64Array.from({ length: periods * rowCount(rows) }, (_, at) => weight(at % rowCount(rows)));
  switch (type) {
    case 'NoWeightingParameters':
      return undefined;
    case 'ChannelWeightingParameters': {
      const { channelWeights } = parameters as ParametersOf<typeof channelWeighting.properties>;
      requireChannels(channelWeights, rows);
      return ofRow((row) => channelWeights[rows.channels[row] ?? 0] ?? 0);
    }
    case 'RowNormWeightingParameters':
      return Float64Array.from(normsSquared, (norm) => (norm > 0 ? 1 / Math.sqrt(norm) : 0));
    case 'WhiteningWeightingParameters':
      return whitening(parameters as ParametersOf<typeof whiteningWeighting.properties>, weighted, context);
    case 'CompositeWeightingParameters': {
      const { weightingParameters } = parameters as ParametersOf<typeof compositeWeighting.properties>;
      return product(weightingParameters, weighted, context);
    }
    default:
      throw new RondelError('INTERNAL', `${type} is no weighting.`);
  }
}

function requireChannels(channelWeights: readonly number[], { channels }: FrequencyRows): void {
  const missing = channels.find((channel) => channel >= channelWeights.length);
  if (missing === undefined) return;
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `channelWeights has ${channelWeights.length} weights, but rows of receive channel ${missing + 1} are used. Give a weight for each channel.`,
    { at: 'weightingParams.channelWeights' },
  );
}

async function product(
  nodes: readonly ParameterNode[],
  weighted: WeightedRows,
  context: WeightingContext,
): Promise<Float64Array | undefined> {
  let weights: Float64Array | undefined;
  for (const node of nodes) {
    const own = await rowWeights(node, weighted, context);
    weights = weights === undefined ? own : weights.map((weight, row) => weight * (own?.[row] ?? 1));
  }
  return weights;
}

/** The smallest standard deviation (n - 1) of all rows over the background frames, over that of the row. */
async function whitening(
  { whiteningMeas, tfCorrection }: ParametersOf<typeof whiteningWeighting.properties>,
  { rows, periods }: WeightedRows,
  context: WeightingContext,
): Promise<Float64Array> {
  const file = await context.file(whiteningMeas);
  const { facts, label } = file;
  const flags = facts.companions.isBackgroundFrame === undefined ? undefined : await file.read('isBackgroundFrame');
  const { background } = frameKinds(flags?.data, signalLayout(facts, label).frames);
  if (background.length < 2) {
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `${label} has ${background.length} background frames; a standard deviation needs two or more. Use a measurement with background frames.`,
      { at: 'weightingParams.whiteningMeas' },
    );
  }
  const place = { wanted: tfCorrection, label, at: 'weightingParams.tfCorrection' };
  const response = await responseFor(facts, place, (name) => file.read(name));
  const { signal, frames } = await openFrames(file, background, false);
  const options = { spectralLeakageCorrection: false, numPeriodAverages: 1, numPeriodGrouping: 1 };
  const maker = spectraMaker(signal, { ...options, isLeakageCorrected: true }, response);
  const { channels, frequencies } = maker.shape;
  const [lastChannel, lastFrequency] = [last(rows.channels), last(rows.frequencies)];
  if (lastChannel >= channels || lastFrequency >= frequencies || maker.shape.periods < periods) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `${label} has ${maker.shape.periods} periods, ${channels} channels and ${frequencies} frequencies, fewer than the rows of the system matrix. Use a measurement of the same sequence.`,
      { at: 'weightingParams.whiteningMeas' },
    );
  }
  const spectra = frames.map((frame) => maker.spectra(maker.mean([frame])));
  const deviations = Float64Array.from({ length: periods * rowCount(rows) }, (_, at) => {
    const row = at % rowCount(rows);
    const channel = Math.floor(at / rowCount(rows)) * channels + (rows.channels[row] ?? 0);
    return deviation(spectra, 2 * (channel * frequencies + (rows.frequencies[row] ?? 0)));
  });
  const largest = spectra.reduce((most, values) => values.reduce((a, b) => Math.max(a, Math.abs(b)), most), 0);
  return weightsFrom(deviations, { label, least: roundingShare * largest });
}

function last(positions: Int32Array): number {
  return positions.reduce((a, b) => Math.max(a, b), 0);
}

/** sqrt(sum |x - mean|^2 / (n - 1)) of complex numbers. */
function deviation(spectra: readonly Float64Array[], at: number): number {
  const count = spectra.length;
  let [real, imaginary] = [0, 0];
  for (const values of spectra) {
    real += (values[at] ?? 0) / count;
    imaginary += (values[at + 1] ?? 0) / count;
  }
  const squares = spectra.reduce(
    (sum, values) => sum + ((values[at] ?? 0) - real) ** 2 + ((values[at + 1] ?? 0) - imaginary) ** 2,
    0,
  );
  return Math.sqrt(squares / (count - 1));
}

/** Deviations of less than this share of the largest value are rounding. */
const roundingShare = 1e-12;

function weightsFrom(
  deviations: Float64Array,
  { label, least }: { readonly label: string; readonly least: number },
): Float64Array {
  const still = deviations.filter((value) => value <= least).length;
  if (still === 0) {
    const smallest = deviations.reduce((a, b) => Math.min(a, b), Infinity);
    return deviations.map((value) => smallest / value);
  }
  throw new RondelError(
    'DATA_FORMAT',
    `In ${label}, ${still} of ${deviations.length} rows have no noise at all, so the others would count for nothing. Leave these frequencies out, e.g. with minFreq.`,
    { at: 'weightingParams.whiteningMeas' },
  );
}
