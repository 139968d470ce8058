import { RondelError, type NdArray } from '@rondel/contracts';
import type { StepContext } from '@rondel/reco';
import { requirePeriods } from '../preprocessing/averaging.js';
import type { SignalLayout } from '../preprocessing/signal.js';
import { frameTransform } from '../preprocessing/spectrum.js';
import { inverseResponse, transferFunctionOf } from '../preprocessing/transfer-function.js';
import { rowCount, type FrequencyRows } from '../frequencies/rows.js';
import type { Calibration } from './calibration.js';
import { backgroundShares, subtractShares } from './frame-background.js';
import { entryBoxes } from './entry-boxes.js';
import { requireFiniteRows } from './finite-rows.js';
import { standsOut } from './standing-background.js';

/** How rows are made from what a calibration file holds. */
export interface SystemMatrixReading {
  readonly bgCorrection: boolean;
  /** Undefined: if the file has a transfer function and was not corrected. */
  readonly tfCorrection?: boolean | undefined;
  /** Consecutive periods that are averaged, and then joined in time. */
  readonly periodAverages: number;
  readonly periodGrouping: number;
  /** Hears of each row whose background frames have more than noise, where they are not subtracted. */
  readonly onBackground?: () => unknown;
}

export type ReadingContext = Pick<StepContext, 'signal' | 'requireMemory' | 'warn' | 'log'>;

/** Bytes that are read in one go. */
const pieceBytes = 64 * 2 ** 20;

const complexBytes = 8;

/** As it is read, and as solvers hold it. */
const copies = 2;

/**
 * The chosen rows of a system matrix: complex64 [row, voxel], x fastest. With several periods (what is left of them after
 * averages and grouping) their rows follow each other: row = period * rows + k.
 *
 * Throws `OUT_OF_MEMORY` before anything is read; `DATA_FORMAT` for values that are not finite; `PLAN_INVALID_VALUE` for periods that cannot be averaged or joined, for a
 * transfer function and background frames that the file does not have.
 */
export async function readSystemMatrix(
  calibration: Calibration,
  rows: FrequencyRows,
  reading: SystemMatrixReading,
  context: ReadingContext,
): Promise<NdArray<Float32Array>> {
  const { layout, grid, voxelFrames } = calibration;
  const { periodAverages, periodGrouping } = reading;
  requirePeriods(layout.periods, { averages: periodAverages, grouping: periodGrouping, at: 'sfLoad.freqFilter' });
  const periods = layout.periods / periodAverages / periodGrouping;
  const voxels = voxelFrames.length;
  const shape = [periods * rowCount(rows), voxels];
  context.requireMemory(
    shape.reduce((product, extent) => product * extent, copies * complexBytes) +
      readingBytes(calibration, rows, reading),
    `The system matrix, ${shape[0] ?? 0} rows for ${grid.shape.join(' x ')} voxels,`,
  );
  const target = new Float32Array(2 * periods * rowCount(rows) * voxels);
  const correct = await correction(calibration, reading);
  const isCorrected = reading.bgCorrection || calibration.file.facts.attributes.isBackgroundCorrected === true;
  const onBackground = isCorrected ? undefined : reading.onBackground;
  const put = (row: number, series: ArrayLike<number>) => {
    if (onBackground !== undefined && standsOut(series, calibration)) onBackground();
    const values = correct(series, rowPlace(rows, row));
    target.set(values, 2 * row * voxels);
  };
  if (layout.domain === 'frequency' && periodGrouping === 1) {
    await readSpectra(calibration, { rows, periods, periodAverages, context, put });
  } else await readSamples(calibration, { rows, reading, periods, context, put });
  const matrix = { dtype: 'complex64', data: target, shape, axes: ['row', 'voxel'] } as const;
  requireFiniteRows(matrix, rows, { calibration, grouping: periodGrouping });
  return matrix;
}

/** What is read in one go, and what becomes of it before it is in its rows. */
function readingBytes(
  { layout }: Calibration,
  { channels }: FrequencyRows,
  { periodAverages, periodGrouping }: SystemMatrixReading,
): number {
  const { frames, periods } = layout;
  if (layout.domain === 'frequency' && periodGrouping === 1) {
    return Math.min(pieceBytes, frames * periods * channels.length * complexBytes);
  }
  // The rows of a channel as numbers of float64, beside its samples.
  const counts = new Map<number, number>();
  for (const channel of channels) counts.set(channel, (counts.get(channel) ?? 0) + 1);
  const most = Math.max(0, ...counts.values());
  const samples = Math.min(pieceBytes, 4 * frames * periods * layout.width);
  return samples + (2 * complexBytes * frames * periods * most) / periodAverages / periodGrouping;
}

function rowPlace({ frequencies, channels }: FrequencyRows, row: number): { frequency: number; channel: number } {
  const at = row % frequencies.length;
  return { frequency: frequencies[at] ?? 0, channel: channels[at] ?? 0 };
}

/** Row and a series of complex numbers, one for each frame. */
type Put = (row: number, series: ArrayLike<number>) => void;

/** From one row over all frames to its voxels. */
type Correct = (series: ArrayLike<number>, place: { frequency: number; channel: number }) => Float64Array;

async function correction(calibration: Calibration, reading: SystemMatrixReading): Promise<Correct> {
  const { layout, voxelFrames, backgroundFrames } = calibration;
  const { bgCorrection, periodGrouping } = reading;
  if (bgCorrection && backgroundFrames.length === 0) {
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `bgCorrection is true, but ${calibration.file.label} has no background frames. Set it to false.`,
      { at: 'sfLoad.bgCorrection' },
    );
  }
  const shares = bgCorrection ? backgroundShares(voxelFrames, backgroundFrames, layout.frames) : [];
  const frequencies = Math.floor((layout.samples * periodGrouping) / 2) + 1;
  const response = await responseOf(calibration, reading, frequencies);
  return (series, { frequency, channel }) => {
    const values = new Float64Array(2 * voxelFrames.length);
    for (const [voxel, frame] of voxelFrames.entries()) {
      values[2 * voxel] = series[2 * frame] ?? 0;
      values[2 * voxel + 1] = series[2 * frame + 1] ?? 0;
    }
    subtractShares(values, series, shares);
    if (response !== undefined) {
      const at = 2 * (channel * frequencies + frequency);
      multiply(values, response[at] ?? 0, response[at + 1] ?? 0);
    }
    return values;
  };
}

/** 1 / transfer function [channel, frequency]; undefined where rows are not divided by it. */
async function responseOf(
  { file, layout }: Calibration,
  { tfCorrection, periodGrouping }: SystemMatrixReading,
  frequencies: number,
): Promise<Float64Array | undefined> {
  const { attributes, companions } = file.facts;
  const has = companions.transferFunction !== undefined;
  if (attributes.isTransferFunctionCorrected === true || !(tfCorrection ?? has)) return undefined;
  if (!has) {
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `tfCorrection is true, but ${file.label} has no transfer function. Leave tfCorrection out.`,
      { at: 'sfLoad.tfCorrection' },
    );
  }
  const transferFunction = transferFunctionOf(await file.read('transferFunction'), undefined, file.label);
  return inverseResponse(transferFunction, { channels: layout.channels, frequencies, grouping: periodGrouping });
}

function multiply(values: Float64Array, real: number, imaginary: number): void {
  for (let at = 0; at < values.length; at += 2) {
    const [a, b] = [values[at] ?? 0, values[at + 1] ?? 0];
    values[at] = a * real - b * imaginary;
    values[at + 1] = a * imaginary + b * real;
  }
}

interface SpectraReading {
  readonly rows: FrequencyRows;
  readonly periods: number;
  readonly periodAverages: number;
  readonly context: ReadingContext;
  readonly put: Put;
}

/** Spectra as they are stored: boxes of channels and frequencies, of all frames. */
async function readSpectra(calibration: Calibration, spectra: SpectraReading): Promise<void> {
  const { file, layout, entryOf } = calibration;
  const { rows, periods, periodAverages, context, put } = spectra;
  const places = Array.from(rows.frequencies, (frequency, row) => ({
    channel: rows.channels[row] ?? 0,
    entry: entryOf === undefined ? frequency : (entryOf.get(frequency) ?? 0),
  }));
  const entryBytes = layout.frames * layout.periods * complexBytes;
  for (const { channel, entry, wanted } of entryBoxes(places, { entryBytes, pieceBytes })) {
    context.signal.throwIfAborted();
    const { data } = await file.read('data', { channel, frequency: entry });
    const box = { channels: channel[1] - channel[0], entries: entry[1] - entry[0] };
    for (const one of wanted) {
      const place = { ...box, at: (one.channel - channel[0]) * box.entries + one.entry - entry[0] };
      for (let period = 0; period < periods; period++) {
        const averaged = { first: period * periodAverages, count: periodAverages };
        put(period * rowCount(rows) + one.row, entrySeries(data, { layout, place, averaged }));
      }
    }
  }
}

interface EntryPlace {
  readonly layout: SignalLayout;
  /** The box that was read, and the entry in a period of it. */
  readonly place: { readonly channels: number; readonly entries: number; readonly at: number };
  readonly averaged: { readonly first: number; readonly count: number };
}

/** One entry of all frames, averaged over some periods. */
function entrySeries(data: ArrayLike<number>, { layout, place, averaged }: EntryPlace): Float64Array {
  const series = new Float64Array(2 * layout.frames);
  for (let frame = 0; frame < layout.frames; frame++) {
    for (let part = 0; part < averaged.count; part++) {
      const period = frame * layout.periods + averaged.first + part;
      const from = 2 * (period * place.channels * place.entries + place.at);
      series[2 * frame] = (series[2 * frame] ?? 0) + (data[from] ?? 0) / averaged.count;
      series[2 * frame + 1] = (series[2 * frame + 1] ?? 0) + (data[from + 1] ?? 0) / averaged.count;
    }
  }
  return series;
}

interface SamplesReading {
  readonly rows: FrequencyRows;
  readonly reading: SystemMatrixReading;
  readonly periods: number;
  readonly context: ReadingContext;
  readonly put: Put;
}

/** Rows of one channel after the other, from all of its samples, some frames at a time. */
async function readSamples(calibration: Calibration, samples: SamplesReading): Promise<void> {
  const { file, layout } = calibration;
  const { rows, reading, periods, context, put } = samples;
  const { periodAverages, periodGrouping } = reading;
  const oneChannel = { ...layout, channels: 1, periods: layout.periods / periodAverages };
  const transform = frameTransform(oneChannel, periodGrouping);
  const frameBytes = 4 * layout.periods * layout.width;
  const atOnce = Math.max(1, Math.floor(pieceBytes / frameBytes));
  for (const channel of new Set(rows.channels)) {
    const own = Array.from(rows.frequencies.keys()).filter((row) => rows.channels[row] === channel);
    const series = own.map(() => Array.from({ length: periods }, () => new Float64Array(2 * layout.frames)));
    for (let start = 0; start < layout.frames; start += atOnce) {
      context.signal.throwIfAborted();
      const stop = Math.min(layout.frames, start + atOnce);
      const { data } = await file.read('data', { frame: [start, stop], channel: [channel, channel + 1] });
      for (let frame = start; frame < stop; frame++) {
        const from = (frame - start) * layout.periods * layout.width;
        const averaged = averagedPeriods(data.subarray(from, from + layout.periods * layout.width), {
          width: layout.width,
          periodAverages,
        });
        const spectra = transform.apply(averaged);
        for (const [index, row] of own.entries()) {
          for (let period = 0; period < periods; period++) {
            const at = 2 * (period * transform.shape.frequencies + (rows.frequencies[row] ?? 0));
            series[index]?.[period]?.set(spectra.subarray(at, at + 2), 2 * frame);
          }
        }
      }
    }
    for (const [index, row] of own.entries()) {
      for (const [period, values] of (series[index] ?? []).entries()) put(period * rowCount(rows) + row, values);
    }
  }
}

function averagedPeriods(
  values: ArrayLike<number>,
  { width, periodAverages }: { readonly width: number; readonly periodAverages: number },
): Float64Array {
  const averaged = new Float64Array(values.length / periodAverages);
  for (let at = 0; at < values.length; at++) {
    const period = Math.floor(at / width / periodAverages);
    const to = period * width + (at % width);
    averaged[to] = (averaged[to] ?? 0) + (values[at] ?? 0) / periodAverages;
  }
  return averaged;
}
