import { float32Array, type Dataset, type JsonValue, type NdArray } from '@rondel/contracts';
import { sinogramAxes } from '../manifest/axes.js';
import { extents, type SinogramShape } from '../sinogram/sinogram-shape.js';

export interface PreparedSinogram {
  /** [frame, slice, angle, detector] */
  readonly data: Float32Array;
  readonly shape: SinogramShape;
  /** Where they are not those of the source, rad. */
  readonly angles?: Float64Array | undefined;
  readonly attributes: Readonly<Record<string, JsonValue>>;
}

/** What preprocessing returns: the sinograms, the angles that came with them and the source's facts with new ones. */
export function sinogramDataset(source: Dataset, { data, shape, angles: own, attributes }: PreparedSinogram): Dataset {
  const angles = own
    ? { dtype: 'float64' as const, shape: [own.length], data: own, axes: ['angle'] }
    : source.companions['angles'];
  return {
    data: {
      ...float32Array(data, extents(shape), sinogramAxes, sinogramSpacing(source.data)),
      spacingUnit: source.data.spacingUnit ?? '1',
    },
    companions: { ...(angles && { angles }) },
    attributes: { ...source.attributes, ...attributes },
  };
}

/** The source's spacing, 1 for axes that it does not have. */
function sinogramSpacing({ spacing = [] }: NdArray): number[] {
  return [...[1, 1, 1, 1].slice(Math.min(4, spacing.length)), ...spacing];
}
