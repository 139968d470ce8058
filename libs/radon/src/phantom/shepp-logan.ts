import type { Ellipsoid } from './ellipsoid.js';

const eighteenDegrees = Math.PI / 10;

/** The part of the head that changes over a series, at its start. */
const rightVentricle: Ellipsoid = {
  intensity: -0.2,
  axes: [0.11, 0.31, 0.22],
  center: [0.22, 0, 0],
  rotation: -eighteenDegrees,
};

/** What it ends with. */
const filledIntensity = 0.3;

/**
 * The three-dimensional Shepp-Logan head: the ellipses of Shepp and Logan (IEEE Trans. Nucl. Sci. 21, 1974) with the
 * intensities of Toft (PhD thesis, Technical University of Denmark, 1996), which raise the contrast, and the third
 * dimension of Schabel's 3D phantom.
 */
export function sheppLogan(): readonly Ellipsoid[] {
  return [
    { intensity: 1, axes: [0.69, 0.92, 0.81], center: [0, 0, 0], rotation: 0 },
    { intensity: -0.8, axes: [0.6624, 0.874, 0.78], center: [0, -0.0184, 0], rotation: 0 },
    rightVentricle,
    { intensity: -0.2, axes: [0.16, 0.41, 0.28], center: [-0.22, 0, 0], rotation: eighteenDegrees },
    { intensity: 0.1, axes: [0.21, 0.25, 0.41], center: [0, 0.35, -0.15], rotation: 0 },
    { intensity: 0.1, axes: [0.046, 0.046, 0.05], center: [0, 0.1, 0.25], rotation: 0 },
    { intensity: 0.1, axes: [0.046, 0.046, 0.05], center: [0, -0.1, 0.25], rotation: 0 },
    { intensity: 0.1, axes: [0.046, 0.023, 0.05], center: [-0.08, -0.605, 0], rotation: 0 },
    { intensity: 0.1, axes: [0.023, 0.023, 0.02], center: [0, -0.606, 0], rotation: 0 },
    { intensity: 0.1, axes: [0.023, 0.046, 0.02], center: [0.06, -0.605, 0], rotation: 0 },
  ];
}

/** What the head gains from the first to the last frame of a series: its right ventricle fills from -0.2 to 0.3. */
export function ventricleFilling(): Ellipsoid {
  return { ...rightVentricle, intensity: filledIntensity - rightVentricle.intensity };
}
