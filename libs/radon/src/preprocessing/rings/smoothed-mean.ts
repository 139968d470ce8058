import { columnMeans, type Sinogram } from './sinogram-columns.js';

/**
 * Takes from each bin by how much the mean of its projections lies above the mean of such means over `size` bins around it, of an even
 * number one more before it than behind; beyond an edge they are as at the edge. In place. As `remove_stripe_sf` of TomoPy.
 */
export function removeFromMean({ values, angles, detectors }: Sinogram, { size }: { readonly size: number }): void {
  const means = columnMeans(values, detectors, 0, angles);
  const first = -Math.floor(size / 2);
  const meanAt = (bin: number) => means[Math.min(Math.max(bin, 0), detectors - 1)] ?? 0;
  const stripes = means.map((mean, bin) => {
    let sum = 0;
    for (let at = 0; at < size; at++) sum += meanAt(bin + first + at);
    return mean - sum / size;
  });
  for (let row = 0; row < values.length; row += detectors) {
    for (let bin = 0; bin < detectors; bin++) values[row + bin] = (values[row + bin] ?? 0) - (stripes[bin] ?? 0);
  }
}
