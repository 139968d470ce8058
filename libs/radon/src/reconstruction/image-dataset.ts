import { float32Array, type Dataset, type NdArray } from '@rondel/contracts';
import type { ScaleParameters } from '../manifest/scale.js';
import { imageAxes } from '../manifest/axes.js';
import { axisAttributes, middleOf } from '../sinogram/rotation-axis.js';
import { maskCircle } from './circular-mask.js';
import type { ReconstructionGeometry } from './reconstruction-geometry.js';
import { onPhysicalScale, physicalScale, valueUnitAttribute } from './physical-scale.js';
import type { SinogramShape } from '../sinogram/sinogram-shape.js';

/** Facts about sinograms that say nothing about an image. */
export const sinogramFacts: readonly string[] = [
  ...Object.values(axisAttributes),
  'quantity',
  'binning',
  'leftOut',
  valueUnitAttribute,
];

/** An image series [frame, slice, y, x] with the spacing of the detector and the facts of its source. */
function imageDataset(
  source: Dataset,
  images: Float32Array,
  { shape: { frames, slices }, geometry }: { shape: SinogramShape; geometry: ReconstructionGeometry },
): Dataset {
  const spacing = imageSpacing(source.data, geometry);
  const unit = spacing === undefined ? undefined : source.data.spacingUnit;
  return {
    data: {
      ...float32Array(images, [frames, slices, ...geometry.shape], imageAxes, spacing),
      spacingUnit: unit ?? '1',
    },
    companions: {},
    attributes: Object.fromEntries(Object.entries(source.attributes).filter(([name]) => !sinogramFacts.includes(name))),
  };
}

/**
 * How the images of a step are made of values per pixel: as `imageDataset`, cut to the circle and on the scale that the plan asks for. Throws as
 * `physicalScale`, before any work.
 */
export function scaledImages(
  parameters: ScaleParameters & { readonly reconMaskRadius: number | undefined },
  source: Dataset,
  facts: { readonly shape: SinogramShape; readonly geometry: ReconstructionGeometry },
): (images: Float32Array) => Dataset {
  const { circle, origin, shape } = facts.geometry;
  const spacing = imageSpacing(source.data, facts.geometry);
  const scale = physicalScale(parameters, source, {
    ...(spacing && { spacing }),
    ...(source.data.spacingUnit !== undefined && { spacingUnit: source.data.spacingUnit }),
    isOfBins: circle === undefined || origin !== undefined,
  });
  const axis = origin ?? ([middleOf(shape[0]), middleOf(shape[1])] as const);
  return (images) => {
    maskCircle(images, { shape, axis, radius: parameters.reconMaskRadius });
    return onPhysicalScale(imageDataset(source, images, facts), source, scale);
  };
}

/**
 * A pixel is as wide as a detector bin. Rays of the plan are counted in pixels: evenly spaced ones say how wide these are, of
 * others nobody knows.
 */
function imageSpacing({ spacing = [] }: NdArray, { circle }: ReconstructionGeometry): number[] | undefined {
  const [frame = 1, slice = 1, , bin = 1] = [...[1, 1, 1, 1].slice(Math.min(4, spacing.length)), ...spacing];
  if (circle === undefined) return [frame, slice, bin, bin];
  if (circle.spacing === undefined) return undefined;
  const pixel = bin / Math.abs(circle.spacing);
  return [frame, slice, pixel, pixel];
}
