import { RondelError, type Dataset } from '@rondel/contracts';
import { implementStep, type ParametersOf, type StepContext } from '@rondel/reco';
import { transmissionPreprocessing } from '../manifest/preprocessing.js';
import type { Quantity } from '../manifest/quantity.js';
import { requireFinite } from '../sinogram/finite-values.js';
import { axisAttributes, carriedCenter, findsCenter, middleOf } from '../sinogram/rotation-axis.js';
import { warnOfOtherAxis } from '../sinogram/centre-of-mass.js';
import { sinogramShape, type SinogramShape } from '../sinogram/sinogram-shape.js';
import { extendDetector } from './axis/detector-extension.js';
import { repairDeadBins } from './detector/dead-bins.js';
import { averageFields } from './fields/field-average.js';
import { normalizeFlatField } from './fields/flat-field.js';
import { selectFrames } from './frame-selection.js';
import { toLineIntegrals } from './line-integrals.js';
import { quantityOf } from './quantity.js';
import { removeOutliers } from './detector/outliers.js';
import { coversTurn, stitchHalves, type StitchedSinogram } from './axis/stitching.js';
import {
  sayClipped,
  sayDisagreement,
  sayDisputed,
  sayNegative,
  sayOutliers,
  sayOvercorrected,
  sayRepaired,
  sayRepeated,
  saySaturated,
  sayTooBright,
  sayWithoutDark,
} from './faults/said-of-scan.js';
import { suppressRings } from './detector/ring-suppression.js';
import { findRotationCenter } from './axis/rotation-center.js';
import { sinogramDataset } from './sinogram-dataset.js';

type Parameters = ParametersOf<typeof transmissionPreprocessing.properties>;

/** Sinograms on their way through the step. `data` belongs to the step. */
interface Sinograms {
  readonly data: Float32Array;
  readonly shape: SinogramShape;
}

/**
 * Frames and averages, outliers, flat field, -log, axis, rings, stitching, in this order. Counts are averaged before the logarithm, which is
 * less biased by noise than averaging line integrals.
 *
 * What the values stand for is told by `quantityOf`; dark fields, when absent, count as 0. The result carries `center` and
 * `imageSize`, see `axisAttributes`, and `quantity` "attenuation".
 */
export const transmissionPreprocessingStep = implementStep(transmissionPreprocessing, (parameters) => {
  return {
    survey(sample, context) {
      // What the sample itself is warned of, each block is as well.
      const quietly = { ...context, warn: () => undefined, log: () => undefined };
      rotationCenter(lineIntegrals(sample, { parameters, context: quietly }), sample, { parameters, context });
    },
    process(input, context) {
      requireRingWindow(input, parameters);
      const measured = lineIntegrals(input, { parameters, context });
      const center = rotationCenter(measured, input, { parameters, context });
      withoutRings(measured, { parameters, context });
      const stitched = stitch(measured, input, { parameters, center, context });
      const extended = stitched ?? extendDetector(measured.data, measured.shape, center);
      return sinogramDataset(input, {
        ...extended,
        attributes: {
          quantity: 'attenuation',
          [axisAttributes.center]: extended.center,
          [axisAttributes.imageSize]: stitched?.shape.detectors ?? measured.shape.detectors,
          ...(extended.measured && { [axisAttributes.measured]: [...extended.measured] }),
          ...(stitched && { [axisAttributes.stitched]: true }),
        },
      });
    },
  };
});

/** All but rings and the axis. */
function lineIntegrals(input: Dataset, surroundings: Surroundings): Sinograms {
  const { parameters } = surroundings;
  const measured = takeFrames(input, parameters);
  cleanOutliers(measured, surroundings);
  const quantity = attenuate(measured, input, surroundings);
  sayOutliers(measured, input, { quantity, context: surroundings.context });
  sayRepeated(input, surroundings.context);
  return measured;
}

/** In place. The axis is found before: a window that is too wide would move it. */
function withoutRings({ data, shape }: Sinograms, { parameters, context }: Surroundings): void {
  const { ringSuppression, ringWindow } = parameters;
  if (ringSuppression === 'none') return;
  sayOvercorrected(suppressRings(data, shape, ringWindow), shape, ringWindow, context);
}

/** Before the work: a median over more than the detector has leaves nothing of it. */
function requireRingWindow(input: Dataset, { ringSuppression, ringWindow }: Parameters): void {
  const { detectors } = sinogramShape(input.data);
  if (ringSuppression === 'none' || ringWindow <= detectors) return;
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `ringWindow must be at most ${detectors}, the bins of the detector, got ${ringWindow}. Set it to about twice the width of the widest ring.`,
    { at: 'ringWindow' },
  );
}

interface Surroundings {
  readonly parameters: Parameters;
  readonly context: Pick<StepContext, 'log' | 'warn' | 'found'> & Partial<Pick<StepContext, 'known'>>;
}

/** A copy of the selected frames that the step may overwrite. */
function takeFrames(input: Dataset, parameters: Parameters): Sinograms {
  const shape = sinogramShape(input.data);
  requireFinite(input.data.data, input.data.shape, 'The raw data');
  const selected = selectFrames(input.data.data, shape, parameters);
  const data = selected === input.data.data ? selected.slice() : selected;
  const frames = data.length / (shape.slices * shape.angles * shape.detectors);
  return { data, shape: { ...shape, frames } };
}

/** Replaces outliers, in place, where the plan says what one is. */
function cleanOutliers({ data, shape }: Sinograms, { parameters, context }: Surroundings): void {
  const { outlierDif: dif, outlierSize: size, outlierMode: mode } = parameters;
  if (dif === undefined) return;
  const replaced = removeOutliers(data, shape, { dif, size, mode });
  context.log('info', `${replaced} of ${data.length} values were outliers and replaced by the median around them.`);
}

/** Turns counts or transmissions into line integrals, in place; leaves line integrals alone. Says what the data was. */
function attenuate({ data, shape }: Sinograms, input: Dataset, { parameters, context }: Surroundings): Quantity {
  const { white, dark } = input.companions;
  const quantity = quantityOf(input, parameters.quantity, context);
  if (quantity === 'lineIntegrals') {
    if (parameters.quantity === undefined) sayNegative(data, shape, context);
    return quantity;
  }
  if (quantity === 'counts' && white) {
    const fields = averageFields({ white, dark }, shape, parameters.average);
    if (!dark) sayWithoutDark(input, fields.white, context);
    saySaturated(input, { white, dark: fields.dark }, context);
    for (const each of fields.disagreements) sayDisagreement(each, context);
    for (const each of fields.disputed) sayDisputed(each, shape.frames, context);
    const dead = normalizeFlatField(data, shape, fields) * shape.frames;
    sayRepaired(dead, 'white is not above dark there', context);
  }
  sayRepaired(repairDeadBins(data, shape), 'they stayed dark, or at one value, during the scan', context);
  sayClipped(toLineIntegrals(data, parameters.clip), data.length, { clip: parameters.clip, context });
  if (quantity === 'counts') sayTooBright(data, shape, context);
  return quantity;
}

/** The axis: given in the plan, carried by the data, found in the data, or the middle of the detector. */
function rotationCenter(sinograms: Sinograms, input: Dataset, surroundings: Surroundings): number {
  const { detectors } = sinograms.shape;
  const { parameters, context } = surroundings;
  if (parameters.beam === 'cone') return middleOf(detectors);
  const known = context.known?.('centerOfRotation');
  const taken = takenCenter(input, detectors, parameters);
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

function takenCenter(input: Dataset, detectors: number, parameters: Parameters): TakenCenter | undefined {
  const { centerOfRotation, findCenter, overlap, side } = parameters;
  if (centerOfRotation !== undefined) {
    const center = checkedCenter(centerOfRotation, detectors);
    return { center, because: 'as centerOfRotation says', property: 'centerOfRotation' };
  }
  if (overlap !== undefined) {
    requireTurn(input, overlap);
    return { center: centerOfOverlap(overlap, side, detectors), because: 'as overlap says', property: 'overlap' };
  }
  const center = findCenter === true ? undefined : carriedCenter(input, detectors);
  return center === undefined
    ? undefined
    : { center, because: 'as the attribute center of the data says', property: 'centerOfRotation' };
}

/** The axis that the data has itself, with what speaks against it. */
function foundCenter({ data, shape }: Sinograms, input: Dataset, { parameters, context }: Surroundings): number {
  const { center, uncertainty, doubt } = findRotationCenter(data, shape, carriedAngles(input, shape.angles));
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

/** Bins that a scan of half acquisition sees from both sides reach as far beyond the axis as the detector does. */
function centerOfOverlap(overlap: number, side: Parameters['side'], detectors: number): number {
  const fromEdge = (overlap - 1) / 2;
  return checkedCenter(side === 'left' ? fromEdge : detectors - 1 - fromEdge, detectors);
}

/** An axis in this part of the detector at either end is that of a half acquisition, if the scan covers a full turn. */
const edgePart = 1 / 3;

/** The stitched sinograms of a half acquisition; undefined for any other scan. */
function stitch(
  { data, shape }: Sinograms,
  input: Dataset,
  { parameters, center, context }: Surroundings & { readonly center: number },
): StitchedSinogram | undefined {
  const { halfAcquisition, beam } = parameters;
  if (halfAcquisition === 'none' || beam === 'cone') return undefined;
  const { detectors } = shape;
  const fromEdge = Math.min(center, detectors - 1 - center);
  const isAsked = halfAcquisition === 'stitch';
  if (!isAsked && (input.companions['angles'] === undefined || fromEdge > edgePart * (detectors - 1))) return undefined;
  const angles = carriedAngles(input, shape.angles);
  if (!coversTurn(angles)) {
    if (!isAsked) return undefined;
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `halfAcquisition must not be "stitch" for this scan: its ${angles.length} angles do not cover a full turn, so projections have no opposite ones. Leave it out.`,
      { at: 'halfAcquisition' },
    );
  }
  const stitched = stitchHalves(data, shape, { center, angles });
  context.log(
    'info',
    `The axis at ${center.toFixed(2)} is near the edge of the ${detectors} bins and the scan covers a full turn: opposite projections were stitched to ${stitched.shape.detectors} bins (halfAcquisition = "none" leaves them apart).`,
  );
  return stitched;
}

function checkedCenter(center: number, detectors: number): number {
  if (center <= detectors - 1) return center;
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `centerOfRotation must be on the detector, 0 to ${detectors - 1} for ${detectors} bins, got ${center}.`,
    { at: 'centerOfRotation' },
  );
}

function carriedAngles(input: Dataset, projections: number): Float64Array {
  const { angles } = input.companions;
  if (!angles) {
    throw new RondelError(
      'PLAN_MISSING_PROPERTY',
      'The rotation axis can only be found when the data carries its projection angles. Set centerOfRotation to the axis in bins from 0, or findCenter = false to take the middle of the detector.',
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
