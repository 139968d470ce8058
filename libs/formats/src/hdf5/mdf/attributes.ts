import type { OpenedHdf5 } from '../library/opened-hdf5.js';
import { elementCount, type MdfFacts } from '@rondel/contracts';
import type { MdfCompanion } from './companions.js';
import { receiver, type MdfLayout } from './layout.js';
import { countAt, flagAt, mismatch, numberAt, threeAt, textAt } from './values.js';

/** Of more nobody who asks what a file is waits for the mean. */
const mostAveraged = 2 ** 24;

const driveField = '/acquisition/drivefield';

/** Facts about the scan. Nothing about the study, the experiment or its subject, who may be a patient. */
export function attributesOf(
  file: OpenedHdf5,
  layout: MdfLayout,
  companions: ReadonlyMap<string, MdfCompanion>,
): MdfFacts {
  let backgroundFrames = 0;
  for (const flag of companions.get('isBackgroundFrame')?.read(file).data ?? []) backgroundFrames += flag;
  const baseFrequency = numberAt(file, `${driveField}/baseFrequency`);
  const unit = textAt(file, `${receiver}/unit`);
  const snr = companions.get('snr');
  const meanSnr = snr && elementCount(snr.facts.shape) <= mostAveraged ? mean(snr.read(file).data) : undefined;
  return {
    layout: 'mdf',
    version: layout.version,
    bandwidth: layout.bandwidth,
    samples: layout.samples,
    frequencies: layout.frequencies,
    numChannels: layout.channels,
    numPeriodsPerFrame: layout.periods,
    numFrames: layout.frames,
    numBackgroundFrames: backgroundFrames,
    numAverages: countAt(file, '/acquisition/numAverages') ?? 1,
    dfCycle: numberAt(file, `${driveField}/cycle`) ?? layout.samples / (2 * layout.bandwidth),
    ...(baseFrequency !== undefined && { baseFrequency }),
    ...(unit !== undefined && { unit }),
    ...flagsOf(file, layout),
    ...calibrationOf(file, layout.frames - backgroundFrames),
    ...(meanSnr !== undefined && { meanSnr }),
  };
}

type Flags = Pick<MdfFacts, Extract<keyof MdfFacts, `is${string}`>>;

function flagsOf(file: OpenedHdf5, layout: MdfLayout): Flags {
  const { isFourierTransformed, isFrequencySelection, isFramePermutation } = layout;
  const corrected = (what: string) => flagAt(file, `/measurement/is${what}Corrected`);
  return {
    isFourierTransformed,
    isFrequencySelection,
    isFramePermutation,
    isFastFrameAxis: layout.stored.axes.at(-1) === 'frame',
    isTransferFunctionCorrected: corrected('TransferFunction'),
    isSpectralLeakageCorrected: corrected('SpectralLeakage'),
    isBackgroundCorrected: corrected('Background'),
  };
}

/**
 * The grid of a calibration, [x, y, z]; nothing for a file without one.
 *
 * Throws `DATA_SHAPE_MISMATCH` when the grid does not have as many voxels as there are frames that are no background.
 */
function calibrationOf(file: OpenedHdf5, frames: number): Partial<MdfFacts> {
  const path = '/calibration/size';
  const size = threeAt(file, path);
  if (size === undefined) return {};
  if (!size.every((extent) => Number.isSafeInteger(extent) && extent >= 1)) {
    throw mismatch(file, `${path} must be three integers >= 1, is [${size.join(', ')}]`);
  }
  const voxels = size.reduce((product, extent) => product * extent, 1);
  if (voxels !== frames) {
    throw mismatch(
      file,
      `${path} is [${size.join(', ')}], a grid of ${voxels} voxels, but ${frames} frames are no background frames`,
    );
  }
  const fov = threeAt(file, '/calibration/fieldOfView');
  const center = threeAt(file, '/calibration/fieldOfViewCenter');
  const [order, method] = ['order', 'method'].map((name) => textAt(file, `/calibration/${name}`));
  return {
    calibrationSize: size,
    ...(fov && { calibrationFov: fov }),
    ...(center && { calibrationFovCenter: center }),
    calibrationOrder: order ?? 'xyz',
    ...(method !== undefined && { calibrationMethod: method }),
    isMeanderingGrid: flagAt(file, '/calibration/isMeanderingGrid'),
  };
}

/** Of values that are finite. */
function mean(values: Iterable<number>): number | null {
  let [sum, count] = [0, 0];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? null : sum / count;
}
