import { binningOf, placeInData, placeInFile, RondelError, type BinnedAxis, type Dataset } from '@rondel/contracts';
import type { ParametersOf, SampledEntries, StepContext } from '@rondel/reco';
import type { transmissionPreprocessing } from '../../manifest/preprocessing.js';
import { warnOfOtherAxis } from '../../sinogram/centre-of-mass.js';
import { requireFinite } from '../../sinogram/finite-values.js';
import { carriedCenter, findsCenter, middleOf } from '../../sinogram/rotation-axis.js';
import type { SinogramShape } from '../../sinogram/sinogram-shape.js';
import { findCenterBy } from './center-methods.js';
import { centerOfOverlap } from './overlap-center.js';
import { coversTurn } from './stitching.js';
import { doubtsWithPlaces, wholeStack, type FoundAxis } from './rotation-center.js';
import { straightenAxis } from './tilted-axis.js';

type Parameters = ParametersOf<typeof transmissionPreprocessing.properties>;

interface Sinograms {
  /** Line integrals, [frame, slice, angle, detector]. */
  readonly data: Float32Array;
  readonly shape: SinogramShape;
}

interface Surroundings {
  readonly parameters: Parameters;
  readonly context: Pick<StepContext, 'log' | 'warn' | 'found'> & Partial<Pick<StepContext, 'known' | 'block'>>;
}

/**
 * The axis: given in the plan, carried by the data, found in the data, or the middle of the detector. One that the plan says is
 * tilted is made straight, in place.
 */
export function rotationCenter(sinograms: Sinograms, input: Dataset, surroundings: Surroundings & LookedAt): number {
  const { detectors } = sinograms.shape;
  const { parameters, context } = surroundings;
  const bins = binningOf(input).detector;
  if (parameters.beam === 'cone') return middleOf(detectors);
  const known = context.known?.('centerOfRotation');
  const taken = takenCenter(input, sinograms, { parameters, context });
  if (taken === undefined && typeof known === 'number') return checkedCenter(known, detectors, bins);
  if (taken === undefined && findsCenter(parameters, input)) return foundCenter(sinograms, input, surroundings);
  const { center, because, property } = taken ?? {
    center: middleOf(detectors),
    because: 'the middle',
    property: 'findCenter',
  };
  const { angles } = input.companions;
  if (angles) {
    warnOfOtherAxis(
      sinograms.data,
      sinograms.shape,
      { angles: angles.data, center, because, bins },
      (message, amount) => context.warn('AXIS_UNCERTAIN', message, { property, amount }),
    );
  }
  return center;
}

/** Where somebody says that the axis is, who that is, and the property that would say otherwise. */
interface TakenCenter {
  readonly center: number;
  readonly because: string;
  readonly property: string;
}

function takenCenter(
  input: Dataset,
  { data, shape }: Sinograms,
  { parameters, context: { block } }: Surroundings,
): TakenCenter | undefined {
  const { detectors } = shape;
  const { centerOfRotation, findCenter, overlap: inFile, side } = parameters;
  const { detector: bins, slice: slices } = binningOf(input);
  if (centerOfRotation !== undefined) {
    const given = typeof centerOfRotation === 'number' ? [centerOfRotation] : centerOfRotation;
    const [first = 0, last] = given.map((one) => checkedCenter(one, detectors, bins));
    const whole = block?.axis === 'slice' ? block : { from: 0, extent: shape.slices };
    const center =
      last === undefined ? first : straightenAxis(data, shape, endsInData([first, last], whole.extent, slices), whole);
    return { center, because: 'as centerOfRotation says', property: 'centerOfRotation' };
  }
  if (inFile !== undefined) {
    requireTurn(input, inFile);
    const end = side === 'left' ? 'left' : 'right';
    const overlap = inFile / bins.factor;
    const center = requireOnDetector(centerOfOverlap({ overlap, side: end }, detectors), detectors, bins);
    return { center, because: 'as overlap says', property: 'overlap' };
  }
  const center = findCenter === true ? undefined : carriedCenter(input, detectors);
  return center === undefined
    ? undefined
    : { center, because: 'as the attribute center of the data says', property: 'centerOfRotation' };
}

/** Which slices of the whole a survey's sample has; absent: all of them. */
export interface LookedAt {
  readonly sampled?: SampledEntries;
}

/** The axis that the data has itself, with what speaks against it. */
function foundCenter(
  { data, shape }: Sinograms,
  input: Dataset,
  { parameters, context, sampled = wholeStack(shape.slices) }: Surroundings & LookedAt,
): number {
  const angles = carriedAngles(input, shape.angles);
  const bins = binningOf(input).detector;
  const { rotcGuess } = parameters;
  const search = { ...parameters, ...(rotcGuess !== undefined && { rotcGuess: placeInData(rotcGuess, bins) }) };
  const found = findCenterBy(search, { data, shape, angles, sampled });
  const doubt = doubtInFile(found, bins);
  const inFile = placeInFile(found.center, bins);
  const uncertainty = Math.max(0.01, found.uncertainty * bins.factor);
  const binned = bins.factor === 1 ? 'counted from 0' : 'counted from 0 before binning';
  const where = `The rotation axis was found at detector ${inFile.toFixed(2)} (${binned}), give or take ${uncertainty.toFixed(2)} bins`;
  context.log('info', `${where}.`);
  if (doubt !== undefined) {
    const next = tiltAdvice(found, bins, { ...binningOf(input).slice, extent: sampled.extent }) ?? usualAdvice;
    context.warn('AXIS_UNCERTAIN', `${where}, but ${doubt}. ${next}`, { property: 'centerOfRotation' });
  }
  context.found('centerOfRotation', inFile);
  if (parameters.findCenter === true) context.found('findCenter', false);
  return found.center;
}

const usualAdvice = 'Compare images for some values of centerOfRotation near it, as with a sweep, and set the best.';

/** What puts a tilted axis right, as the plan counts bins; undefined for one that is not. */
function tiltAdvice(
  { tilt }: FoundAxis,
  bins: BinnedAxis,
  { extent, factor, leftOver, before }: BinnedAxis & { readonly extent: number },
): string | undefined {
  if (tilt === undefined) return undefined;
  const [ofPart, toPart] = [placeInFile(tilt.first, bins), placeInFile(tilt.last, bins)];
  const slope = (toPart - ofPart) / Math.max(1, extent * factor - 1);
  const first = ofPart - slope * before;
  const last = toPart + slope * leftOver;
  const angle = Math.atan(slope);
  return `Set centerOfRotation = [${first.toFixed(2)}, ${last.toFixed(2)}], or, where the detector is turned against the axis, tilt = ${angle.toFixed(5)} (rad) of DetectorCorrectionParameters in the stage detector.`;
}

/** What speaks against an axis, its places in bins as the plan counts them. */
function doubtInFile({ doubt, tilt, rival }: FoundAxis, bins: BinnedAxis): string | undefined {
  const place = (inData: number) => placeInFile(inData, bins);
  if (tilt !== undefined) return doubtsWithPlaces.tilt({ first: place(tilt.first), last: place(tilt.last) });
  return rival === undefined ? doubt : doubtsWithPlaces.rival(place(rival));
}

/** An axis in the first and in the last slice of the file, in those of the data: the middles of those that became one, of the part that was taken. */
function endsInData(
  [first, last]: readonly [number, number],
  slices: number,
  { factor, leftOver, before }: BinnedAxis,
): [number, number] {
  const all = before + slices * factor + leftOver;
  const at = (slice: number) =>
    first + ((last - first) * (before + placeInFile(slice, { factor }))) / Math.max(1, all - 1);
  return [at(0), at(slices - 1)];
}

/** Only a full turn has opposite projections that both see the same. */
function requireTurn({ companions }: Dataset, overlap: number): void {
  const { angles } = companions;
  if (angles === undefined || coversTurn(Float64Array.from(angles.data))) return;
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `overlap (${overlap}) must not be given for this scan: its ${angles.data.length} angles do not cover a full turn, so projections have no opposite ones. Leave it out: the axis is found then.`,
    { at: 'overlap' },
  );
}

/** Where an axis that the plan has in bins of the file lies in the data. Throws `PLAN_INVALID_VALUE` for one off the detector. */
function checkedCenter(inFile: number, detectors: number, bins: BinnedAxis): number {
  return requireOnDetector(placeInData(inFile, bins), detectors, bins);
}

function requireOnDetector(center: number, detectors: number, bins: BinnedAxis): number {
  if (center >= 0 && center <= detectors - 1) return center;
  const [first, last, got] = [0, detectors - 1, center].map((place) => placeInFile(place, bins));
  const binned = bins.factor === 1 ? '' : ` that are each the mean of ${bins.factor}`;
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `centerOfRotation must be on the detector, ${first} to ${last} for ${detectors} bins${binned}, got ${got}.`,
    { at: 'centerOfRotation' },
  );
}

export function carriedAngles(input: Dataset, projections: number): Float64Array {
  const { angles } = input.companions;
  if (!angles) {
    throw new RondelError(
      'PLAN_MISSING_PROPERTY',
      'The rotation axis can only be found when the data carries its projection angles. Put the first and the last one in degrees behind it, as in scan.h5?theta=0:180, set centerOfRotation to the axis in bins from 0, or findCenter = false to take the middle of the detector.',
      { at: 'centerOfRotation' },
    );
  }
  if (angles.data.length !== projections) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `The data carries ${angles.data.length} angles, but has ${projections} projections: there must be one angle for each.`,
      { details: { angles: angles.data.length, projections } },
    );
  }
  requireFinite(angles.data, angles.shape, 'The array of angles that the data carries');
  return Float64Array.from(angles.data);
}
