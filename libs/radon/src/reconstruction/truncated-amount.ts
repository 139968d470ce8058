import type { Dataset, WarningAmount } from '@rondel/contracts';
import type { SinogramShape } from '../sinogram/sinogram-shape.js';
import { countTruncated } from '../sinogram/truncation.js';

/** Line integrals of attenuation that air may have where the beam is not steady. */
const leastAttenuation = 0.02;

/** How many of the sinograms show an object that is wider than the detector. */
export function truncatedAmount({ data, attributes }: Dataset, shape: SinogramShape): WarningAmount {
  const count = countTruncated(data.data, shape, attributes['quantity'] === 'attenuation' ? leastAttenuation : 0);
  return { count, of: shape.frames * shape.slices };
}
