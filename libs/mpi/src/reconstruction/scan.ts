import type { DatasetFacts, NdArray } from '@rondel/contracts';
import type { DataFile, StepContext } from '@rondel/reco';
import { numberIn } from '../system-matrix/calibration.js';

/** What must be the same of a measurement and its system matrix. */
export interface Scan {
  readonly bandwidth: number | undefined;
  readonly samples: number | undefined;
  readonly channels: number;
  readonly dividers: readonly number[];
  /** T, in the first period. */
  readonly strengths: readonly number[];
  /** Diagonal of the gradient in the first period, T/m. */
  readonly gradient: readonly number[];
  readonly isTransferFunctionCorrected: boolean;
}

type Arrays = Readonly<Record<'divider' | 'strength' | 'gradient', NdArray | undefined>>;

export function scanOf({ data, attributes }: DatasetFacts, arrays: Arrays): Scan {
  return {
    bandwidth: numberIn(attributes, 'bandwidth'),
    samples: numberIn(attributes, 'samples'),
    channels: numberIn(attributes, 'numChannels') ?? data.shape[2] ?? 0,
    dividers: Array.from(arrays.divider?.data ?? []),
    strengths: firstPeriod(arrays.strength),
    gradient: firstPeriod(arrays.gradient).filter((_, at) => at % 4 === 0),
    isTransferFunctionCorrected: attributes.isTransferFunctionCorrected === true,
  };
}

/** The same of a file, of which these arrays are read. */
export async function readScan(file: DataFile): Promise<Scan> {
  const read = async (name: string) => (file.facts.companions[name] === undefined ? undefined : await file.read(name));
  return scanOf(file.facts, {
    divider: await read('divider'),
    strength: await read('strength'),
    gradient: await read('gradient'),
  });
}

function firstPeriod(array: NdArray | undefined): number[] {
  if (array === undefined) return [];
  return Array.from(array.data.subarray(0, array.data.length / Math.max(1, array.shape[0] ?? 1)));
}

/** In which of the facts of a sequence two scans differ, with both values. */
export function differencesOf(one: Scan, other: Scan): string[] {
  return [
    ...difference('bandwidth', one.bandwidth, other.bandwidth, 'Hz'),
    ...difference('number of samples', one.samples, other.samples, ''),
    ...difference('number of receive channels', one.channels, other.channels, ''),
    ...listDifference('drive field dividers', one.dividers, other.dividers, ''),
    ...listDifference('drive field strengths', one.strengths, other.strengths, 'T'),
  ];
}

/** Warns of everything in which a measurement differs from the scan of its system matrix. */
export function warnOfDifferences(
  measured: Scan,
  calibrated: Scan,
  { warn, label }: Pick<StepContext, 'warn'> & { readonly label: string },
): void {
  const differences = differencesOf(measured, calibrated);
  if (differences.length > 0) {
    warn(
      'SYSTEM_MATRIX_SUSPECT',
      `The measurement and ${label} differ: ${differences.join('; ')}. Use a system matrix that was taken with the sequence of the measurement.`,
      { property: 'sf' },
    );
  }
  if (measured.isTransferFunctionCorrected !== calibrated.isTransferFunctionCorrected) {
    const [one, other] = measured.isTransferFunctionCorrected ? ['the measurement', label] : [label, 'the measurement'];
    warn(
      'SYSTEM_MATRIX_SUSPECT',
      `Spectra of ${one} were divided by the transfer function, those of ${other} were not, so they do not fit together. Set tfCorrection to false in both places, or use files that both have a transfer function.`,
      { property: 'sfLoad' },
    );
  }
}

function difference(name: string, measured: number | undefined, calibrated: number | undefined, unit: string) {
  if (measured === undefined || calibrated === undefined || near(measured, calibrated)) return [];
  return [`${name} ${withUnit(measured, unit)} and ${withUnit(calibrated, unit)}`];
}

function listDifference(name: string, measured: readonly number[], calibrated: readonly number[], unit: string) {
  if (measured.length === 0 || calibrated.length === 0) return [];
  const same =
    measured.length === calibrated.length && measured.every((value, index) => near(value, calibrated[index] ?? NaN));
  if (same) return [];
  return [`${name} [${measured.join(', ')}] and [${calibrated.join(', ')}]${unit === '' ? '' : ` ${unit}`}`];
}

/** What files round differently is the same. */
function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-4 * Math.max(Math.abs(a), Math.abs(b));
}

function withUnit(value: number, unit: string): string {
  return unit === '' ? `${value}` : `${value} ${unit}`;
}

/** By how much the field of the calibration stretches in that of the measurement, for each axis; 1 where nobody knows. */
export function gradientRatio(measured: Scan, calibrated: Scan): [number, number, number] {
  const along = (axis: number) => {
    const ratio = Math.abs((calibrated.gradient[axis] ?? NaN) / (measured.gradient[axis] ?? NaN));
    return Number.isFinite(ratio) && ratio > 0 ? ratio : 1;
  };
  return [along(0), along(1), along(2)];
}
