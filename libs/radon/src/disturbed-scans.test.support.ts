import { float32Array, type Dataset } from '@rondel/contracts';
import { chordLength, insideTest, shadowOf, type EllipseSection } from './phantom/ellipsoid.js';

/** A slice whose features are at all radii; in units of the radius of the circle that it fills. */
const features: readonly (EllipseSection & { readonly value: number })[] = [
  { center: [0, 0], axes: [0.8, 0.92], rotation: 0, value: 1 },
  { center: [0.25, 0.3], axes: [0.18, 0.25], rotation: 0.6, value: -0.5 },
  { center: [-0.3, 0.15], axes: [0.22, 0.12], rotation: -0.4, value: 0.8 },
  { center: [0.05, -0.45], axes: [0.1, 0.1], rotation: 0, value: 1.5 },
  { center: [-0.15, -0.2], axes: [0.05, 0.05], rotation: 0, value: -1 },
  { center: [0.55, -0.05], axes: [0.04, 0.12], rotation: 0.3, value: 1.2 },
];

export interface SliceScan {
  readonly detectors: number;
  /** rad */
  readonly angles: readonly number[];
  /** Detector coordinate of the axis, bins from 0; by default detectors // 2. */
  readonly center?: number;
  /** Of the circle that the object fills, bins; by default as far as the detector's nearer edge. */
  readonly radius?: number;
}

/** `count` angles over a part of a turn, the end left out. */
export function anglesOver(range: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => (index * range) / count);
}

function radiusOf({ detectors, center = Math.floor(detectors / 2), radius }: SliceScan): number {
  return radius ?? Math.min(center, detectors - 1 - center);
}

/** Exact line integrals at the middles of the bins, [angle, detector]; the attenuation is 1 / radius per bin. */
export function sliceSinogram(scan: SliceScan): Float32Array {
  const { angles, detectors, center = Math.floor(detectors / 2) } = scan;
  const radius = radiusOf(scan);
  const sinogram = new Float32Array(angles.length * detectors);
  angles.forEach((theta, angle) => {
    for (const { value, ...section } of features) {
      const shadow = shadowOf(section, theta);
      for (let bin = 0; bin < detectors; bin++) {
        const at = angle * detectors + bin;
        sinogram[at] = (sinogram[at] ?? 0) + value * chordLength(shadow, (bin - center) / radius);
      }
    }
  });
  return sinogram;
}

/** The slice itself, [y, x], averaged over 4 x 4 points of each pixel. */
export function sliceImage(size: number, scan: SliceScan): Float32Array {
  const radius = radiusOf(scan);
  const tests = features.map(({ value, ...section }) => ({ value, isInside: insideTest(section) }));
  const offsets = [-0.375, -0.125, 0.125, 0.375];
  const origin = Math.floor(size / 2);
  return Float32Array.from({ length: size * size }, (_, pixel) => {
    const x = (pixel % size) - origin;
    const y = origin - Math.floor(pixel / size);
    let sum = 0;
    for (const dx of offsets) {
      for (const dy of offsets) {
        for (const { value, isInside } of tests) sum += isInside((x + dx) / radius, (y + dy) / radius) ? value : 0;
      }
    }
    return sum / (16 * radius);
  });
}

/** Whole counts of two equal slices with five white fields of 20,000 and five dark ones of 100. */
export function sliceCounts(scan: SliceScan): Dataset {
  const { detectors, angles } = scan;
  const counts = sliceSinogram(scan).map((value) => Math.round(Math.exp(-value) * 19_900 + 100));
  const fields = (value: number) => float32Array(new Float32Array(2 * 5 * detectors).fill(value), [2, 5, detectors]);
  const twice = new Float32Array(2 * counts.length);
  twice.set(counts);
  twice.set(counts, counts.length);
  return {
    data: float32Array(twice, [1, 2, angles.length, detectors]),
    companions: {
      white: fields(20_000),
      dark: fields(100),
      angles: { dtype: 'float64', shape: [angles.length], data: Float64Array.from(angles) },
    },
    attributes: {},
  };
}

/** A dataset with some of its values replaced: index into the array to value. */
export function disturbed(
  dataset: Dataset,
  name: 'data' | 'white' | 'dark',
  change: (value: number, index: number) => number,
): Dataset {
  const array = name === 'data' ? dataset.data : dataset.companions[name];
  if (array === undefined) throw new Error(`The scan has no ${name}.`);
  const changed = { ...array, data: Float32Array.from(array.data, change) };
  return name === 'data'
    ? { ...dataset, data: { ...changed, data: changed.data } }
    : { ...dataset, companions: { ...dataset.companions, [name]: changed } };
}

/** A test whether a pixel of an image lies inside a circle around its origin. */
export function insideCircle(size: number, radius: number): (pixel: number) => boolean {
  const origin = Math.floor(size / 2);
  return (pixel) => ((pixel % size) - origin) ** 2 + (Math.floor(pixel / size) - origin) ** 2 <= radius ** 2;
}
