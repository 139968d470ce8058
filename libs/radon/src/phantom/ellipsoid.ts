/**
 * A solid ellipsoid of constant attenuation, turned about the z axis. Lengths are in units of half the volume's width,
 * so that the volume spans -1 to 1.
 */
export interface Ellipsoid {
  /** Attenuation per pixel, added to what overlaps. */
  readonly intensity: number;
  /** Half axes along its own x, y and z. */
  readonly axes: readonly [number, number, number];
  /** Center x, y, z; y points up. */
  readonly center: readonly [number, number, number];
  /** Angle from the x axis to the ellipsoid's own x axis, rad, counterclockwise. */
  readonly rotation: number;
}

/** Where a plane of constant z cuts an ellipsoid: an ellipse with the same center and rotation. */
export interface EllipseSection {
  readonly axes: readonly [number, number];
  readonly center: readonly [number, number];
  readonly rotation: number;
}

/** The projection of an ellipse at one angle: a ray at detector coordinate t has the length `chordLength(shadow, t)`. */
export interface Shadow {
  /** Detector coordinate of the ellipse's center. */
  readonly center: number;
  /** Square of half the shadow's width. */
  readonly reachSquared: number;
  readonly chordScale: number;
}

/** The cut at height z, or nothing where the plane passes by. */
export function sectionAt({ axes, center, rotation }: Ellipsoid, z: number): EllipseSection | undefined {
  const height = (z - center[2]) / axes[2];
  if (Math.abs(height) >= 1) return undefined;
  const shrink = Math.sqrt(1 - height * height);
  return { axes: [axes[0] * shrink, axes[1] * shrink], center: [center[0], center[1]], rotation };
}

/** A test whether points (x, y) of the plane lie in an ellipse. */
export function insideTest({ axes, center, rotation }: EllipseSection): (x: number, y: number) => boolean {
  const [a, b] = axes;
  const [centerX, centerY] = center;
  const cosine = Math.cos(rotation);
  const sine = Math.sin(rotation);
  return (x, y) => {
    const along = ((x - centerX) * cosine + (y - centerY) * sine) / a;
    const across = ((y - centerY) * cosine - (x - centerX) * sine) / b;
    return along * along + across * across <= 1;
  };
}

/**
 * The projection of an ellipse along the rays x cos(theta) + y sin(theta) = t (Kak and Slaney, Principles of
 * Computerized Tomographic Imaging, eq. 3.8).
 */
export function shadowOf({ axes, center, rotation }: EllipseSection, theta: number): Shadow {
  const [a, b] = axes;
  const reachSquared = (a * Math.cos(theta - rotation)) ** 2 + (b * Math.sin(theta - rotation)) ** 2;
  return {
    center: center[0] * Math.cos(theta) + center[1] * Math.sin(theta),
    reachSquared,
    chordScale: (2 * a * b) / reachSquared,
  };
}

/** Length of the ray at detector coordinate `t` inside the ellipse, in the units of its axes. */
export function chordLength({ center, reachSquared, chordScale }: Shadow, t: number): number {
  const rest = reachSquared - (t - center) * (t - center);
  return rest <= 0 ? 0 : chordScale * Math.sqrt(rest);
}
