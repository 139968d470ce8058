import { float32Array, type Dataset } from '@rondel/contracts';
import type { PlanTree } from '@rondel/reco';
import { describe, expect, it } from 'vitest';
import { frequencyOf, over, samplesOf, type Complex } from '../reference.test.support.js';
import {
  expectFailure,
  node,
  reconstruct,
  relativeError,
  singlePatchPlan,
  type RunRecord,
} from '../running.test.support.js';

/** Ten samples a period; float32 values of about 1, so spectra agree to 1e-5. */
const samples = 10;
const tolerance = 1e-5;

interface MeasurementOptions {
  readonly frames?: number;
  readonly periods?: number;
  readonly background?: readonly number[];
  readonly salt?: number;
}

function measurement({ frames = 6, periods = 1, background = [], salt = 0 }: MeasurementOptions = {}): Dataset {
  const shape = [frames, periods, 2, samples];
  const values = Float32Array.from({ length: frames * periods * 2 * samples }, (_, at) => Math.sin(at * at + salt));
  const flags = Uint8Array.from({ length: frames }, (_, frame) => (background.includes(frame) ? 1 : 0));
  return {
    data: float32Array(values, shape, ['frame', 'period', 'channel', 'sample']),
    companions: { isBackgroundFrame: { dtype: 'uint8', data: flags, shape: [frames], axes: ['frame'] } },
    attributes: { layout: 'mdf', samples, bandwidth: 500, numAverages: 2 },
  };
}

/** Runs preprocessing alone. */
function preprocess(
  input: Dataset,
  pre: Readonly<Record<string, PlanTree[string]>> = {},
  files: Readonly<Record<string, Dataset>> = {},
): Promise<RunRecord> {
  return reconstruct(singlePatchPlan({ pre }), input, { files, only: ['parameter.pre'] });
}

/** Spectra of series of samples, [series][frequency]. */
function spectra(series: readonly ArrayLike<number>[]): Complex[][] {
  return series.map((values) =>
    Array.from({ length: Math.floor(values.length / 2) + 1 }, (_, k) => frequencyOf(values, k)),
  );
}

/** Both channels of one period of some frames, averaged. */
function meanOf(input: Dataset, frames: readonly number[], period = 0): Float64Array[] {
  return [0, 1].map((channel) => {
    const all = frames.map((frame) => samplesOf(input, frame, period, channel));
    return Float64Array.from({ length: samples }, (_, n) => {
      return all.reduce((sum, values) => sum + (values[n] ?? 0), 0) / all.length;
    });
  });
}

const minus = (a: readonly Float64Array[], b: readonly Float64Array[]) =>
  a.map((values, channel) => values.map((value, n) => value - (b[channel]?.[n] ?? 0)));

function expectSpectra({ output }: RunRecord, wanted: readonly (readonly Complex[])[]): void {
  expect(output.data.dtype).toBe('complex64');
  expect(relativeError(output.data.data, wanted.flat(2))).toBeLessThan(tolerance);
}

describe('the usual preprocessing', () => {
  it('makes spectra of all frames that are no background', async () => {
    const input = measurement({ background: [0, 4] });
    const record = await preprocess(input);
    expect(record.output.data).toMatchObject({
      shape: [4, 1, 2, 6],
      axes: ['frame', 'period', 'channel', 'frequency'],
    });
    expectSpectra(
      record,
      [1, 2, 3, 5].flatMap((frame) => spectra(meanOf(input, [frame]))),
    );
    expect(record.warnings).toEqual(['BACKGROUND_KEPT']);
    expect((await preprocess(input, { neglectBGFrames: false })).output.data.shape[0]).toBe(6);
  });

  it('averages selected frames, the last block of fewer', async () => {
    const input = measurement({ background: [0] });
    const record = await preprocess(input, { frames: [5, 1, 2], numAverages: 2 });
    // Frames count from 1 among those that are no background.
    expectSpectra(record, [...spectra(meanOf(input, [5, 1])), ...spectra(meanOf(input, [2]))]);
    expect(record.logs).toContainEqual(expect.stringContaining('The last image is of 1 frames'));
    expect(record.output.attributes.numAverages).toBe(4);
    const range = await preprocess(input, { frames: { start: 2, stop: 3 } });
    expectSpectra(
      range,
      [2, 3].flatMap((frame) => spectra(meanOf(input, [frame]))),
    );
  });

  it('warns where there are fewer frames than are to be averaged', async () => {
    const record = await preprocess(measurement({ frames: 3 }), { numAverages: 10 });
    expect(record.warnings).toEqual(['FRAMES_FEW']);
    expect(record.output.data.shape[0]).toBe(1);
  });

  it('refuses values that are not finite by frame, channel and sample', async () => {
    const input = measurement();
    // Frame 3, channel 2, sample 5, each counted from 1.
    input.data.data[(2 * 2 + 1) * samples + 4] = Infinity;
    const words = 'frame 3, period 1, channel 2, sample 5 is Infinity';
    await expectFailure(preprocess(input), 'DATA_FORMAT', words);
    await expectFailure(preprocess(input, { numAverages: 6, spectralLeakageCorrection: true }), 'DATA_FORMAT', words);
    expect((await preprocess(input, { frames: [1, 2, 4] })).output.data.shape[0]).toBe(3);
  });

  it('averages periods and joins them in time', async () => {
    const input = measurement({ frames: 1, periods: 4 });
    const averaged = [0, 2].flatMap((period) => {
      const [first, second] = [meanOf(input, [0], period), meanOf(input, [0], period + 1)];
      return first.map((values, channel) => values.map((value, n) => (value + (second[channel]?.[n] ?? 0)) / 2));
    });
    expectSpectra(await preprocess(input, { numPeriodAverages: 2 }), spectra(averaged));
    const joined = [0, 2].flatMap((period) =>
      [0, 1].map((channel) => [...samplesOf(input, 0, period, channel), ...samplesOf(input, 0, period + 1, channel)]),
    );
    const record = await preprocess(input, { numPeriodGrouping: 2 });
    expect(record.output.data.shape).toEqual([1, 2, 2, 11]);
    expectSpectra(record, spectra(joined));
    await expectFailure(
      preprocess(input, { numPeriodAverages: 3 }),
      'PLAN_INVALID_VALUE',
      '4 periods cannot be averaged',
    );
    await expectFailure(
      preprocess(input, { numPeriodAverages: 2, numPeriodGrouping: 3 }),
      'PLAN_INVALID_VALUE',
      '2 periods cannot be joined in groups of 3',
    );
  });

  it('subtracts the mean background of the measurement, or interpolates it', async () => {
    const input = measurement({ frames: 7, background: [0, 1, 6] });
    const internal = (interpolateBG: boolean) =>
      preprocess(input, { bgParams: node('InternalBackgroundCorrectionParameters', { interpolateBG }) });
    const mean = meanOf(input, [0, 1, 6]);
    const record = await internal(false);
    expectSpectra(
      record,
      [2, 3, 4, 5].flatMap((frame) => spectra(minus(meanOf(input, [frame]), mean))),
    );
    expect(record.warnings).toEqual([]);
    // Frame p stands for entry p / 6 * 2 of [block 1, block 1, block 2].
    const [before, after] = [meanOf(input, [0, 1]), meanOf(input, [6])];
    const between = (weight: number) =>
      before.map((values, channel) =>
        values.map((value, n) => (1 - weight) * value + weight * (after[channel]?.[n] ?? 0)),
      );
    expectSpectra(
      await internal(true),
      [2, 3, 4, 5].flatMap((frame) => spectra(minus(meanOf(input, [frame]), between(Math.max(0, frame / 3 - 1))))),
    );
    await expectFailure(
      preprocess(measurement(), { bgParams: node('InternalBackgroundCorrectionParameters') }),
      'PLAN_INVALID_VALUE',
      'no background frames',
    );
  });

  it('subtracts frames of another measurement, or interpolates between them', async () => {
    const input = measurement({ frames: 3 });
    const empty = measurement({ frames: 5, salt: 2, background: [0, 1, 2, 3, 4] });
    const simple = node('SimpleExternalBackgroundCorrectionParameters', { emptyMeas: 'empty', bgFrames: [2, 3] });
    const frames = [0, 1, 2];
    expectSpectra(
      await preprocess(input, { bgParams: simple }, { empty }),
      frames.flatMap((frame) => spectra(minus(meanOf(input, [frame]), meanOf(empty, [1, 2])))),
    );
    const linear = node('LinearInterpolatedExternalBackgroundCorrectionParameters', {
      emptyMeas: 'empty',
      bgFrames: [1, 2],
      bgFramesPost: { start: 4, stop: 5 },
    });
    const [pre, post] = [meanOf(empty, [0, 1]), meanOf(empty, [3, 4])];
    const wanted = frames.flatMap((frame) => {
      const weight = (frame + 1 - 1.5) / (4.5 - 1.5);
      const own = pre.map((values, channel) =>
        values.map((value, n) => (1 - weight) * value + weight * (post[channel]?.[n] ?? 0)),
      );
      return spectra(minus(meanOf(input, [frame]), own));
    });
    expectSpectra(await preprocess(input, { bgParams: linear }, { empty }), wanted);
  });

  it('weights frames with their neighbours against leakage', async () => {
    const input = measurement({ frames: 4 });
    const window = (length: number) =>
      Array.from({ length }, (_, n) => ((1 - Math.cos((2 * Math.PI * n) / (length - 1))) * length) / (length - 1));
    const corrected = (neighbours: readonly number[]) =>
      [0, 1].map((channel) => {
        const joined = neighbours.flatMap((frame) => [...samplesOf(input, frame, 0, channel)]);
        const weights = window(joined.length);
        return Float64Array.from({ length: samples }, (_, n) =>
          neighbours.reduce((sum, _frame, at) => {
            const index = at * samples + n;
            return sum + ((weights[index] ?? 0) * (joined[index] ?? 0)) / neighbours.length;
          }, 0),
        );
      });
    const wanted = [
      [0, 1],
      [0, 1, 2],
      [1, 2, 3],
      [2, 3],
    ].flatMap((neighbours) => spectra(corrected(neighbours)));
    expectSpectra(await preprocess(input, { spectralLeakageCorrection: true }), wanted);
  });

  it('divides by the transfer function and the induction factors', async () => {
    const input = measurement({ frames: 1 });
    const response = Float32Array.from({ length: 24 }, (_, at) => Math.cos(at) + 2);
    // Where nothing is known, nothing was seen.
    response.set([0, 0], 4);
    const inductionFactor = Float64Array.of(2, 3);
    const corrected: Dataset = {
      ...input,
      companions: {
        ...input.companions,
        transferFunction: { dtype: 'complex64', data: response, shape: [2, 6], axes: ['channel', 'frequency'] },
        inductionFactor: { dtype: 'float64', data: inductionFactor, shape: [2], axes: ['channel'] },
      },
    };
    const wanted = spectra(meanOf(input, [0])).map((spectrum, channel) =>
      spectrum.map((value, k): Complex => {
        const at = 2 * (channel * 6 + k);
        const [re, im] = [response[at] ?? 0, response[at + 1] ?? 0];
        if (re === 0 && im === 0) return [0, 0];
        return over(value, [re * (inductionFactor[channel] ?? 1), im * (inductionFactor[channel] ?? 1)]);
      }),
    );
    const record = await preprocess(corrected);
    expectSpectra(record, wanted);
    expect(record.output.attributes.isTransferFunctionCorrected).toBe(true);
    expectSpectra(await preprocess(corrected, { tfCorrection: false }), spectra(meanOf(input, [0])));
    await expectFailure(preprocess(input, { tfCorrection: true }), 'PLAN_INVALID_VALUE', 'has no transfer function');
  });

  it('takes spectra that are stored as such, and goes back to time where it must', async () => {
    const input = measurement({ frames: 2, periods: 2 });
    const stored: Dataset = {
      ...input,
      data: {
        dtype: 'complex64',
        data: Float32Array.from(
          [0, 1].flatMap((frame) => [0, 1].flatMap((period) => spectra(meanOf(input, [frame], period)))).flat(2),
        ),
        shape: [2, 2, 2, 6],
        axes: ['frame', 'period', 'channel', 'frequency'],
      },
    };
    for (const properties of [
      {},
      { numPeriodAverages: 2 },
      { numPeriodGrouping: 2 },
      { spectralLeakageCorrection: true },
    ]) {
      const fromTime = await preprocess(input, properties);
      const fromSpectra = await preprocess(stored, properties);
      expect(fromSpectra.output.data.shape).toEqual(fromTime.output.data.shape);
      expect(relativeError(fromSpectra.output.data.data, fromTime.output.data.data)).toBeLessThan(tolerance);
    }
  });

  it('refuses what is no measurement and frames that there are not', async () => {
    const input = measurement({ background: [0, 1, 2, 3, 4, 5] });
    await expectFailure(preprocess(input), 'DATA_SHAPE_MISMATCH', 'All 6 frames of the measurement are background');
    await expectFailure(preprocess(measurement(), { frames: [7] }), 'PLAN_INVALID_VALUE', 'names frame 7');
    const image = { ...input, data: float32Array(new Float32Array(4), [2, 2]) };
    await expectFailure(preprocess(image), 'DATA_SHAPE_MISMATCH', '[frame, period, channel, sample]');
  });
});
