import { vectorNumbers } from './view-vectors.js';

/** A view as filtered backprojection sees it; lengths in mm. */
export interface ViewFrame {
  /** Angle of the perpendicular from the detector through the source, rad. */
  readonly angle: number;
  /** From the source to the detector, and to the axis, along that perpendicular. */
  readonly sourceDetector: number;
  readonly sourceOrigin: number;
  /** Of the axis from that perpendicular, along columns. */
  readonly axisShift: number;
  /** From where the perpendicular meets the detector to bin (0, 0), and from bin to bin. */
  readonly first: readonly [u: number, v: number];
  readonly pitch: readonly [u: number, v: number];
  /** Of that perpendicular from the plane of the circle, as a part of its length; 0 for an upright detector. */
  readonly lean: number;
  /** Sine of the angle by which columns rise along the axis. */
  readonly turn: number;
  /** 1 where columns run counterclockwise as the angle of the source rises, -1 where the other way. */
  readonly sense: 1 | -1;
}

type Vector = readonly [number, number, number];

function dot([a, b, c]: Vector, [x, y, z]: Vector): number {
  return a * x + b * y + c * z;
}

function scaled([x, y, z]: Vector, factor: number): Vector {
  return [x * factor, y * factor, z * factor];
}

export function viewFrames(vectors: Float64Array, bins: number, binRows: number): ViewFrame[] {
  return Array.from({ length: vectors.length / vectorNumbers }, (_, view) => {
    const vector = (index: number): Vector => {
      const [x = 0, y = 0, z = 0] = vectors.subarray(
        view * vectorNumbers + 3 * index,
        view * vectorNumbers + 3 * index + 3,
      );
      return [x, y, z];
    };
    const [source, middle, across, along] = [vector(0), vector(1), vector(2), vector(3)];
    const [pitch, rowPitch] = [Math.hypot(...across), Math.hypot(...along)];
    const [u, v] = [scaled(across, 1 / pitch), scaled(along, 1 / rowPitch)];
    const away: Vector = [source[0] - middle[0], source[1] - middle[1], source[2] - middle[2]];
    const cross: Vector = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
    const side = dot(cross, away) < 0 ? -1 : 1;
    const normal = scaled(cross, side / Math.hypot(...cross));
    const angle = Math.atan2(normal[0], -normal[1]);
    return {
      angle,
      lean: Math.abs(normal[2]),
      turn: u[2],
      sourceDetector: dot(away, normal),
      sourceOrigin: dot(source, normal),
      axisShift: -dot(source, u),
      first: [-dot(away, u) - (pitch * (bins - 1)) / 2, -dot(away, v) - (rowPitch * (binRows - 1)) / 2],
      pitch: [pitch, rowPitch],
      sense: u[0] * Math.cos(angle) + u[1] * Math.sin(angle) < 0 ? -1 : 1,
    };
  });
}
