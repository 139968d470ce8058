import { defaulted, optional, type InputShape } from '@rondel/reco';
import { Type } from '@rondel/contracts/schema';

/** Properties that every reconstruction step has: where the rays run and which pixels are computed. */
export const geometryProperties = {
  angles: optional(Type.Array(Type.Number(), { minItems: 1, maxItems: 1_000_000 }), {
    description: 'Projection angles, one per projection. Left out: the angles that the data carries.',
    unit: 'rad',
  }),
  shape: optional(Type.Array(Type.Integer({ minimum: 1, maximum: 65_536 }), { minItems: 2, maxItems: 3 }), {
    description:
      'Size of the image as [x, y] or [x, y, slices], the order of the Julia files. Left out: the number of detectors in both directions.',
    unit: 'pixels',
  }),
  circle: defaulted(Type.Boolean(), true, {
    description: 'Sets pixels to 0 that the detector does not see at every angle.',
  }),
} as const;

/** The part of a parameter set from which the image size follows. */
export interface GeometryParameters {
  readonly shape?: readonly number[] | undefined;
  readonly angles?: readonly number[] | undefined;
}

/** Size of the image that follows from the shape that the plan asks for, and of the sinograms, of which there are as many as angles. */
export const imageSize = {
  from: ['shape'],
  of({ shape: requested, angles }: GeometryParameters, { shape }: InputShape): InputShape | undefined {
    if (angles !== undefined && shape.length > 1 && shape.at(-2) !== angles.length) return undefined;
    const [frames = 1, slices = 1, , detectors = 1] = [1, 1, 1, 1, ...shape].slice(-4);
    const [columns = detectors, rows = detectors] = requested ?? [];
    return { shape: [frames, slices, rows, columns], elementBytes: float32Bytes };
  },
} as const;

const float32Bytes = 4;

/** Number of frames x slices, angles, detectors and image pixels that an input of this shape leads to. */
export function workSize({ shape: requested }: GeometryParameters, { shape }: InputShape) {
  const [frames = 1, slices = 1, angles = 1, detectors = 1] = [1, 1, 1, 1, ...shape].slice(-4);
  const [columns = detectors, rows = detectors] = requested ?? [];
  return { entries: frames * slices, angles, detectors, rows, columns };
}
