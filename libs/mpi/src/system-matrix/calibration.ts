import { RondelError, type DatasetFacts, type JsonValue } from '@rondel/contracts';
import type { DataFile } from '@rondel/reco';
import type { FrequencyFacts } from '../frequencies/choose.js';
import { frameKinds } from '../preprocessing/background.js';
import { signalLayout, type SignalLayout } from '../preprocessing/signal.js';
import { triple, type Grid } from './grid.js';

/** What a calibration file says of itself, before any of its system matrix is read. */
export interface Calibration {
  readonly file: DataFile;
  readonly layout: SignalLayout;
  readonly grid: Grid;
  /** Frame of each voxel, x fastest. */
  readonly voxelFrames: readonly number[];
  readonly backgroundFrames: readonly number[];
  /** Entry of the last axis of each frequency; absent where all frequencies are there. */
  readonly entryOf?: ReadonlyMap<number, number> | undefined;
}

/**
 * Throws `DATA_FORMAT` for a file that holds no calibration or voxels in another order, `DATA_SHAPE_MISMATCH` where the grid has
 * not as many voxels as there are frames for them.
 */
export async function openCalibration(file: DataFile): Promise<Calibration> {
  const { facts, label } = file;
  const layout = signalLayout(facts, label);
  const grid = calibratedGrid(facts, label);
  const kinds = frameKinds(await values(file, 'isBackgroundFrame'), layout.frames);
  const voxels = grid.shape[0] * grid.shape[1] * grid.shape[2];
  if (kinds.foreground.length !== voxels) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `${label} has a grid of ${grid.shape.join(' x ')} voxels, but ${kinds.foreground.length} frames with a sample.`,
    );
  }
  const selection = await values(file, 'frequencySelection');
  const entryOf =
    selection && new Map(Array.from(selection, (frequency, entry): [number, number] => [frequency - 1, entry]));
  return {
    file,
    layout,
    grid,
    voxelFrames: inOrder(kinds.foreground, grid, facts.attributes),
    backgroundFrames: kinds.background,
    entryOf,
  };
}

/** What filters ask of a calibration; reads signal-to-noise ratios and the drive field. */
export async function frequencyFacts({ file, layout, entryOf }: Calibration): Promise<FrequencyFacts> {
  const { attributes, companions } = file.facts;
  const bandwidth = numberIn(attributes, 'bandwidth');
  if (bandwidth === undefined) {
    throw new RondelError('DATA_FORMAT', `${file.label} does not say its bandwidth, so nobody knows its frequencies.`);
  }
  const snr = companions.snr === undefined ? undefined : (await file.read('snr', { period: [0, 1] })).data;
  return {
    samples: layout.samples,
    bandwidth,
    channels: layout.channels,
    available: entryOf && Int32Array.from(entryOf.keys()),
    snr,
    drive: await driveField(file),
  };
}

async function driveField(file: DataFile): Promise<FrequencyFacts['drive']> {
  const { attributes, companions } = file.facts;
  const baseFrequency = numberIn(attributes, 'baseFrequency');
  const cycle = numberIn(attributes, 'dfCycle');
  if (baseFrequency === undefined || cycle === undefined) return undefined;
  if (companions.divider === undefined || companions.strength === undefined) return undefined;
  const divider = await file.read('divider');
  const strength = await file.read('strength');
  const first = ({ data, shape }: { data: ArrayLike<number>; shape: readonly number[] }) => {
    const components = shape.at(-1) ?? 1;
    return Array.from({ length: data.length / components }, (_, channel) => data[channel * components] ?? 0);
  };
  const dividers = first(divider);
  return { baseFrequency, cycle, dividers, strengths: first(strength).slice(0, dividers.length) };
}

/** The grid of a calibration file. Throws `DATA_FORMAT` for a file that has none. */
export function calibratedGrid({ attributes }: DatasetFacts, label: string): Grid {
  const { calibrationSize, calibrationFov, calibrationFovCenter, calibrationOrder } = attributes;
  if (!isNumbers(calibrationSize) || !isNumbers(calibrationFov)) {
    const missing = isNumbers(calibrationSize) ? 'fieldOfView' : 'size';
    throw new RondelError(
      'DATA_FORMAT',
      `${label} is no system matrix: it has no /calibration/${missing}. Name the calibration file as sf, and the measurement as data.`,
    );
  }
  if (calibrationOrder !== undefined && calibrationOrder !== 'xyz') {
    throw new RondelError(
      'DATA_FORMAT',
      `${label} has its voxels in the order ${JSON.stringify(calibrationOrder)}; only xyz, x fastest, is read.`,
    );
  }
  return {
    shape: triple(calibrationSize, 1),
    fov: triple(calibrationFov, 0),
    center: triple(isNumbers(calibrationFovCenter) ? calibrationFovCenter : [], 0),
  };
}

/**
 * Frames voxel by voxel. A robot that meanders goes back along x in every second row and along y in every second plane; a file
 * whose frames were permuted, or that lies frame after frame for each frequency, has undone that already.
 */
function inOrder(
  frames: readonly number[],
  { shape }: Grid,
  attributes: DatasetFacts['attributes'],
): readonly number[] {
  const { isMeanderingGrid, isFramePermutation, isFourierTransformed, isFastFrameAxis } = attributes;
  const sorted = isFramePermutation === true || (isFourierTransformed === true && isFastFrameAxis === true);
  if (isMeanderingGrid !== true || sorted) return frames;
  const [columns, rows, planes] = shape;
  return Array.from({ length: columns * rows * planes }, (_, voxel) => {
    const [x, y, z] = [voxel % columns, Math.floor(voxel / columns) % rows, Math.floor(voxel / columns / rows)];
    const column = (y + z) % 2 === 1 ? columns - 1 - x : x;
    const row = z % 2 === 1 ? rows - 1 - y : y;
    return frames[column + columns * (row + rows * z)] ?? 0;
  });
}

async function values(file: DataFile, name: string): Promise<ArrayLike<number> | undefined> {
  return file.facts.companions[name] === undefined ? undefined : (await file.read(name)).data;
}

export function numberIn(attributes: DatasetFacts['attributes'], name: string): number | undefined {
  const value = attributes[name];
  return typeof value === 'number' ? value : undefined;
}

export function isNumbers(value: JsonValue | undefined): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number');
}
