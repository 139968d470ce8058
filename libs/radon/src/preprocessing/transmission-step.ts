import { RondelError, type Dataset } from '@rondel/contracts';
import { implementStep, type ParametersOf, type StepContext } from '@rondel/reco';
import { transmissionPreprocessing } from '../manifest/preprocessing.js';
import { requireFinite } from '../sinogram/finite-values.js';
import { axisAttributes, carriedCenter, findsCenter, middleOf } from '../sinogram/rotation-axis.js';
import { sinogramShape, type SinogramShape } from '../sinogram/sinogram-shape.js';
import { extendDetector } from './detector-extension.js';
import { detectorResponse, normalizeFlatField } from './flat-field.js';
import { selectFrames } from './frame-selection.js';
import { toLineIntegrals } from './line-integrals.js';
import { suppressRings } from './ring-suppression.js';
import { findRotationCenter } from './rotation-center.js';
import { sinogramDataset } from './sinogram-dataset.js';

type Parameters = ParametersOf<typeof transmissionPreprocessing.properties>;

/** Sinograms on their way through the step. `data` belongs to the step. */
interface Sinograms {
  readonly data: Float32Array;
  readonly shape: SinogramShape;
}

/**
 * Frames and averages, flat field, -log, rings, axis, in this order. Counts are averaged before the logarithm, which is
 * less biased by noise than averaging line integrals.
 *
 * What the data is follows from what it carries: with white fields it holds counts (dark fields, when absent, count as
 * 0); without them it holds transmissions if its attribute `quantity` is "transmission", else line integrals. The result
 * carries `center` and `imageSize`, see `axisAttributes`, and `quantity` "attenuation".
 */
export const transmissionPreprocessingStep = implementStep(transmissionPreprocessing, (parameters) => {
  return {
    process(input, context) {
      const measured = takeFrames(input, parameters);
      attenuate(measured, input, { parameters, log: context.log });
      if (parameters.ringSuppression === 'sorting') suppressRings(measured.data, measured.shape, parameters.ringWindow);
      const center = rotationCenter(measured, input, { parameters, log: context.log });
      const extended = extendDetector(measured.data, measured.shape, center);
      return sinogramDataset(input, {
        data: extended.data,
        shape: extended.shape,
        attributes: {
          quantity: 'attenuation',
          [axisAttributes.center]: extended.center,
          [axisAttributes.imageSize]: measured.shape.detectors,
        },
      });
    },
  };
});

interface Surroundings {
  readonly parameters: Parameters;
  readonly log: StepContext['log'];
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

/** Turns counts or transmissions into line integrals, in place; leaves line integrals alone. */
function attenuate({ data, shape }: Sinograms, input: Dataset, { parameters, log }: Surroundings): void {
  const { white, dark } = input.companions;
  if (!white) {
    if (dark) {
      throw new RondelError(
        'DATA_FORMAT',
        'The data has dark fields but no white fields, so transmissions cannot be computed. Add white fields.',
      );
    }
    if (input.attributes['quantity'] !== 'transmission') return;
  } else {
    if (!dark) log('info', 'The data has no dark fields; they count as 0.');
    const dead = normalizeFlatField(data, shape, detectorResponse(white, dark, shape));
    if (dead > 0) log('warn', `${dead} dead detector bins (white not above dark) were interpolated from neighbours.`);
  }
  const clipped = toLineIntegrals(data, parameters.clip);
  if (clipped > 0) log('warn', `${clipped} of ${data.length} transmissions were below ${parameters.clip} and clipped.`);
}

/** The axis: given in the plan, carried by the data, found in the data, or the middle of the detector. */
function rotationCenter({ data, shape }: Sinograms, input: Dataset, { parameters, log }: Surroundings): number {
  const { centerOfRotation, findCenter } = parameters;
  if (centerOfRotation !== undefined) return checkedCenter(centerOfRotation, shape.detectors);
  const carried = findCenter ? undefined : carriedCenter(input, shape.detectors);
  if (carried !== undefined) return carried;
  if (!findsCenter(parameters, input)) return middleOf(shape.detectors);
  const found = findRotationCenter(data, shape, carriedAngles(input, shape.angles));
  log('info', `The rotation axis was found at detector ${found.toFixed(2)} (counted from 0).`);
  return found;
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
