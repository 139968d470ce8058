import type { Dataset, WarningAmount } from '@rondel/contracts';
import type { SinogramShape } from '../sinogram/sinogram-shape.js';
import { countTruncated, leastAttenuation, type DetectorEdge } from '../sinogram/truncation.js';

/** How many of the sinograms show an object that is wider than the detector. */
export function truncatedAmount(
  { data, attributes }: Dataset,
  shape: SinogramShape,
  edges?: readonly DetectorEdge[],
): WarningAmount {
  const leastEdge = attributes['quantity'] === 'attenuation' ? leastAttenuation : 0;
  const count = countTruncated(data.data, shape, { leastEdge, ...(edges && { edges }) });
  return { count, of: shape.frames * shape.slices };
}
