import type { Dataset, WarningAmount } from '@rondel/contracts';
import type { SinogramShape } from '../sinogram/sinogram-shape.js';
import { countTruncated, leastAttenuation } from '../sinogram/truncation.js';

/** How many of the sinograms show an object that is wider than the detector. */
export function truncatedAmount({ data, attributes }: Dataset, shape: SinogramShape): WarningAmount {
  const count = countTruncated(data.data, shape, attributes['quantity'] === 'attenuation' ? leastAttenuation : 0);
  return { count, of: shape.frames * shape.slices };
}
