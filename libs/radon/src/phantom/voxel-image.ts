import { insideTest, sectionAt, type Ellipsoid } from './ellipsoid.js';
import { oversampling, sampleCoordinates } from './sampling.js';

/** Attenuation per pixel of size^3 voxels, [slice, y, x] in C order, each voxel the mean over its sample points. */
export function voxelImage(ellipsoids: readonly Ellipsoid[], size: number): Float32Array {
  const sums = new Float64Array(size ** 3);
  const heights = sampleCoordinates(size, size);
  for (const ellipsoid of ellipsoids) {
    heights.forEach((z, sample) => {
      const slice = Math.floor(sample / oversampling);
      addSection(sums.subarray(slice * size * size, (slice + 1) * size * size), ellipsoid, { z, size });
    });
  }
  return Float32Array.from(sums, (sum) => sum / oversampling ** 3);
}

function addSection(slice: Float64Array, ellipsoid: Ellipsoid, { z, size }: { z: number; size: number }): void {
  const section = sectionAt(ellipsoid, z);
  if (!section) return;
  const isInside = insideTest(section);
  const coordinates = sampleCoordinates(size, size);
  coordinates.forEach((down, row) => {
    const start = Math.floor(row / oversampling) * size;
    coordinates.forEach((x, column) => {
      // Rows go down as y goes up.
      if (!isInside(x, -down)) return;
      const pixel = start + Math.floor(column / oversampling);
      slice[pixel] = (slice[pixel] ?? 0) + ellipsoid.intensity;
    });
  });
}
