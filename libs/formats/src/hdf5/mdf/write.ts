import { Group } from 'h5wasm';
import { elementCount, RondelError, type MdfFacts, type NdArray } from '@rondel/contracts';
import { wholeOf } from '../../array/axis-range.js';
import { takeBox } from '../../array/axis-spans.js';
import { accessMode, type Hdf5Library } from '../library/library.js';
import { createValues, takeOutput, writeError } from '../writing/write.js';
import { companionKinds, type MdfCompanionName } from './companion-kinds.js';
import { dataPath, receiver } from './layout.js';

/** What an MDF file is made of: what its reader returns, as far as the arrays do not say it themselves. */
export interface MdfSource {
  /**
   * [frame, period, channel, sample] real, or [frame, period, channel, frequency] complex. Numbers of any type are written as
   * they are: with `dataConversionFactor`, readers take them for what it makes of them.
   */
  readonly data: NdArray;
  /** As the reader has them; of real data also `dataConversionFactor`. */
  readonly companions?: Readonly<Partial<Record<MdfCompanionName, NdArray>>>;
  /** The calibration's grid makes it a calibration. */
  readonly facts: Pick<MdfFacts, 'bandwidth'> & Partial<MdfFacts>;
}

const outputPath = '/output.mdf';
const version = '2.1.0';

/** Writes an MDF file of version 2.1. */
export function writeMdfFile(library: Hdf5Library, source: MdfSource): Uint8Array<ArrayBuffer> {
  const { module } = library;
  const file = module.open(outputPath, accessMode.create, false, -1, -1);
  if (file < 0n) throw writeError(library, 'the file cannot be created');
  try {
    const write = openMdfWriter(library, file);
    for (const [path, value] of [...scanFacts(source), ...measurementFacts(source), ...calibrationFacts(source)]) {
      if (value !== undefined) write(path, value);
    }
    for (const [path, array] of arraysOf(source)) write(path, array);
  } finally {
    module.close_file(file);
  }
  return takeOutput(library, outputPath);
}

type MdfValue = string | number | bigint | readonly number[] | NdArray;

/** Writes one dataset after the other, and the groups above them before. */
function openMdfWriter(library: Hdf5Library, file: bigint): (path: string, value: MdfValue) => void {
  const root = new Group(file, '/');
  const groups = new Set<string>();
  return (path, value) => {
    const names = path.split('/').slice(1, -1);
    for (const [depth] of names.entries()) {
      const group = names.slice(0, depth + 1).join('/');
      if (!groups.has(group)) root.create_group(group);
      groups.add(group);
    }
    if (typeof value === 'object' && 'data' in value) createValues(library, file, { path, array: value });
    else root.create_dataset({ name: path.slice(1), ...plainValue(value) });
  };
}

function plainValue(value: Exclude<MdfValue, NdArray>) {
  if (typeof value === 'string') return { data: value, shape: [], dtype: 'S' };
  if (typeof value === 'bigint') return { data: BigInt64Array.of(value), shape: [], dtype: '<q' };
  if (typeof value === 'number') return { data: Float64Array.of(value), shape: [], dtype: '<d' };
  return { data: Float64Array.from(value), shape: [value.length], dtype: '<d' };
}

type Facts = readonly (readonly [path: string, value: MdfValue | undefined])[];

function scanFacts({ data, facts, companions = {} }: MdfSource): Facts {
  const [frames = 1, periods = 1, channels = 1, entries = 1] = data.shape;
  const samples = facts.samples ?? (isComplex(data) ? 2 * (entries - 1) : entries);
  return [
    ['/version', version],
    ['/acquisition/numFrames', BigInt(frames)],
    ['/acquisition/numPeriodsPerFrame', BigInt(periods)],
    ['/acquisition/numAverages', BigInt(facts.numAverages ?? 1)],
    ['/acquisition/drivefield/cycle', facts.dfCycle ?? samples / (2 * facts.bandwidth)],
    ['/acquisition/drivefield/baseFrequency', facts.baseFrequency],
    ['/acquisition/drivefield/numChannels', BigInt(companions.divider?.shape[0] ?? 0) || undefined],
    [`${receiver}/numChannels`, BigInt(channels)],
    [`${receiver}/bandwidth`, facts.bandwidth],
    [`${receiver}/numSamplingPoints`, BigInt(samples)],
    [`${receiver}/unit`, facts.unit ?? 'V'],
  ];
}

function measurementFacts({ data, facts, companions = {} }: MdfSource): Facts {
  const flags = {
    isFourierTransformed: isComplex(data),
    isFastFrameAxis: facts.isFastFrameAxis === true,
    isFrequencySelection: companions.frequencySelection !== undefined,
    isFramePermutation: companions.framePermutation !== undefined,
    isSparsityTransformed: false,
    isTransferFunctionCorrected: facts.isTransferFunctionCorrected === true,
    isSpectralLeakageCorrected: facts.isSpectralLeakageCorrected === true,
    isBackgroundCorrected: facts.isBackgroundCorrected === true,
  };
  return Object.entries(flags).map(([name, flag]) => [`/measurement/${name}`, flagArray(flag)] as const);
}

function calibrationFacts({ facts }: MdfSource): Facts {
  const { calibrationSize: size } = facts;
  if (size === undefined) return [];
  return [
    ['/calibration/size', { dtype: 'int32', shape: [3], data: Int32Array.from(size) }],
    ['/calibration/fieldOfView', facts.calibrationFov],
    ['/calibration/fieldOfViewCenter', facts.calibrationFovCenter],
    ['/calibration/order', facts.calibrationOrder ?? 'xyz'],
    ['/calibration/method', facts.calibrationMethod ?? 'simulation'],
    ['/calibration/isMeanderingGrid', flagArray(facts.isMeanderingGrid === true)],
  ];
}

function flagArray(flag: boolean): NdArray {
  return { dtype: 'int8', shape: [], data: Int8Array.of(flag ? 1 : 0) };
}

function* arraysOf({ data, companions = {}, facts }: MdfSource): Generator<readonly [string, NdArray]> {
  const last = isComplex(data) ? 'frequency' : 'sample';
  const named = { ...data, axes: ['frame', 'period', 'channel', last] };
  const order = facts.isFastFrameAxis === true ? ['period', 'channel', last, 'frame'] : undefined;
  yield [dataPath, takeBox('The data', named, wholeOf(data.shape), order)];
  for (const [name, kind] of Object.entries(companionKinds)) {
    const array = companions[name as MdfCompanionName];
    if (array === undefined) continue;
    if (array.shape.length !== kind.axes.length) {
      throw new RondelError(
        'DATA_SHAPE_MISMATCH',
        `${name} must be [${kind.axes.join(', ')}], has shape [${array.shape.join(', ')}].`,
      );
    }
    const shape = kind.written?.(array.shape) ?? array.shape;
    if (elementCount(shape) > 0) yield [kind.path, { ...array, shape }];
  }
}

function isComplex({ dtype }: NdArray): boolean {
  return dtype.startsWith('complex');
}
