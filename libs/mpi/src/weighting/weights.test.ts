import { float32Array, type Dataset } from '@rondel/contracts';
import { describe, expect, it } from 'vitest';
import { rowsOf } from '../frequencies/rows.js';
import { frequencyOf, samplesOf } from '../reference.test.support.js';
import { expectFailure, memoryFile } from '../running.test.support.js';
import { rowWeights } from './weights.js';

const pairs = [
  [1, 0],
  [2, 0],
  [2, 1],
] as const;
const rows = { rows: rowsOf(pairs), periods: 1, normsSquared: [4, 0, 25] };

/** Frames without a sample; two channels of eight samples. */
function emptyScan(frames: number, noise = 1): Dataset {
  const values = Float32Array.from({ length: frames * 16 }, (_, at) => 1 + noise * Math.sin(at * at));
  const flags = new Uint8Array(frames).fill(1);
  return {
    data: float32Array(values, [frames, 1, 2, 8], ['frame', 'period', 'channel', 'sample']),
    companions: { isBackgroundFrame: { dtype: 'uint8', data: flags, shape: [frames], axes: ['frame'] } },
    attributes: {},
  };
}

function weights(type: string, parameters = {}, file = emptyScan(5)) {
  const context = { file: () => Promise.resolve(memoryFile('empty.mdf', file)) };
  return rowWeights({ type, parameters }, rows, context);
}

describe('weights of rows', () => {
  it('are none, those of channels, or of norms', async () => {
    expect(await weights('NoWeightingParameters')).toBeUndefined();
    expect(await weights('ChannelWeightingParameters', { channelWeights: [2, 3, 1] })).toEqual(
      Float64Array.of(2, 2, 3),
    );
    expect(await weights('RowNormWeightingParameters')).toEqual(Float64Array.of(0.5, 0, 0.2));
    const short = weights('ChannelWeightingParameters', { channelWeights: [2] });
    await expectFailure(short, 'PLAN_INVALID_VALUE', 'rows of receive channel 2');
  });

  it('are smaller where frames without a sample differ more', async () => {
    const scan = emptyScan(5);
    const deviations = pairs.map(([frequency, channel]) => {
      const values = Array.from({ length: 5 }, (_, frame) =>
        frequencyOf(samplesOf(scan, frame, 0, channel), frequency),
      );
      const [re, im] = [0, 1].map((part) => values.reduce((sum, value) => sum + (value[part] ?? 0) / 5, 0));
      const squares = values.map((value) => (value[0] - (re ?? 0)) ** 2 + (value[1] - (im ?? 0)) ** 2);
      return Math.sqrt(squares.reduce((sum, value) => sum + value, 0) / 4);
    });
    const found = await weights('WhiteningWeightingParameters', { whiteningMeas: { reference: 'empty' } }, scan);
    // Both in float64, from the same float32 samples.
    for (const [row, deviation] of deviations.entries()) {
      expect(found?.[row]).toBeCloseTo(Math.min(...deviations) / deviation, 10);
    }
  });

  it('need noise to be told from', async () => {
    const whitening = (scan: Dataset) =>
      weights('WhiteningWeightingParameters', { whiteningMeas: { reference: 'empty' } }, scan);
    await expectFailure(whitening(emptyScan(1)), 'PLAN_INVALID_VALUE', 'has 1 background frames');
    await expectFailure(whitening(emptyScan(3, 0)), 'DATA_FORMAT', '3 of 3 rows have no noise');
  });

  it('multiply', async () => {
    const weightingParameters = [
      { type: 'RowNormWeightingParameters', parameters: {} },
      { type: 'NoWeightingParameters', parameters: {} },
      { type: 'ChannelWeightingParameters', parameters: { channelWeights: [2, 3] } },
    ];
    const found = await weights('CompositeWeightingParameters', { weightingParameters });
    expect(Array.from(found ?? [])).toEqual([1, 0, expect.closeTo(0.6, 12)]);
  });
});
