import { float32Array, type Dataset, type NdArray } from '@rondel/contracts';
import { loneContext } from '@rondel/reco';
import { describe, expect, it } from 'vitest';
import { rowsOf, type FrequencyRows } from '../frequencies/rows.js';
import { frequencyOf, over, type Complex } from '../reference.test.support.js';
import { expectFailure, memoryFile, relativeError } from '../running.test.support.js';
import { openCalibration } from './calibration.js';
import { readSystemMatrix, type SystemMatrixReading } from './read.js';
import { entryBoxes } from './entry-boxes.js';

/** 3 x 2 x 2 voxels, frames without a sample before, amid and behind them; 8 samples, 5 frequencies, 2 channels, 2 periods. */
const voxels = 12;
const background = [0, 7, 14, 15];
const frames = voxels + background.length;
const foreground = Array.from({ length: frames }, (_, frame) => frame).filter((frame) => !background.includes(frame));
const [periods, channels, samples, frequencies] = [2, 2, 8, 5];

/** float32 values of about 1, spectra of sums of eight: 1e-5. */
const tolerance = 1e-5;

const attributes = {
  layout: 'mdf',
  samples,
  bandwidth: 400,
  calibrationSize: [3, 2, 2],
  calibrationFov: [0.03, 0.02, 0.02],
  calibrationFovCenter: [0, 0, 0],
  calibrationOrder: 'xyz',
};

function inTime(): Dataset {
  const shape = [frames, periods, channels, samples];
  const values = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, at) => Math.sin(at * at));
  const flags = Uint8Array.from({ length: frames }, (_, frame) => (background.includes(frame) ? 1 : 0));
  return {
    data: float32Array(values, shape, ['frame', 'period', 'channel', 'sample']),
    companions: { isBackgroundFrame: { dtype: 'uint8', data: flags, shape: [frames], axes: ['frame'] } },
    attributes,
  };
}

const calibration = inTime();

/** One value of the spectra, as the definition has it. */
function value(frame: number, period: number, [frequency, channel]: readonly [number, number]): Complex {
  const start = ((frame * periods + period) * channels + channel) * samples;
  return frequencyOf(calibration.data.data.subarray(start, start + samples), frequency);
}

function asSpectra(kept = [0, 1, 2, 3, 4]): Dataset {
  const values: number[] = [];
  for (let frame = 0; frame < frames; frame++) {
    for (let period = 0; period < periods; period++) {
      for (let channel = 0; channel < channels; channel++) {
        for (const frequency of kept) values.push(...value(frame, period, [frequency, channel]));
      }
    }
  }
  const selection: NdArray = {
    dtype: 'int32',
    data: Int32Array.from(kept, (frequency) => frequency + 1),
    shape: [kept.length],
    axes: ['frequency'],
  };
  return {
    ...calibration,
    data: {
      dtype: 'complex64',
      data: Float32Array.from(values),
      shape: [frames, periods, channels, kept.length],
      axes: ['frame', 'period', 'channel', 'frequency'],
    },
    companions: { ...calibration.companions, ...(kept.length < frequencies && { frequencySelection: selection }) },
    attributes: { ...attributes, isFourierTransformed: true },
  };
}

const pairs = [
  [4, 1],
  [1, 0],
  [2, 0],
] as const;
const rows = rowsOf(pairs);

const context = loneContext();

const plain = { bgCorrection: false, periodAverages: 1, periodGrouping: 1 };

async function read(
  dataset: Dataset,
  reading: Partial<SystemMatrixReading> = {},
  of: FrequencyRows = rows,
): Promise<NdArray> {
  const opened = await openCalibration(memoryFile('sm.mdf', dataset));
  return readSystemMatrix(opened, of, { ...plain, ...reading }, context);
}

/** [period, row, voxel] of values that are told by frame. */
function matrix(of: (frame: number, period: number, row: readonly [number, number]) => Complex, order = foreground) {
  return [0, 1].flatMap((period) => pairs.flatMap((row) => order.flatMap((frame) => of(frame, period, row))));
}

const plus = ([a, b]: Complex, [c, d]: Complex, factor = 1): Complex => [a + factor * c, b + factor * d];

describe('reading a system matrix', () => {
  it.each([
    { stored: 'samples', dataset: inTime() },
    { stored: 'spectra', dataset: asSpectra() },
    { stored: 'some of the spectra', dataset: asSpectra([1, 2, 4]) },
  ])('gives the rows that are chosen, voxel by voxel, from $stored', async ({ dataset }) => {
    const found = await read(dataset);
    expect(found).toMatchObject({ dtype: 'complex64', shape: [2 * pairs.length, voxels] });
    expect(relativeError(found.data, matrix(value))).toBeLessThan(tolerance);
  });

  it('averages periods, and joins them in time', async () => {
    const averaged = pairs.flatMap((row) =>
      foreground.flatMap((frame) => {
        const [a, b] = plus(value(frame, 0, row), value(frame, 1, row));
        return [a / 2, b / 2];
      }),
    );
    for (const dataset of [inTime(), asSpectra()]) {
      expect(relativeError((await read(dataset, { periodAverages: 2 })).data, averaged)).toBeLessThan(tolerance);
    }
    const joined = pairs.flatMap(([frequency, channel]) =>
      foreground.flatMap((frame) => {
        const parts = [0, 1].flatMap((period) => {
          const start = ((frame * periods + period) * channels + channel) * samples;
          return [...calibration.data.data.subarray(start, start + samples)];
        });
        return frequencyOf(parts, frequency);
      }),
    );
    for (const dataset of [inTime(), asSpectra()]) {
      expect(relativeError((await read(dataset, { periodGrouping: 2 })).data, joined)).toBeLessThan(tolerance);
    }
  });

  it('subtracts the background, interpolated between the blocks in which it was taken', async () => {
    const mean = (of: readonly number[], period: number, row: readonly [number, number]) =>
      of.reduce<Complex>((sum, frame) => plus(sum, value(frame, period, row), 1 / of.length), [0, 0]);
    const corrected = matrix((frame, period, row) => {
      // Blocks [0], [7] and [14, 15]; a frame stands for an entry of [block 1, block 2, block 3, block 3].
      const blocks = [[0], [7], [14, 15], [14, 15]].map((block) => mean(block, period, row));
      const exact = (frame / (frames - 1)) * 3;
      const lower = Math.floor(exact);
      const left = blocks[lower] ?? [0, 0];
      const right = blocks[Math.min(3, lower + 1)] ?? [0, 0];
      const between = plus(plus([0, 0], left, 1 - (exact - lower)), right, exact - lower);
      return plus(value(frame, period, row), between, -1);
    });
    expect(relativeError((await read(asSpectra(), { bgCorrection: true })).data, corrected)).toBeLessThan(tolerance);
  });

  it('divides by the transfer function, where there is one', async () => {
    const response = Float32Array.from({ length: 2 * channels * frequencies }, (_, at) => 2 + Math.cos(at));
    const withResponse = (dataset: Dataset): Dataset => ({
      ...dataset,
      companions: {
        ...dataset.companions,
        transferFunction: {
          dtype: 'complex64',
          data: response,
          shape: [channels, frequencies],
          axes: ['channel', 'frequency'],
        },
      },
    });
    const corrected = matrix((frame, period, row) => {
      const at = 2 * (row[1] * frequencies + row[0]);
      return over(value(frame, period, row), [response[at] ?? 0, response[at + 1] ?? 0]);
    });
    expect(relativeError((await read(withResponse(asSpectra()))).data, corrected)).toBeLessThan(tolerance);
    const left = await read(withResponse(asSpectra()), { tfCorrection: false });
    expect(relativeError(left.data, matrix(value))).toBeLessThan(tolerance);
    const done = withResponse({ ...asSpectra(), attributes: { ...attributes, isTransferFunctionCorrected: true } });
    expect(relativeError((await read(done)).data, matrix(value))).toBeLessThan(tolerance);
    await expectFailure(read(asSpectra(), { tfCorrection: true }), 'PLAN_INVALID_VALUE', 'has no transfer function');
  });

  it('undoes the meandering of a robot', async () => {
    // x goes back in the second row of the first plane and in the first of the second, where y goes back as well.
    const order = [0, 1, 2, 5, 4, 3, 11, 10, 9, 6, 7, 8].map((frame) => foreground[frame] ?? NaN);
    const meandering = { ...inTime(), attributes: { ...attributes, isMeanderingGrid: true } };
    expect(relativeError((await read(meandering)).data, matrix(value, order))).toBeLessThan(tolerance);
    const permuted = { ...meandering, attributes: { ...meandering.attributes, isFramePermutation: true } };
    expect(relativeError((await read(permuted)).data, matrix(value))).toBeLessThan(tolerance);
  });

  it('refuses what it cannot know', async () => {
    const { isBackgroundFrame: _, ...others } = calibration.companions;
    await expectFailure(read({ ...calibration, companions: others }), 'DATA_SHAPE_MISMATCH', '16 frames with a sample');
    const columns = { ...calibration, attributes: { ...attributes, calibrationOrder: 'zyx' } };
    await expectFailure(read(columns), 'DATA_FORMAT', 'only xyz');
    await expectFailure(
      read(calibration, { periodAverages: 3 }),
      'PLAN_INVALID_VALUE',
      'cannot be averaged in groups of 3',
    );
  });
});

describe('pieces in which entries are read', () => {
  const bounds = (places: readonly (readonly [channel: number, entry: number])[], entryBytes: number) =>
    entryBoxes(
      places.map(([channel, entry]) => ({ channel, entry })),
      { entryBytes, pieceBytes: 2 ** 26 },
    ).map(({ channel, entry, wanted }) => [...channel, ...entry, wanted.map(({ row }) => row)]);

  it('go over small gaps, and end at large ones and where they would be too large', () => {
    const one = [5, 1, 9].map((entry) => [0, entry] as const);
    expect(bounds(one, 1000)).toEqual([[0, 1, 1, 10, [1, 0, 2]]]);
    expect(bounds(one, 2 ** 21)).toEqual([
      [0, 1, 1, 2, [1]],
      [0, 1, 5, 6, [0]],
      [0, 1, 9, 10, [2]],
    ]);
    const dense = [1, 2, 3].map((entry) => [0, entry] as const);
    expect(bounds(dense, 2 ** 25)).toEqual([
      [0, 1, 1, 3, [0, 1]],
      [0, 1, 3, 4, [2]],
    ]);
  });

  it('have channels together that want much the same', () => {
    expect(
      bounds(
        [
          [1, 4],
          [0, 3],
          [0, 4],
        ],
        1000,
      ),
    ).toEqual([[0, 2, 3, 5, [1, 2, 0]]]);
    expect(
      bounds(
        [
          [1, 40],
          [0, 3],
        ],
        2 ** 20,
      ),
    ).toEqual([
      [0, 1, 3, 4, [1]],
      [1, 2, 40, 41, [0]],
    ]);
  });

  it('refuses values that are not finite by file, channel, frequency, voxel and frame', async () => {
    const broken = asSpectra();
    // Frame 3 of the file, the first being background, is voxel [2, 1, 1]; channel 1, frequency 3 of the first period.
    const at = 2 * ((2 * periods * channels + 0) * frequencies + 2);
    broken.data.data[at + 1] = NaN;
    const opened = await openCalibration(memoryFile('sm.mdf', broken));
    const reading = { bgCorrection: false, periodAverages: 1, periodGrouping: 1 };
    const words = 'sm.mdf: channel 1, frequency 3 (0.2 kHz) of voxel [2, 1, 1], frame 3 of the file, is NaN';
    await expectFailure(readSystemMatrix(opened, rows, reading, context), 'DATA_FORMAT', words);
    const others = rowsOf([[1, 0]]);
    await expect(readSystemMatrix(opened, others, reading, context)).resolves.toMatchObject({ shape: [2, voxels] });
  });
});
