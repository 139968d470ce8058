import { RondelError } from '../failure/failure.js';
import { Check, Type, type Static } from '../schema.js';
import type { Dataset } from './array.js';

const xyz = Type.Tuple([Type.Number(), Type.Number(), Type.Number()]);
const flag = Type.Boolean();
const count = Type.Integer({ minimum: 1 });

export const MdfFactsSchema = Type.Object(
  {
    layout: Type.Literal('mdf'),
    version: Type.String(),
    /** Hz. */
    bandwidth: Type.Number({ exclusiveMinimum: 0 }),
    /** Of a period; the frequencies that they give are samples / 2 + 1, and frequency k, from 0, is 2 * bandwidth / samples * k. */
    samples: count,
    frequencies: count,
    numChannels: count,
    numPeriodsPerFrame: count,
    /** Background frames included. */
    numFrames: count,
    numBackgroundFrames: Type.Integer({ minimum: 0 }),
    /** Periods that were averaged while the data was taken. */
    numAverages: count,
    /** Seconds. */
    dfCycle: Type.Number({ exclusiveMinimum: 0 }),
    /** Hz: drive field frequencies are this over `divider`. */
    baseFrequency: Type.Optional(Type.Number()),
    unit: Type.Optional(Type.String()),
    isFourierTransformed: flag,
    isFrequencySelection: flag,
    isFramePermutation: flag,
    /** Whether the frames are the fastest axis in the file; in the dataset they are the slowest. */
    isFastFrameAxis: flag,
    isTransferFunctionCorrected: flag,
    isSpectralLeakageCorrected: flag,
    isBackgroundCorrected: flag,
    /** Voxels of the grid of a calibration [x, y, z]; x fastest. This and what follows is absent without such a grid. */
    calibrationSize: Type.Optional(xyz),
    /** Metres. */
    calibrationFov: Type.Optional(xyz),
    calibrationFovCenter: Type.Optional(xyz),
    calibrationOrder: Type.Optional(Type.String()),
    calibrationMethod: Type.Optional(Type.String()),
    /** Whether the sample was moved back and forth. */
    isMeanderingGrid: Type.Optional(flag),
    /** Of all that is finite; null where nothing is. */
    meanSnr: Type.Optional(Type.Union([Type.Number(), Type.Null()])),
  },
  { description: 'What a file in the Magnetic Particle Imaging Data Format says of its scan.' },
);

/** What an MDF file says of its data: the attributes of its dataset. */
export type MdfFacts = Static<typeof MdfFactsSchema>;

/** The attributes of a dataset as those of an MDF file; undefined for one from elsewhere. Throws `INTERNAL` for what no reader makes. */
export function mdfFacts({ attributes }: Pick<Dataset, 'attributes'>): MdfFacts | undefined {
  if (attributes['layout'] !== 'mdf') return undefined;
  if (Check(MdfFactsSchema, attributes)) return attributes;
  throw new RondelError('INTERNAL', 'The attributes of an MDF file are not those that its reader gives.');
}

/** The same for people: what it is, by what it is about. */
export function mdfInWords(facts: MdfFacts): Readonly<Record<string, string>> {
  const { samples, frequencies, numPeriodsPerFrame: periods, numFrames: frames } = facts;
  const { numBackgroundFrames: background, calibrationSize: size, calibrationFov: fov } = facts;
  const corrected = [
    ...(facts.isTransferFunctionCorrected ? ['by the transfer function'] : []),
    ...(facts.isSpectralLeakageCorrected ? ['for spectral leakage'] : []),
    ...(facts.isBackgroundCorrected ? ['for background'] : []),
  ];
  return {
    scan: `MDF ${facts.version}, ${size ? 'calibration (system matrix)' : 'measurement'}, ${facts.isFourierTransformed ? 'spectra' : 'samples'}`,
    channels: `${facts.numChannels}`,
    bandwidth: `${inUnits(facts.bandwidth, ['Hz', 'kHz', 'MHz'])}, ${frequencies} frequencies`,
    periods: `${periods} per frame, each of ${samples} samples in ${inUnits(facts.dfCycle * 1e6, ['µs', 'ms', 's'])}`,
    frames: `${frames}${background === 0 ? '' : `, ${background} of them background`}`,
    ...(corrected.length > 0 && { corrected: corrected.join(', ') }),
    ...(size && {
      grid: `${size.join(' x ')} voxels${fov ? ` in ${fov.map((m) => short(m * 1000)).join(' x ')} mm` : ''}`,
    }),
    ...(typeof facts.meanSnr === 'number' && { 'mean SNR': short(facts.meanSnr) }),
  };
}

/** With the unit that makes it shortest; each is a thousand of the one before. */
function inUnits(value: number, units: readonly string[]): string {
  const step = Math.max(0, Math.min(units.length - 1, Math.floor(Math.log10(value) / 3)));
  return `${short(value / 1000 ** step)} ${units[step] ?? ''}`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
