import { elementCount, type DType } from '@rondel/contracts';
import { formatError } from '../../file/data-errors.js';
import { describeDataset } from '../library/array-reader.js';
import type { Hdf5Element } from '../library/element-type.js';
import type { OpenedHdf5 } from '../library/opened-hdf5.js';
import { countAt, flagAt, hasDataset, mismatch, numberAt, textAt } from './values.js';

export const dataPath = '/measurement/data';
export const receiver = '/acquisition/receiver';

/** More than any scan has: flags of frames are read before anybody knows what they are for. */
const mostFrames = 2 ** 24;

/** What is known of the data of an MDF file before any of it is read. */
export interface MdfLayout {
  readonly version: string;
  /** How `/measurement/data` lies in the file. */
  readonly stored: StoredData;
  readonly frames: number;
  readonly periods: number;
  readonly channels: number;
  /** Entries of the last axis: samples, or the frequencies that were kept. */
  readonly entries: number;
  /** Samples of a period, and all frequencies that they give: samples / 2 + 1. */
  readonly samples: number;
  readonly frequencies: number;
  /** Hz. */
  readonly bandwidth: number;
  readonly isFourierTransformed: boolean;
  readonly isFrequencySelection: boolean;
  readonly isFramePermutation: boolean;
}

export interface StoredData {
  readonly axes: readonly string[];
  /** One extent for each axis: a last one of 2, for real and imaginary part, is left out. */
  readonly shape: readonly number[];
  readonly element: Hdf5Element;
  /** Whether parts of complex numbers lie along an axis of their own, as the first version of the format had it. */
  readonly hasPartAxis: boolean;
}

/**
 * Whether a file is in the Magnetic Particle Imaging Data Format, version 2 (T. Knopp et al., "MDF: Magnetic Particle Imaging
 * Data Format", arXiv:1602.06072).
 *
 * Throws `DATA_FORMAT` for version 1, and for one without raw data.
 */
export function isMdf(file: OpenedHdf5): boolean {
  const version = versionOf(file);
  if (version === undefined || !hasGroupOfMdf(file)) return false;
  if (!version.startsWith('2.')) {
    throw formatError(
      file.label,
      `is MDF of version ${version.slice(0, 20)}, version 2 is read. Convert it, e.g. with saveasMDF of MPIFiles.jl.`,
    );
  }
  if (hasDataset(file, dataPath)) return true;
  throw formatError(
    file.label,
    `is an MDF file without raw data: it has no ${dataPath}. Name the file of the measurement.`,
  );
}

function versionOf(file: OpenedHdf5): string | undefined {
  if (!hasDataset(file, '/version')) return undefined;
  const version = textAt(file, '/version');
  return version !== undefined && /^\d+\.\d+/.test(version) ? version : undefined;
}

/** What every MDF file has beside its version. */
function hasGroupOfMdf(file: OpenedHdf5): boolean {
  return ['numSamplingPoints', 'bandwidth'].some((name) => hasDataset(file, `${receiver}/${name}`));
}

/** Throws `DATA_FORMAT` for what is not read, `DATA_SHAPE_MISMATCH` for extents that do not belong together. */
export function layoutOf(file: OpenedHdf5): MdfLayout {
  refuseSparse(file);
  const isFourierTransformed = flagAt(file, '/measurement/isFourierTransformed');
  const isFrequencySelection = flagAt(file, '/measurement/isFrequencySelection');
  const stored = storedData(file, isFourierTransformed);
  const extent = (axis: string) => stored.shape[stored.axes.indexOf(axis)] ?? 0;
  const entries = extent(isFourierTransformed ? 'frequency' : 'sample');
  const samples = countAt(file, `${receiver}/numSamplingPoints`) ?? samplesOf(file, { isFourierTransformed, entries });
  const layout: MdfLayout = {
    version: textAt(file, '/version') ?? '2',
    stored,
    frames: extent('frame'),
    periods: extent('period'),
    channels: extent('channel'),
    entries,
    samples,
    frequencies: Math.floor(samples / 2) + 1,
    bandwidth: needed(file, `${receiver}/bandwidth`),
    isFourierTransformed,
    isFrequencySelection,
    isFramePermutation: flagAt(file, '/measurement/isFramePermutation'),
  };
  checkExtents(file, layout);
  return layout;
}

/** Frames that were transformed and thinned out are coefficients and no longer what was measured at a place. */
function refuseSparse(file: OpenedHdf5): void {
  for (const name of ['isSparsityTransformed', 'isBasisTransformed']) {
    if (!flagAt(file, `/measurement/${name}`)) continue;
    throw formatError(
      file.label,
      `has frames that were compressed with a sparsity transformation (/measurement/${name}), which are not read. Store the frames as they were measured.`,
    );
  }
  const subsampled = ['subsamplingIndices', 'basisIndices'].find((name) => hasDataset(file, `/measurement/${name}`));
  if (subsampled === undefined) return;
  throw formatError(
    file.label,
    `has frames of which a subset was kept (/measurement/${subsampled}), which are not read. Store all of them.`,
  );
}

function samplesOf(
  file: OpenedHdf5,
  { isFourierTransformed, entries }: { readonly isFourierTransformed: boolean; readonly entries: number },
): number {
  if (!isFourierTransformed) return entries;
  throw formatError(
    file.label,
    `has no ${receiver}/numSamplingPoints, without which nobody knows what its frequencies are.`,
  );
}

function needed(file: OpenedHdf5, path: string): number {
  const value = numberAt(file, path);
  if (value !== undefined) return value;
  throw formatError(file.label, `has no ${path}, which an MDF file must have.`);
}

function storedData(file: OpenedHdf5, isFourierTransformed: boolean): StoredData {
  const isFastFrameAxis = flagAt(file, '/measurement/isFastFrameAxis') || flagAt(file, '/measurement/isTransposed');
  const last = isFourierTransformed ? 'frequency' : 'sample';
  const axes = isFastFrameAxis ? ['period', 'channel', last, 'frame'] : ['frame', 'period', 'channel', last];
  const { shape, element, isComplex, hasPartAxis } = describeComplex(file, dataPath);
  if (shape.length !== axes.length || elementCount(shape) === 0) {
    throw mismatch(
      file,
      `${dataPath} must be [${axes.join(', ')}] with no empty axis, has shape [${shape.join(', ')}]`,
    );
  }
  if (isComplex !== isFourierTransformed) {
    throw formatError(
      file.label,
      `${dataPath} is ${element.dtype}, but /measurement/isFourierTransformed says that it holds ${isFourierTransformed ? 'spectra' : 'samples'}.`,
    );
  }
  return { axes, shape, element, hasPartAxis };
}

/** An array that may be of complex numbers, whose parts are fields `r` and `i` of a compound or a last axis of 2. */
export interface MaybeComplex {
  readonly shape: readonly number[];
  readonly element: Hdf5Element;
  readonly isComplex: boolean;
  readonly hasPartAxis: boolean;
}

/** @param rank Axes that real numbers have; one more, of 2, makes complex ones. */
export function describeComplex(file: OpenedHdf5, path: string, rank = 4): MaybeComplex {
  const { shape, element, metadata } = describeDataset(file, path);
  const names = metadata.compound_type?.members.map(({ name }) => name.toLowerCase().charAt(0)).join('') ?? 'ri';
  if (names !== 'ri') {
    throw formatError(file.label, `${path} has complex numbers whose parts are not called r and i. Store them so.`);
  }
  const hasPartAxis = isFloat(element.dtype) && shape.length === rank + 1 && shape.at(-1) === 2;
  const isComplex = hasPartAxis || element.dtype.startsWith('complex');
  return { shape: hasPartAxis ? shape.slice(0, -1) : shape, element, isComplex, hasPartAxis };
}

function isFloat(dtype: DType): boolean {
  return dtype === 'float32' || dtype === 'float64';
}

function checkExtents(file: OpenedHdf5, layout: MdfLayout): void {
  const { channels, periods, entries, samples, frequencies, isFourierTransformed, isFrequencySelection } = layout;
  if (layout.frames > mostFrames) {
    throw formatError(file.label, `claims ${layout.frames} frames, at most ${mostFrames} are read. Copy it again.`);
  }
  const periodsPath = ['numPeriodsPerFrame', 'numPeriods']
    .map((name) => `/acquisition/${name}`)
    .find((path) => hasDataset(file, path));
  const claims = [
    { path: `${receiver}/numChannels`, what: 'channels', present: channels },
    ...(periodsPath === undefined ? [] : [{ path: periodsPath, what: 'periods', present: periods }]),
  ];
  for (const { path, what, present } of claims) {
    const said = countAt(file, path) ?? present;
    if (said !== present) throw mismatch(file, `${path} is ${said}, but ${dataPath} has ${present} ${what}`);
  }
  const whole = isFourierTransformed ? frequencies : samples;
  const right = isFourierTransformed && isFrequencySelection ? entries <= whole : entries === whole;
  if (right) return;
  const what = isFourierTransformed ? 'frequencies' : 'samples';
  throw mismatch(
    file,
    `${receiver}/numSamplingPoints is ${samples}, which gives ${whole} ${what}, but ${dataPath} has ${entries}`,
  );
}
