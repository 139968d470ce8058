import { RondelError } from '@rondel/contracts';
import type { ParameterNode, ParametersOf, StepContext } from '@rondel/reco';
import { listedPositions } from '../frequencies/positions.js';
import type {
  externalBackground,
  internalBackground,
  interpolatedExternalBackground,
} from '../manifest/preprocessing.js';
import { blend, consecutiveBlocks, interpolatedBackground, meanOf } from './background.js';
import { signalLayout } from './signal.js';
import {
  framesFrom,
  openFrames,
  responseFor,
  spectraMaker,
  type SpectraMaker,
  type SpectraOptions,
} from './spectra.js';

/** What is subtracted of each block of averaged frames: before the transform, or of its spectra. */
export interface BackgroundSource {
  /** @param position of the block in the measurement: the mean of its frames, from 0. */
  readonly ofMean?: (position: number) => Float64Array;
  /** @param block from 1. */
  readonly ofSpectra?: (block: number) => Float64Array;
}

export interface BackgroundContext {
  readonly maker: SpectraMaker;
  /** Frames of the measurement and those of them that are background. */
  readonly frames: number;
  readonly background: readonly number[];
  readonly options: SpectraOptions & { readonly tfCorrection?: boolean | undefined };
  readonly context: Pick<StepContext, 'file'>;
}

/** Throws `PLAN_INVALID_VALUE` for frames that there are not, `DATA_SHAPE_MISMATCH` for a file of another scan. */
export async function backgroundSource(
  { type, parameters }: ParameterNode,
  surroundings: BackgroundContext,
): Promise<BackgroundSource> {
  switch (type) {
    case 'NoBackgroundCorrectionParameters':
      return {};
    case 'InternalBackgroundCorrectionParameters':
      return internal(parameters as ParametersOf<typeof internalBackground.properties>, surroundings);
    case 'SimpleExternalBackgroundCorrectionParameters': {
      const { emptyMeas, bgFrames } = parameters as ParametersOf<typeof externalBackground.properties>;
      const [mean] = await externalMeans(emptyMeas, { bgFrames }, surroundings);
      return mean === undefined ? {} : { ofSpectra: () => mean };
    }
    case 'LinearInterpolatedExternalBackgroundCorrectionParameters':
      return between(parameters as ParametersOf<typeof interpolatedExternalBackground.properties>, surroundings);
    default:
      throw new RondelError('INTERNAL', `${type} is no background correction.`);
  }
}

function internal(
  { interpolateBG }: ParametersOf<typeof internalBackground.properties>,
  { maker, frames, background }: BackgroundContext,
): BackgroundSource {
  if (background.length === 0) {
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      'bgParams takes the background from the measurement, but it has no background frames. Use an external background, or NoBackgroundCorrectionParameters.',
      { at: 'bgParams' },
    );
  }
  if (!interpolateBG) {
    const mean = maker.mean(background);
    return { ofMean: () => mean };
  }
  const blocks = consecutiveBlocks(background).map((block) => ({ mean: maker.mean(block), count: block.length }));
  return { ofMean: interpolatedBackground(blocks, frames) };
}

type Positions = ParametersOf<typeof externalBackground.properties>['bgFrames'];

async function between(
  { emptyMeas, bgFrames, bgFramesPost }: ParametersOf<typeof interpolatedExternalBackground.properties>,
  surroundings: BackgroundContext,
): Promise<BackgroundSource> {
  const [before, after] = await externalMeans(emptyMeas, { bgFrames, bgFramesPost }, surroundings);
  const [first, last] = [meanOf(listedPositions(bgFrames)), meanOf(listedPositions(bgFramesPost))];
  if (first === last) {
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `bgFrames and bgFramesPost have the same middle, frame ${first}: there is nothing to interpolate between. Name frames before and after, or use SimpleExternalBackgroundCorrectionParameters.`,
      { at: 'bgParams.bgFramesPost' },
    );
  }
  if (before === undefined || after === undefined) return {};
  return { ofSpectra: (block) => blend(before, after, (block - first) / (last - first)) };
}

/** The mean spectra of groups of frames of another measurement. */
async function externalMeans(
  emptyMeas: ParametersOf<typeof externalBackground.properties>['emptyMeas'],
  groups: Readonly<Record<string, Positions>>,
  { maker, options, context }: BackgroundContext,
): Promise<Float64Array[]> {
  const file = await context.file(emptyMeas);
  const { facts, label } = file;
  const all = Array.from({ length: signalLayout(facts, label).frames }, (_, frame) => frame);
  const place = { wanted: options.tfCorrection, label, at: 'tfCorrection' };
  const response = await responseFor(facts, place, (name) => file.read(name));
  const isLeakageCorrected = facts.attributes.isSpectralLeakageCorrected === true;
  const means: Float64Array[] = [];
  for (const [name, listed] of Object.entries(groups)) {
    const wanted = framesFrom(listedPositions(listed), { among: all, label, at: `bgParams.${name}` });
    const { signal, frames } = await openFrames(file, wanted, options.spectralLeakageCorrection);
    const other = spectraMaker(signal, { ...options, isLeakageCorrected }, response);
    requireSameShape(maker, other, label);
    means.push(other.spectra(other.mean(frames)));
  }
  return means;
}

function requireSameShape({ shape: a }: SpectraMaker, { shape: b }: SpectraMaker, label: string): void {
  if (a.periods === b.periods && a.channels === b.channels && a.frequencies === b.frequencies) return;
  throw new RondelError(
    'DATA_SHAPE_MISMATCH',
    `${label} gives spectra of ${b.periods} periods, ${b.channels} channels and ${b.frequencies} frequencies; those of the measurement have ${a.periods}, ${a.channels} and ${a.frequencies}. The background must be taken with the same sequence.`,
    { at: 'bgParams.emptyMeas' },
  );
}
