import { RondelError, type Dataset } from '@rondel/contracts';
import { Check, Type, type Static } from '@rondel/contracts/schema';

const xyz = Type.Tuple([Type.Number(), Type.Number(), Type.Number()]);
const flag = Type.Boolean();
const count = Type.Integer({ minimum: 1 });

const mdfFactsSchema = Type.Object({
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
});

/** What an MDF file says of its data: the attributes of its dataset. */
export type MdfFacts = Static<typeof mdfFactsSchema>;

/** The attributes of a dataset as those of an MDF file; undefined for one from elsewhere. Throws `INTERNAL` for what no reader makes. */
export function mdfFacts({ attributes }: Pick<Dataset, 'attributes'>): MdfFacts | undefined {
  if (attributes['layout'] !== 'mdf') return undefined;
  if (Check(mdfFactsSchema, attributes)) return attributes;
  throw new RondelError('INTERNAL', 'The attributes of an MDF file are not those that its reader gives.');
}
