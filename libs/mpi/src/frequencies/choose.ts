import { RondelError } from '@rondel/contracts';
import type { ParameterNode, ParametersOf } from '@rondel/reco';
import type {
  compositeFilter,
  directSelectionFilter,
  frequencyNumberFilter,
  snrThresholdFilter,
} from '../manifest/frequency-filters.js';
import { mixingOrders, type DriveField } from './mixing-order.js';
import { listedPositions } from './positions.js';
import { rowsOf, type FrequencyRows } from './rows.js';

/** What filters ask of a calibration file. */
export interface FrequencyFacts {
  /** Samples V of a period; frequencies k = 0 ... floor(V / 2) are k 2 bandwidth / V. */
  readonly samples: number;
  /** Largest frequency, in Hz. */
  readonly bandwidth: number;
  readonly channels: number;
  /** Frequencies that the file has, counted from 0; all when absent. */
  readonly available?: Int32Array | undefined;
  /** Signal-to-noise ratio [channel, frequency] over the available frequencies; 0 counts where the file has none. */
  readonly snr?: ArrayLike<number> | undefined;
  /** Absent where the file does not say. */
  readonly drive?: DriveField | undefined;
}

type Pair = readonly [frequency: number, channel: number];
type Thresholds = Omit<ParametersOf<typeof snrThresholdFilter.properties>, 'SNRThresh'>;

/**
 * The rows that a filter chooses: frequency fastest, then channel.
 *
 * Throws `PLAN_INVALID_VALUE` for channels and frequencies that there are not, and for what cannot be told of the file.
 */
export function chooseRows(filter: ParameterNode, facts: FrequencyFacts): FrequencyRows {
  return rowsOf(chosen(filter, facts));
}

function chosen({ type, parameters }: ParameterNode, facts: FrequencyFacts): readonly Pair[] {
  // A plan is checked against the definitions before its nodes get here.
  switch (type) {
    case 'NoFrequencyFilterParameter':
      return pairs(availableFrequencies(facts), allChannels(facts));
    case 'DirectSelectionFrequencyFilterParameters':
      return selected(parameters as ParametersOf<typeof directSelectionFilter.properties>, facts);
    case 'SNRThresholdFrequencyFilterParameter':
      return aboveThreshold(parameters as ParametersOf<typeof snrThresholdFilter.properties>, facts);
    case 'FreqNumThresholdFrequencyFilterParameter':
      return best(parameters as ParametersOf<typeof frequencyNumberFilter.properties>, facts);
    case 'CompositeFrequencyFilterParameters':
      return common(parameters as ParametersOf<typeof compositeFilter.properties>, facts);
    default:
      throw new RondelError('INTERNAL', `${type} is no frequency filter.`);
  }
}

function pairs(frequencies: readonly number[], channels: readonly number[]): Pair[] {
  return channels.flatMap((channel) => frequencies.map((frequency): Pair => [frequency, channel]));
}

function allChannels({ channels }: FrequencyFacts): number[] {
  return Array.from({ length: channels }, (_, channel) => channel);
}

function availableFrequencies({ samples, available }: FrequencyFacts, grouping = 1): number[] {
  if (available !== undefined && grouping === 1) return [...available];
  return Array.from({ length: Math.floor((samples * grouping) / 2) + 1 }, (_, frequency) => frequency);
}

function selected(
  { freqIndices }: ParametersOf<typeof directSelectionFilter.properties>,
  facts: FrequencyFacts,
): readonly Pair[] {
  if (freqIndices === undefined) return pairs(availableFrequencies(facts), allChannels(facts));
  if (!Array.isArray(freqIndices)) return pairs(toZero(listedPositions(freqIndices), facts), allChannels(facts));
  const [first] = freqIndices;
  if (!Array.isArray(first)) return pairs(toZero(freqIndices.filter(isNumber), facts), allChannels(facts));
  const listed = freqIndices.filter((pair) => Array.isArray(pair));
  const frequencies = toZero(
    listed.map(([frequency = 0]) => frequency),
    facts,
  );
  const channels = channelsFrom(
    listed.map(([, channel = 0]) => channel),
    facts,
    'freqIndices',
  );
  return frequencies.map((frequency, index): Pair => [frequency, channels[index] ?? 0]);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

/** Positions of frequencies, from 1, to those from 0. */
function toZero(listed: readonly number[], facts: FrequencyFacts): number[] {
  const known = new Set(availableFrequencies(facts));
  const missing = listed.find((position) => !known.has(position - 1));
  if (missing === undefined) return listed.map((position) => position - 1);
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `freqIndices names frequency ${missing}, which the system matrix does not have: it has ${known.size}, counted from 1${facts.available === undefined ? '' : ', some left out'}.`,
    { at: 'sfLoad.freqFilter.freqIndices' },
  );
}

function channelsFrom(listed: readonly number[], { channels }: FrequencyFacts, property: string): number[] {
  const missing = listed.find((channel) => channel > channels);
  if (missing === undefined) return listed.map((channel) => channel - 1);
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `${property} names receive channel ${missing}; the system matrix has ${channels}, counted from 1.`,
    { at: `sfLoad.freqFilter.${property}` },
  );
}

function aboveThreshold(
  { SNRThresh, ...thresholds }: ParametersOf<typeof snrThresholdFilter.properties>,
  facts: FrequencyFacts,
): readonly Pair[] {
  const within = inBand(thresholds, facts);
  if (SNRThresh <= 0) return within;
  const ratio = ratios(thresholds, facts);
  return within.filter((pair) => ratio(pair) >= SNRThresh);
}

function best(
  { numUsedFreqs, ...thresholds }: ParametersOf<typeof frequencyNumberFilter.properties>,
  facts: FrequencyFacts,
): readonly Pair[] {
  const within = inBand(thresholds, facts);
  const ratio = ratios(thresholds, facts);
  const used = new Set(within.toSorted((a, b) => ratio(b) - ratio(a)).slice(0, numUsedFreqs));
  return within.filter((pair) => used.has(pair));
}

/** The signal-to-noise ratio of a row; 0 where the file has none. */
function ratios({ numPeriodGrouping }: Thresholds, facts: FrequencyFacts): (pair: Pair) => number {
  const { snr } = facts;
  if (snr === undefined) return () => 0;
  if (numPeriodGrouping > 1) {
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `numPeriodGrouping is ${numPeriodGrouping}, so frequencies lie denser than the signal-to-noise ratios of the system matrix. Choose frequencies by minFreq, maxFreq and numSidebandFreqs.`,
      { at: 'sfLoad.freqFilter.numPeriodGrouping' },
    );
  }
  const frequencies = availableFrequencies(facts);
  const at = new Map(frequencies.map((frequency, index) => [frequency, index]));
  return ([frequency, channel]) => snr[channel * frequencies.length + (at.get(frequency) ?? NaN)] ?? 0;
}

/** Rows of the band and of the channels, sidebands and mixing orders included. */
function inBand(thresholds: Thresholds, facts: FrequencyFacts): readonly Pair[] {
  const { minFreq, maxFreq = facts.bandwidth, recChannels, numPeriodGrouping } = thresholds;
  const wanted = recChannels === undefined ? allChannels(facts) : channelsOf(listedPositions(recChannels), facts);
  // Frequencies are told apart to within the rounding of their products.
  const step = (2 * facts.bandwidth) / (facts.samples * numPeriodGrouping);
  const slack = 1e-9 * step;
  const isKept = [mixingRule(thresholds, facts), sidebandRule(thresholds, facts)];
  const frequencies = availableFrequencies(facts, numPeriodGrouping).filter(
    (frequency) =>
      (minFreq <= 0 || frequency * step >= minFreq - slack) &&
      (maxFreq >= facts.bandwidth || frequency * step <= maxFreq + slack) &&
      isKept.every((keeps) => keeps(frequency)),
  );
  return pairs(frequencies, wanted);
}

/** In the order of the file, each once. */
function channelsOf(listed: readonly number[], facts: FrequencyFacts): number[] {
  const wanted = new Set(channelsFrom(listed, facts, 'recChannels'));
  return allChannels(facts).filter((channel) => wanted.has(channel));
}

function mixingRule(
  { maxMixingOrder, numPeriodGrouping }: Thresholds,
  { drive, samples }: FrequencyFacts,
): (frequency: number) => boolean {
  if (maxMixingOrder <= 0) return () => true;
  if (numPeriodGrouping > 1 || drive === undefined) {
    const reason =
      drive === undefined
        ? 'the system matrix does not say its drive field'
        : `numPeriodGrouping is ${numPeriodGrouping}`;
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `maxMixingOrder is ${maxMixingOrder}, but mixing orders cannot be told: ${reason}. Leave maxMixingOrder out.`,
      { at: 'sfLoad.freqFilter.maxMixingOrder' },
    );
  }
  const orders = mixingOrders(drive, Math.floor(samples / 2) + 1);
  return (frequency) => {
    const order = orders[frequency] ?? -1;
    return order >= 0 && order <= maxMixingOrder;
  };
}

/** With grouped periods, frequencies that lie near one of a single period. */
function sidebandRule({ numSidebandFreqs, numPeriodGrouping }: Thresholds, _facts: FrequencyFacts) {
  if (numSidebandFreqs <= 0 || numPeriodGrouping === 1) return () => true;
  return (frequency: number) => {
    const above = frequency % numPeriodGrouping;
    return Math.min(above, numPeriodGrouping - above) <= numSidebandFreqs;
  };
}

function common({ filters }: ParametersOf<typeof compositeFilter.properties>, facts: FrequencyFacts): readonly Pair[] {
  const [first, ...others] = filters;
  if (first === undefined) {
    throw new RondelError('PLAN_INVALID_VALUE', 'filters is empty: a composite filter needs one filter at least.', {
      at: 'sfLoad.freqFilter.filters',
    });
  }
  const name = ([frequency, channel]: Pair) => `${frequency} ${channel}`;
  const kept = others.map((filter) => new Set(chosen(filter, facts).map(name)));
  return chosen(first, facts).filter((pair) => kept.every((names) => names.has(name(pair))));
}
