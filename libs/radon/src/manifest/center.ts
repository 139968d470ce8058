import { RondelError } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import { defaulted, optional } from '@rondel/reco';
import type { CenterParameters } from '../sinogram/rotation-axis.js';
import { centerMethods, type CenterMethod } from './center-methods.js';

const onlyFor = (...values: CenterMethod[]) => ({ onlyFor: { property: 'centerMethod', values } });

const detectorCoordinate = Type.Number({ minimum: 0, maximum: 1_000_000 });

/** Where the rotation axis is, or how it is found; names and defaults are those of TomoPy and httomo. */
export const centerProperties = {
  centerOfRotation: optional(
    Type.Union([detectorCoordinate, Type.Array(detectorCoordinate, { minItems: 2, maxItems: 2 })]),
    {
      description:
        'Detector coordinate of the rotation axis, counted from 0, may be fractional; in bins of the file where the data is binned. Of a part of the detector it counts from the first bin that is taken. Two of them are that of the first and of the last slice of the file, of an axis that is tilted: rows are shifted so that it is where it is on average; `tilt` of the stage `detector` turns them as well. Left out: the attribute `center` of the data, else what `findCenter` says.',
      unit: 'bins',
    },
  ),
  findCenter: optional(Type.Boolean(), {
    description:
      'Whether the rotation axis is found from the data. Left out: yes for data with white fields and for transmissions with angles, else the axis is taken to be at detector size // 2.',
  }),
  centerMethod: defaulted(Type.Enum([...centerMethods]), 'mirror', {
    description:
      "How it is found. `mirror`: anywhere on the detector, from opposite projections and refined by all of them; says how sure it is. `vo` (TomoPy's `find_center_vo`): from half a turn, between `smin` and `smax` beside the middle of the detector. `registration` (`find_center_pc`): by phase correlation of projections half a turn apart. `overlap360` (`find_center_360` of httomo): for half acquisition over a full turn, where the axis is near the edge of the detector.",
  }),
  smin: defaulted(Type.Integer({ minimum: -100_000, maximum: 100_000 }), -50, {
    description:
      'Where the coarse search of `vo` begins: by how far a mirrored projection is moved, twice what the axis is.',
    unit: 'bins',
    ...onlyFor('vo'),
  }),
  smax: defaulted(Type.Integer({ minimum: -100_000, maximum: 100_000 }), 50, {
    description: 'Where it ends.',
    unit: 'bins',
    ...onlyFor('vo'),
  }),
  srad: defaulted(Type.Number({ minimum: 1, maximum: 1000 }), 6, {
    description: 'How far around the coarse result the fine search looks.',
    unit: 'bins',
    ...onlyFor('vo'),
  }),
  step: defaulted(Type.Number({ minimum: 0.1, maximum: 10 }), 0.25, {
    description: 'Its steps.',
    unit: 'bins',
    ...onlyFor('vo'),
  }),
  ratio: defaulted(Type.Number({ exclusiveMinimum: 0, maximum: 10 }), 0.5, {
    description: 'Width of the object over that of the detector.',
    ...onlyFor('vo'),
  }),
  drop: defaulted(Type.Integer({ minimum: 0, maximum: 1000 }), 20, {
    description: 'Low frequencies along the angles that do not count.',
    ...onlyFor('vo'),
  }),
  ind: optional(Type.Integer({ minimum: 0, maximum: 1_000_000 }), {
    description:
      'The slice that is looked at, counted from 0. Left out: the middle one, or for `vo` the mean of the 10 in the middle where there are more than 10.',
    ...onlyFor('vo', 'overlap360'),
  }),
  tol: defaulted(Type.Number({ minimum: 0.01, maximum: 1 }), 0.5, {
    description: 'Steps in which the shift of mirrored projections is told; the axis moves by half of it.',
    unit: 'bins',
    ...onlyFor('registration'),
  }),
  rotcGuess: optional(detectorCoordinate, {
    description:
      'About where the axis is (`rotc_guess`): projections are moved so that it is in the middle, and overlap most. Left out: the middle of the detector.',
    unit: 'bins',
    ...onlyFor('registration'),
  }),
  winWidth: defaulted(Type.Integer({ minimum: 6, maximum: 10_000 }), 10, {
    description: 'Width of the edge of a projection that is looked for in the mirrored opposite one (`win_width`).',
    unit: 'bins',
    ...onlyFor('overlap360'),
  }),
  denoise: defaulted(Type.Boolean(), true, {
    description: 'Whether sinograms are smoothed before, by a Gaussian of two projections and bins.',
    ...onlyFor('overlap360'),
  }),
  norm: defaulted(Type.Boolean(), false, {
    description: 'Whether every projection of the edge is scaled to the mean of what it is compared with.',
    ...onlyFor('overlap360'),
  }),
} as const;

interface SearchParameters extends CenterParameters {
  readonly smin: number;
  readonly smax: number;
}

export function checkCenter({ centerOfRotation, findCenter, smin, smax }: SearchParameters): void {
  if (smin >= smax) {
    throw new RondelError('PLAN_INVALID_VALUE', `smin must be less than smax, got ${smin} and ${smax}.`, {
      at: 'smin',
    });
  }
  if (centerOfRotation === undefined || findCenter !== true) return;
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `findCenter must not be true when centerOfRotation is given (${String(centerOfRotation)}): leave one of them out.`,
    { at: 'findCenter' },
  );
}
