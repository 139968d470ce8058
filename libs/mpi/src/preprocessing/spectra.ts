import { inverseRealFourierTransform } from '@rondel/compute/fourier';
import { RondelError, type DatasetFacts, type NdArray } from '@rondel/contracts';
import type { DataFile } from '@rondel/reco';
import { meanFrame, requirePeriods } from './averaging.js';
import { signalLayout, signalWith, type Signal } from './signal.js';
import { apart, frameTransform, type SpectrumShape } from './spectrum.js';
import { correctResponse, inverseResponse, transferFunctionOf, type TransferFunction } from './transfer-function.js';

/** What is done with every frame alike, whichever file it comes from. */
export interface SpectraOptions {
  readonly spectralLeakageCorrection: boolean;
  readonly numPeriodAverages: number;
  readonly numPeriodGrouping: number;
}

/** Makes spectra of the frames of one measurement. */
export interface SpectraMaker {
  readonly shape: SpectrumShape;
  /** The mean of some frames, before the transform. */
  mean(frames: readonly number[]): Float64Array;
  /** From such a mean to its spectra [period, channel, frequency], complex numbers interleaved. */
  spectra(mean: Float64Array): Float64Array;
}

/**
 * @param signal All frames of a measurement, or those that are asked for and their neighbours.
 * @param response What spectra are divided by, if so.
 *
 * Throws `PLAN_INVALID_VALUE` for periods that cannot be averaged or joined.
 */
export function spectraMaker(
  signal: Signal,
  options: SpectraOptions & { readonly isLeakageCorrected: boolean },
  response: TransferFunction | undefined,
): SpectraMaker {
  const { numPeriodAverages: averages, numPeriodGrouping: grouping, spectralLeakageCorrection } = options;
  const { frames, periods } = signal.layout;
  requirePeriods(periods, { averages, grouping, at: '' });
  const correctsLeakage = spectralLeakageCorrection && !options.isLeakageCorrected && Math.max(frames, periods) > 1;
  const used = correctsLeakage ? inTime(signal) : signal;
  const transform = frameTransform({ ...used.layout, periods: periods / averages }, grouping);
  const { channels, frequencies } = transform.shape;
  const inverse = response && inverseResponse(response, { channels, frequencies, grouping });
  return {
    shape: transform.shape,
    mean: (selected) => meanFrame(used, selected, { correctsLeakage, periods: averages }),
    spectra(mean) {
      const spectra = transform.apply(mean);
      if (inverse !== undefined && response !== undefined) {
        correctResponse(spectra, inverse, { channels, inductionFactors: response.inductionFactors });
      }
      return spectra;
    },
  };
}

/** The signal as it was recorded, before it was stored as spectra. */
export function inTime({ layout, values }: Signal): Signal {
  if (layout.domain === 'time') return { layout, values };
  const { samples, width } = layout;
  if (width !== 2 * (Math.floor(samples / 2) + 1)) {
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      'spectralLeakageCorrection is true, but the measurement holds some of its frequencies only. Set it to false.',
      { at: 'spectralLeakageCorrection' },
    );
  }
  const inverse = inverseRealFourierTransform(samples);
  const count = values.length / width;
  const output = new Float32Array(count * samples);
  for (let index = 0; index < count; index++) {
    const spectrum = Float64Array.from({ length: width }, (_, at) => values[index * width + at] ?? 0);
    output.set(inverse(apart(spectrum)), index * samples);
  }
  return { layout: { ...layout, domain: 'time', width: samples }, values: output };
}

/**
 * The transfer function that spectra are divided by; undefined where they are not.
 *
 * @param wanted As the plan has it; undefined: if there is one and the data was not corrected.
 * @param read Reads a companion.
 *
 * Throws `PLAN_INVALID_VALUE` where one is wanted and there is none.
 */
export async function responseFor(
  { companions, attributes }: DatasetFacts,
  { wanted, label, at }: { readonly wanted: boolean | undefined; readonly label: string; readonly at: string },
  read: (name: string) => NdArray | undefined | Promise<NdArray>,
): Promise<TransferFunction | undefined> {
  const has = companions.transferFunction !== undefined;
  if (attributes.isTransferFunctionCorrected === true || !(wanted ?? has)) return undefined;
  const transferFunction = has ? await read('transferFunction') : undefined;
  if (transferFunction === undefined) {
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `tfCorrection is true, but ${label} has no transfer function. Leave tfCorrection out.`,
      { at },
    );
  }
  const factors = companions.inductionFactor === undefined ? undefined : await read('inductionFactor');
  return transferFunctionOf(transferFunction, factors, label);
}

/** Frames of another file, as `spectraMaker` takes them: those asked for, with neighbours where leakage is corrected. */
export async function openFrames(file: DataFile, frames: readonly number[], withNeighbours: boolean) {
  const layout = signalLayout(file.facts, file.label);
  const wider = withNeighbours ? 1 : 0;
  const start = Math.max(0, Math.min(...frames) - wider);
  const stop = Math.min(layout.frames, Math.max(...frames) + 1 + wider);
  const signal = signalWith(layout, await file.read('data', { frame: [start, stop] }));
  return { signal, layout, frames: frames.map((frame) => frame - start) };
}

/** Positions of a plan, from 1, as frames from 0. Throws `PLAN_INVALID_VALUE` for those that there are not. */
export function framesFrom(
  listed: readonly number[],
  { among, label, at }: { readonly among: readonly number[]; readonly label: string; readonly at: string },
): number[] {
  const wrong = listed.find((position) => position > among.length);
  if (wrong !== undefined || listed.length === 0) {
    const problem = wrong === undefined ? 'names no frame' : `names frame ${wrong}`;
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `${at} ${problem}; ${label} has ${among.length} to choose from, counted from 1.`,
      { at },
    );
  }
  return listed.map((position) => among[position - 1] ?? 0);
}
