import { binningOf, placeInFile, RondelError, type Dataset } from '@rondel/contracts';
import { implementStep, type ParametersOf, type StepContext } from '@rondel/reco';
import { transmissionPreprocessing } from '../manifest/preprocessing.js';
import type { Quantity } from '../manifest/quantity.js';
import { requireFinite } from '../sinogram/finite-values.js';
import { axisAttributes, middleOf } from '../sinogram/rotation-axis.js';
import { sinogramShape, type SinogramShape } from '../sinogram/sinogram-shape.js';
import { carriedAngles, rotationCenter } from './axis/axis-of-scan.js';
import { extendDetector, extensible } from './axis/detector-extension.js';
import { repairDeadBins } from './detector/dead-bins.js';
import { averageFields } from './fields/field-average.js';
import { normalizeFlatField } from './fields/flat-field.js';
import { whiteUsed } from './fields/flat-field-step.js';
import { selectFrames } from './frame-selection.js';
import { straighten, toLineIntegrals } from './line-integrals.js';
import { overlapOf } from './axis/overlap-center.js';
import { stitchRounded } from './axis/rounded-stitching.js';
import { quantityOf } from './quantity.js';
import { removeOutliers } from './detector/outliers.js';
import { coversTurn, stitchHalves, type StitchedSinogram } from './axis/stitching.js';
import {
  sayClipped,
  sayDisagreement,
  sayDisputed,
  sayFalling,
  sayNegative,
  sayOutliers,
  sayOvercorrected,
  sayRepaired,
  sayRepeated,
  sayReplaced,
  saySaturated,
  sayTooBright,
  sayWithoutDark,
} from './faults/said-of-scan.js';
import { suppressRings } from './detector/ring-suppression.js';
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
    survey(sample, context, sampled) {
      // What the sample itself is warned of, each block is as well.
      const quietly = { ...context, warn: () => undefined, log: () => undefined };
      rotationCenter(lineIntegrals(sample, { parameters, context: quietly }), sample, {
        parameters,
        context,
        sampled,
      });
    },
    process(input, context) {
      requireRingWindow(input, parameters);
      const measured = lineIntegrals(input, { parameters, context });
      const center = rotationCenter(measured, input, { parameters, context });
      withoutRings(measured, { parameters, context });
      const stitched = stitch(measured, input, { parameters, center, context });
      if (stitched === undefined) requireWidth(measured, center, context);
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

/** Asks for the memory that a detector takes which becomes wider, before it does. */
function requireWidth({ data, shape: { detectors } }: Sinograms, center: number, context: StepContext): void {
  const beyond = Math.ceil(Math.abs(center - middleOf(detectors)));
  const what = `The detector of ${detectors} bins, extended by ${beyond} as the axis is not in the middle,`;
  context.requireMemory(Math.ceil(data.byteLength * (1 + beyond / detectors)), what, { partsTakeLess: true });
}

/** All but rings and the axis. */
function lineIntegrals(input: Dataset, surroundings: Surroundings): Sinograms {
  const { parameters } = surroundings;
  const measured = takeFrames(input, parameters);
  cleanOutliers(measured, surroundings);
  const quantity = attenuate(measured, input, surroundings);
  straightenBent(measured, surroundings);
  sayOutliers(measured, input, { quantity, context: surroundings.context });
  sayRepeated(input, surroundings.context);
  return measured;
}

/** In place, where the plan says how. */
function straightenBent({ data }: Sinograms, { parameters: { beamHardening }, context }: Surroundings): void {
  if (beamHardening !== undefined) sayFalling(straighten(data, beamHardening), data.length, context);
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
  readonly context: Pick<StepContext, 'log' | 'warn' | 'found'> & Partial<Pick<StepContext, 'known' | 'block'>>;
}

/** A copy of the selected frames that the step may overwrite. */
function takeFrames(input: Dataset, parameters: Parameters): Sinograms {
  const shape = sinogramShape(input.data);
  requireFinite(input.data.data, input.data.shape, 'The raw data');
  const data = selectFrames(input.data.data, shape, parameters, extensible);
  const frames = data.length / (shape.slices * shape.angles * shape.detectors);
  return { data, shape: { ...shape, frames } };
}

/** Replaces outliers, in place, where the plan says what one is. */
function cleanOutliers({ data, shape }: Sinograms, { parameters, context }: Surroundings): void {
  const { outlierDif: dif, outlierSize: size, outlierMode: mode } = parameters;
  if (dif === undefined) return;
  const replaced = removeOutliers(data, shape, { dif, size, mode });
  sayReplaced(replaced, data.length, { property: 'outlierDif', context });
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
  if (quantity === 'counts' || input.attributes[whiteUsed] === true) sayTooBright(data, shape, context);
  return quantity;
}

/** An axis in this part of the detector at either end is that of a half acquisition, if the scan covers a full turn. */
const edgePart = 1 / 3;

/** The stitched sinograms of a half acquisition; undefined for any other scan. */
function stitch(
  { data, shape }: Sinograms,
  input: Dataset,
  { parameters, center, context }: Pick<Surroundings, 'parameters'> & { center: number; context: StepContext },
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
  const width = 2 * Math.max(center, detectors - 1 - center) + 1;
  const bytes = Math.ceil(data.byteLength * (1 + width / (2 * detectors)));
  context.requireMemory(bytes, 'The stitched half acquisition', { partsTakeLess: true });
  const stitched =
    parameters.stitching === 'rounded'
      ? stitchRounded(data, shape, { ...overlapOf(center, detectors), angles })
      : stitchHalves(data, shape, { center, angles });
  context.log(
    'info',
    `The axis at ${placeInFile(center, binningOf(input).detector).toFixed(2)} is near the edge of the ${detectors} bins and the scan covers a full turn: opposite projections were stitched to ${stitched.shape.detectors} bins (halfAcquisition = "none" leaves them apart).`,
  );
  return stitched;
}
