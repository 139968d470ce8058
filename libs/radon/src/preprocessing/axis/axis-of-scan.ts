import { RondelError, type Dataset } from '@rondel/contracts';
import type { ParametersOf, SampledEntries, StepContext } from '@rondel/reco';
import type { transmissionPreprocessing } from '../../manifest/preprocessing.js';
import { warnOfOtherAxis } from '../../sinogram/centre-of-mass.js';
import { requireFinite } from '../../sinogram/finite-values.js';
import { carriedCenter, findsCenter, middleOf } from '../../sinogram/rotation-axis.js';
import type { SinogramShape } from '../../sinogram/sinogram-shape.js';
import { findCenterBy } from './center-methods.js';
import { centerOfOverlap } from './overlap-center.js';
import { coversTurn } from './stitching.js';
import { wholeStack } from './rotation-center.js';
import { straightenAxis } from './tilted-axis.js';

type Parameters = ParametersOf<typeof transmissionPreprocessing.properties>;

interface Sinograms {
  /** Line integrals, [frame, slice, angle, detector]. */
  readonly data: Float32Array;
  readonly shape: SinogramShape;
}

interface Surroundings {
  readonly parameters: Parameters;
  readonly context: Pick<StepContext, 'log' | 'warn' | 'found'> & Partial<Pick<StepContext, 'known'>>;
}

/**
 * The axis: given in the plan, carried by the data, found in the data, or the middle of the detector. One that the plan says is
 * tilted is made straight, in place.
 */
export function rotationCenter(sinograms: Sinograms, input: Dataset, surroundings: Surroundings & LookedAt): number {
  const { detectors } = sinograms.shape;
  const { parameters, context } = surroundings;
  if (parameters.beam === 'cone') return middleOf(detectors);
  const known = context.known?.('centerOfRotation');
  const taken = takenCenter(input, sinograms, parameters);
  if (taken === undefined && typeof known === 'number') return checkedCenter(known, detectors);
  if (taken === undefined && findsCenter(parameters, input)) return foundCenter(sinograms, input, surroundings);
  const { center, because, property } = taken ?? {
    center: middleOf(detectors),
    because: 'the middle',
    property: 'findCenter',
  };
  const { angles } = input.companions;
  if (angles) {
    warnOfOtherAxis(sinograms.data, sinograms.shape, { angles: angles.data, center, because }, (message, amount) =>
      context.warn('AXIS_UNCERTAIN', message, { property, amount }),
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

function takenCenter(input: Dataset, { data, shape }: Sinograms, parameters: Parameters): TakenCenter | undefined {
  const { detectors } = shape;
  const { centerOfRotation, findCenter, overlap, side } = parameters;
  if (centerOfRotation !== undefined) {
    const given = typeof centerOfRotation === 'number' ? [centerOfRotation] : centerOfRotation;
    const [first = 0, last] = given.map((one) => checkedCenter(one, detectors));
    const center = last === undefined ? first : straightenAxis(data, shape, [first, last]);
    return { center, because: 'as centerOfRotation says', property: 'centerOfRotation' };
  }
  if (overlap !== undefined) {
    requireTurn(input, overlap);
    const end = side === 'left' ? 'left' : 'right';
    const center = checkedCenter(centerOfOverlap({ overlap, side: end }, detectors), detectors);
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
  const { center, uncertainty, doubt } = findCenterBy(parameters, { data, shape, angles, sampled });
  const where = `The rotation axis was found at detector ${center.toFixed(2)} (counted from 0), give or take ${Math.max(0.01, uncertainty).toFixed(2)} bins`;
  context.log('info', `${where}.`);
  if (doubt !== undefined) {
    const next = 'Compare images for some values of centerOfRotation near it, as with a sweep, and set the best.';
    context.warn('AXIS_UNCERTAIN', `${where}, but ${doubt}. ${next}`, { property: 'centerOfRotation' });
  }
  context.found('centerOfRotation', center);
  if (parameters.findCenter === true) context.found('findCenter', false);
  return center;
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

function checkedCenter(center: number, detectors: number): number {
  if (center <= detectors - 1) return center;
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `centerOfRotation must be on the detector, 0 to ${detectors - 1} for ${detectors} bins, got ${center}.`,
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
