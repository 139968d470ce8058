import { defaulted, optional, optionalNode, type InputShape, type ParameterNode } from '@rondel/reco';
import { Type } from '@rondel/contracts/schema';
import { coneExtents } from '../cone/cone-extents.js';
import { isCone } from '../cone/is-cone.js';

/** Radius of a mask, whatever the beam. */
export const reconMaskRadius = optional(Type.Number({ exclusiveMinimum: 0, maximum: 2 }), {
  description:
    'Sets pixels to 0 that are farther from the axis than this part of half the shorter side of the image (`recon_mask_radius` of httomo, `ratio` of `circ_mask` in TomoPy), as well as those of `circle`; a `shape` cuts the image (`recon_size`). Left out: none.',
});

/** Properties that every reconstruction step has: where the rays run and which pixels are computed. */
export const geometryProperties = {
  angles: optional(Type.Array(Type.Number(), { minItems: 1, maxItems: 1_000_000 }), {
    description: 'Projection angles, one per projection. Left out: the angles that the data carries.',
    unit: 'rad',
  }),
  shape: optional(Type.Array(Type.Integer({ minimum: 1, maximum: 65_536 }), { minItems: 2, maxItems: 3 }), {
    description:
      'Size of the image as [x, y] or [x, y, slices], the order of the Julia files. Left out: the number of detectors in both directions, or N of `geometry`.',
    unit: 'pixels',
  }),
  geometry: optionalNode(['RadonFlexibleCircle', 'RadonParallelCircle'], {
    description:
      'The rays of a view, one for each detector, as in RadonKA.jl; what the data says of the rotation axis then does not count. Pixels are squares, and what a ray gives one is its length in it. Left out: parallel rays, one pixel apart.',
  }),
  reconMaskRadius,
  circle: defaulted(Type.Boolean(), true, {
    description:
      'Sets pixels to 0 that the detector does not see at every angle; with `geometry` those outside its circle and those farther out than every ray.',
  }),
} as const;

/** How steps that take any rays weight pixels. */
export const projectorProperty = {
  projector: defaulted(Type.Enum(['linear', 'line']), 'linear', {
    description:
      'What a ray gives a pixel where `geometry` says nothing. `linear`: by how near the two bins are that the middle of the pixel lies between, with the rotation axis in the middle of pixel size // 2. `line`: its length in the pixel, of the bins that were measured, with the axis in the middle of the image, which for an even size is between pixels; these are the weights and the pixels of TomoPy (all methods but `gridrec`) and of `line` in ASTRA.',
  }),
} as const;

/** The part of a parameter set from which the image size follows. */
export interface GeometryParameters {
  readonly shape?: readonly number[] | undefined;
  readonly angles?: readonly number[] | undefined;
  readonly geometry?: ParameterNode | undefined;
  readonly projector?: 'linear' | 'line' | undefined;
}

/** Pixels in both directions where the plan asks for no shape. */
function defaultExtent({ geometry }: GeometryParameters, detectors: number): number {
  const extent = geometry?.parameters['N'];
  return typeof extent === 'number' ? extent : detectors;
}

/** Size of the image that follows from the shape that the plan asks for, and of the sinograms, of which there are as many as angles. */
export const imageSize = {
  from: ['shape', 'geometry'],
  of(parameters: GeometryParameters, { shape }: InputShape): InputShape | undefined {
    const { shape: requested, angles } = parameters;
    if (angles !== undefined && shape.length > 1 && shape.at(-2) !== angles.length) return undefined;
    const [frames = 1, slices = 1, , detectors = 1] = [1, 1, 1, 1, ...shape].slice(-4);
    const volume = volumeOf(parameters, slices, detectors);
    if (volume !== undefined) {
      return { shape: [frames, volume.slices, volume.rows, volume.columns], elementBytes: float32Bytes };
    }
    const extent = defaultExtent(parameters, detectors);
    const [columns = extent, rows = extent] = requested ?? [];
    return { shape: [frames, slices, rows, columns], elementBytes: float32Bytes };
  },
} as const;

const float32Bytes = 4;

/** The volume of a cone beam, which is one problem: its slices lie below each other, as do the rows of its detector. */
function volumeOf({ geometry }: GeometryParameters, binRows: number, bins: number) {
  return isCone(geometry) ? coneExtents(geometry.parameters, { bins, binRows }) : undefined;
}

/** Number of problems, angles, detectors and image pixels that an input of this shape leads to. */
export function workSize(parameters: GeometryParameters, { shape }: InputShape) {
  const [frames = 1, slices = 1, angles = 1, detectors = 1] = [1, 1, 1, 1, ...shape].slice(-4);
  const volume = volumeOf(parameters, slices, detectors);
  if (volume !== undefined) {
    const { rows, columns } = volume;
    return { entries: frames, angles: slices * angles, detectors, rows: volume.slices * rows, columns };
  }
  const extent = defaultExtent(parameters, detectors);
  const [columns = extent, rows = extent] = parameters.shape ?? [];
  return { entries: frames * slices, angles, detectors, rows, columns };
}

/** Whether a pixel gets the length of each ray in it, slice by slice. */
export function isByRays({ geometry, projector }: GeometryParameters): boolean {
  return (geometry !== undefined || projector === 'line') && !isCone(geometry);
}

/** Bytes of what a graphics card reads of the rays of a plan's `geometry`: each ray of each view, and where rays are. */
export function rayBytes(
  { geometry, projector }: GeometryParameters,
  { angles, detectors }: { readonly angles: number; readonly detectors: number },
): number {
  if (!isByRays({ geometry, projector })) return 0;
  return detectors * (rayLineBytes * angles + raySearchBytes);
}

const rayLineBytes = 16;

/** Each of 512 rows of cells has a ray three times or less. */
const raySearchBytes = 6144;
