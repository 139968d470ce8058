import { chordLength, sectionAt, shadowOf, type Ellipsoid } from './ellipsoid.js';
import { oversampling, sampleCoordinates } from './sampling.js';

/** What a phantom is projected onto. */
export interface ProjectionSampling {
  /** Pixels per axis of the volume; also the number of slices. */
  readonly size: number;
  /** rad */
  readonly angles: Float64Array;
  /** Bins of pixel width; the axis is at detectors // 2. */
  readonly detectors: number;
}

/** Analytic line integrals [slice, angle, detector], each the mean over its bin and slice, per pixel length. */
export function analyticProjections(ellipsoids: readonly Ellipsoid[], sampling: ProjectionSampling): Float32Array {
  const { size, angles, detectors } = sampling;
  const perSlice = angles.length * detectors;
  const sums = new Float64Array(size * perSlice);
  for (const ellipsoid of ellipsoids) {
    sampleCoordinates(size, size).forEach((z, sample) => {
      const slice = Math.floor(sample / oversampling);
      addSection(sums.subarray(slice * perSlice, (slice + 1) * perSlice), ellipsoid, { z, sampling });
    });
  }
  const scale = size / 2 / oversampling ** 2;
  return Float32Array.from(sums, (sum) => sum * scale);
}

function addSection(
  sinogram: Float64Array,
  ellipsoid: Ellipsoid,
  { z, sampling: { size, angles, detectors } }: { z: number; sampling: ProjectionSampling },
): void {
  const section = sectionAt(ellipsoid, z);
  if (!section) return;
  const coordinates = sampleCoordinates(detectors, size);
  angles.forEach((theta, angle) => {
    const shadow = shadowOf(section, theta);
    coordinates.forEach((t, sample) => {
      const at = angle * detectors + Math.floor(sample / oversampling);
      sinogram[at] = (sinogram[at] ?? 0) + ellipsoid.intensity * chordLength(shadow, t);
    });
  });
}
