import { RondelError } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import { defaulted, defineValue, optional, type ParametersOf } from '@rondel/reco';

const length = { exclusiveMinimum: 0, maximum: 1_000_000 } as const;
const shift = { minimum: -1_000_000, maximum: 1_000_000 } as const;

const coneProperties = {
  sourceOrigin: optional(Type.Number(length), {
    description:
      'Distance from the source to the rotation axis: `SourceToIsocenterDistance` of RTK, `DSO` of TIGRE. Needed unless `vectors` say all.',
    unit: 'mm',
  }),
  sourceDetector: optional(Type.Number(length), {
    description:
      'Distance from the source to the detector: `SourceToDetectorDistance` of RTK, `DSD` of TIGRE; of ASTRA the sum of its two distances. Needed unless `vectors` say all.',
    unit: 'mm',
  }),
  detectorPixel: optional(Type.Array(Type.Number(length), { minItems: 2, maxItems: 2 }), {
    description:
      'Size of a detector bin [u, v], along columns and rows, that of the file where the data is binned. Needed unless `vectors` say all.',
    unit: 'mm',
  }),
  detectorOffset: defaulted(Type.Array(Type.Number(shift), { minItems: 2, maxItems: 2 }), [0, 0], {
    description:
      'Where the middle of the detector is [u, v], from where the ray through the axis that is perpendicular to the detector meets it; in mm, not in bins.',
    unit: 'mm',
  }),
  detectorShape: defaulted(Type.Enum(['flat', 'curved']), 'flat', {
    description:
      '`curved`: on a cylinder about the source, parallel to the axis, as in medical scanners; `detectorPixel` and `detectorOffset` are along its arc. Projections are interpolated to a flat detector first.',
  }),
  detectorTilt: defaulted(Type.Number({ minimum: -0.8, maximum: 0.8 }), 0, {
    description: 'Angle by which the detector is turned in its plane about its middle, from u towards v.',
    unit: 'rad',
  }),
  centerShift: defaulted(Type.Number(shift), 0, {
    description:
      'Distance of the rotation axis from the perpendicular from the source to the detector, along u: where an axis that is not in the middle of the image belongs.',
    unit: 'mm',
  }),
  voxel: optional(Type.Number(length), {
    description:
      'Side of a voxel; with `vectors` and no `shape`, for bins of the file, and larger where these are binned. Left out: the u of `detectorPixel` at the axis, times sourceOrigin / sourceDetector.',
    unit: 'mm',
  }),
  shape: optional(Type.Array(Type.Integer({ minimum: 1, maximum: 8000 }), { minItems: 2, maxItems: 3 }), {
    description:
      'Size of the volume [x, y] or [x, y, slices]. Left out: as many voxels in x and y as the detector has columns, and as many slices as its rows see at the axis.',
    unit: 'voxels',
  }),
  angles: optional(Type.Array(Type.Number(), { minItems: 1, maxItems: 1_000_000 }), {
    description: 'Angles of the source, one per projection. Left out: the angles that the data carries.',
    unit: 'rad',
  }),
  direction: defaulted(Type.Enum(['ccw', 'cw']), 'ccw', {
    description: 'Whether the source turns counterclockwise with rising angle, seen against z, or clockwise.',
  }),
  vectors: optional(
    Type.Array(Type.Array(Type.Number(shift), { minItems: 12, maxItems: 12 }), { minItems: 1, maxItems: 1_000_000 }),
    {
      description:
        "Each view on its own, in the order of ASTRA's `cone_vec`: source, middle of the detector, step from column to column, step from row to row, each (x, y, z). They win over all distances, offsets and angles; `voxel` is needed then.",
      unit: 'mm',
    },
  ),
} as const;

export type ConeParameters = ParametersOf<typeof coneProperties>;

/** Where source, axis and flat detector of a fan or cone beam are. */
export const coneBeamGeometry = defineValue({
  type: 'ConeBeamGeometryParameters',
  description:
    'A point source and a flat detector, all of that of the file, that turn about the axis of slices: a cone beam, or with one row a fan beam. At angle b, x to the right, y up and z along the slices, the source is at sourceOrigin (sin b, -cos b, 0) and columns of the detector run along (cos b, sin b, 0), rows along z. The axis passes through the middle of the volume.',
  properties: coneProperties,
  validate: checkGeometry,
});

function refuse(at: string, message: string): never {
  throw new RondelError('PLAN_INVALID_VALUE', message, { at });
}

/** What a plan alone tells of a geometry that cannot be. Throws `PLAN_INVALID_VALUE` or `PLAN_MISSING_PROPERTY`. */
function checkGeometry(parameters: ConeParameters): void {
  const { vectors, voxel, sourceOrigin, sourceDetector, detectorShape, detectorTilt } = parameters;
  if (detectorShape === 'curved' && (vectors !== undefined || detectorTilt !== 0)) {
    const other = vectors === undefined ? `detectorTilt is ${detectorTilt}` : 'there are vectors';
    refuse(
      'detectorShape',
      `detectorShape is curved, but ${other}: only of a flat detector is that known. Leave one of them out.`,
    );
  }
  if (vectors !== undefined) {
    if (voxel === undefined) {
      throw new RondelError(
        'PLAN_MISSING_PROPERTY',
        'voxel is missing: with vectors no distance tells the size of a voxel. Set it in mm.',
        { at: 'voxel' },
      );
    }
    return;
  }
  for (const name of ['sourceOrigin', 'sourceDetector', 'detectorPixel'] as const) {
    if (parameters[name] !== undefined) continue;
    throw new RondelError('PLAN_MISSING_PROPERTY', `${name} is missing: set it in mm, or give vectors.`, { at: name });
  }
  if (sourceOrigin === undefined || sourceDetector === undefined || sourceDetector > sourceOrigin) return;
  refuse(
    'sourceDetector',
    `sourceDetector (${sourceDetector} mm) must be larger than sourceOrigin (${sourceOrigin} mm), as it counts from the source too: the detector is behind the axis. What ASTRA calls the distance from origin to detector has to be added to sourceOrigin.`,
  );
}
