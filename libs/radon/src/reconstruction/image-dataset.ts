import { float32Array, type Dataset, type NdArray } from '@rondel/contracts';
import type { ParallelGeometry } from '@rondel/compute';
import { imageAxes } from '../manifest/axes.js';
import { axisAttributes } from '../sinogram/rotation-axis.js';
import type { SinogramShape } from '../sinogram/sinogram-shape.js';

/** Facts about sinograms that say nothing about an image. */
const sinogramFacts: readonly string[] = [...Object.values(axisAttributes), 'quantity'];

/** An image series [frame, slice, y, x] with the spacing of the detector and the facts of its source. */
export function imageDataset(
  source: Dataset,
  images: Float32Array,
  { shape: { frames, slices }, geometry }: { shape: SinogramShape; geometry: ParallelGeometry },
): Dataset {
  return {
    data: {
      ...float32Array(images, [frames, slices, ...geometry.shape], imageAxes, imageSpacing(source.data)),
      spacingUnit: source.data.spacingUnit ?? '1',
    },
    companions: {},
    attributes: Object.fromEntries(Object.entries(source.attributes).filter(([name]) => !sinogramFacts.includes(name))),
  };
}

/** A pixel is as wide as a detector bin. */
function imageSpacing({ spacing = [] }: NdArray): number[] {
  const [frame = 1, slice = 1, , bin = 1] = [...[1, 1, 1, 1].slice(Math.min(4, spacing.length)), ...spacing];
  return [frame, slice, bin, bin];
}
