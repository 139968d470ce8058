import type { ParameterNode } from '@rondel/reco';
import { describe, expect, it } from 'vitest';
import { chooseRows, type FrequencyFacts } from './choose.js';
import { mixingOrders } from './mixing-order.js';

/** 9 frequencies 0, 100, ... 800 Hz of 16 samples. */
const facts: FrequencyFacts = {
  samples: 16,
  bandwidth: 800,
  channels: 2,
  snr: [0, 1, 2, 3, 4, 5, 6, 7, 8, 8, 7, 6, 5, 4, 3, 2, 1, 0],
};

const thresholds = { minFreq: 0, numPeriodAverages: 1, numPeriodGrouping: 1, maxMixingOrder: -1, numSidebandFreqs: -1 };

const filter = (type: string, parameters = {}): ParameterNode => ({ type, parameters });
const snr = (parameters = {}) =>
  filter('SNRThresholdFrequencyFilterParameter', { ...thresholds, SNRThresh: -1, ...parameters });

function rows(node: ParameterNode, of = facts): [number, number][] {
  const { frequencies, channels } = chooseRows(node, of);
  return Array.from(frequencies, (frequency, row) => [frequency, channels[row] ?? NaN]);
}

const all = (frequencies: readonly number[], channels: readonly number[]) =>
  channels.flatMap((channel) => frequencies.map((frequency) => [frequency, channel]));
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('frequency filters', () => {
  it('take everything, frequency fastest, unless told', () => {
    expect(rows(filter('NoFrequencyFilterParameter'))).toEqual(all(range(0, 8), [0, 1]));
    expect(rows(snr())).toEqual(all(range(0, 8), [0, 1]));
    expect(rows(filter('DirectSelectionFrequencyFilterParameters'))).toEqual(all(range(0, 8), [0, 1]));
  });

  it('keep a band, both ends included', () => {
    expect(rows(snr({ minFreq: 200, maxFreq: 500 }))).toEqual(all(range(2, 5), [0, 1]));
    expect(rows(snr({ minFreq: 201, maxFreq: 499 }))).toEqual(all(range(3, 4), [0, 1]));
  });

  it('keep channels, counted from 1, in their order in the file', () => {
    expect(rows(snr({ recChannels: [2] }))).toEqual(all(range(0, 8), [1]));
    expect(rows(snr({ recChannels: { start: 1, stop: 2 } }))).toEqual(all(range(0, 8), [0, 1]));
    expect(rows(snr({ recChannels: '1:2' }))).toEqual(all(range(0, 8), [0, 1]));
    expect(() => rows(snr({ recChannels: [3] }))).toThrow('names receive channel 3; the system matrix has 2');
  });

  it('keep what stands out from the noise', () => {
    expect(rows(snr({ SNRThresh: 5 }))).toEqual([...all(range(5, 8), [0]), ...all(range(0, 3), [1])]);
    expect(rows(snr({ SNRThresh: 1 }), { ...facts, snr: undefined })).toEqual([]);
  });

  it('keep a number of rows, the best of them', () => {
    const best = filter('FreqNumThresholdFrequencyFilterParameter', { ...thresholds, minFreq: 100, numUsedFreqs: 3 });
    expect(rows(best)).toEqual([
      [7, 0],
      [8, 0],
      [1, 1],
    ]);
  });

  it('take frequencies by their positions, in every channel or one by one', () => {
    const direct = (freqIndices: unknown) => filter('DirectSelectionFrequencyFilterParameters', { freqIndices });
    expect(rows(direct([3, 1]))).toEqual(all([2, 0], [0, 1]));
    expect(rows(direct({ start: 2, stop: 4 }))).toEqual(all([1, 2, 3], [0, 1]));
    expect(rows(direct('2:3:8'))).toEqual(all([1, 4, 7], [0, 1]));
    expect(() => rows(direct('1:900000000'))).toThrow('A range of positions may have 1000000');
    expect(
      rows(
        direct([
          [3, 2],
          [1, 1],
        ]),
      ),
    ).toEqual([
      [2, 1],
      [0, 0],
    ]);
    expect(() => rows(direct([10]))).toThrow('names frequency 10');
  });

  it('keep what several filters have in common, in the order of the first', () => {
    const filters = [
      filter('DirectSelectionFrequencyFilterParameters', { freqIndices: [8, 7, 2] }),
      snr({ SNRThresh: 6 }),
    ];
    expect(rows(filter('CompositeFrequencyFilterParameters', { filters }))).toEqual([
      [7, 0],
      [6, 0],
      [1, 1],
    ]);
    expect(() => rows(filter('CompositeFrequencyFilterParameters', { filters: [] }))).toThrow('filters is empty');
  });

  it('know which frequencies a file has', () => {
    const some = { ...facts, available: Int32Array.of(1, 4, 6), snr: [1, 2, 3, 6, 5, 4] };
    expect(rows(snr({ minFreq: 150 }), some)).toEqual(all([4, 6], [0, 1]));
    expect(rows(snr({ SNRThresh: 3 }), some)).toEqual([[6, 0], ...all([1, 4, 6], [1])]);
  });

  it('keep sidebands of grouped periods, and refuse what cannot be told of them', () => {
    // Every fourth frequency is one of a single period.
    const near = rows(snr({ numPeriodGrouping: 4, numSidebandFreqs: 1, maxFreq: 250, recChannels: [1] }));
    expect(near).toEqual(all([0, 1, 3, 4, 5, 7, 8, 9], [0]));
    expect(() => rows(snr({ numPeriodGrouping: 4, SNRThresh: 3 }))).toThrow('denser than the signal-to-noise ratios');
    expect(() => rows(snr({ maxMixingOrder: 3 }))).toThrow('does not say its drive field');
  });

  it('keep low mixing orders', () => {
    // 3 and 4 periods of the drive fields: 1 = 4 - 3 (2), 2 = 2 * 3 - 4 (3), 5 = 2 * 4 - 3 (3), 8 = 2 * 4 (2).
    const drive = { baseFrequency: 1200, cycle: 0.01, dividers: [4, 3, 2], strengths: [0.01, 0.01, 0] };
    expect([...mixingOrders(drive, 9)]).toEqual([0, 2, 3, 1, 1, 3, 2, 2, 2]);
    expect(rows(snr({ maxMixingOrder: 1, recChannels: [1] }), { ...facts, drive })).toEqual(all([0, 3, 4], [0]));
    const single = { ...drive, strengths: [0.01, 0, 0] };
    expect([...mixingOrders(single, 9)]).toEqual([0, -1, -1, 1, -1, -1, 2, -1, -1]);
  });
});
