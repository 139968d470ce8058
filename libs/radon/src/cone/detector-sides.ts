import type { DetectorEdge } from '../sinogram/truncation.js';
import type { ViewFrame } from './view-frames.js';

/** A detector is off the axis where its middle is farther from it than this part of its width, as for RTK. */
const offPart = 0.1;

/** rad: how far the detector reaches from the ray through the axis on either side, and that ray's own angle. */
export interface DetectorSides {
  readonly axis: number;
  readonly low: number;
  readonly high: number;
  /** The narrower of both; positive where the wider one is that of high columns. */
  readonly near: number;
}

export function sidesOf(
  { first, pitch, sourceDetector, sourceOrigin, axisShift }: ViewFrame,
  bins: number,
): DetectorSides {
  const axis = Math.atan(axisShift / sourceOrigin);
  const low = axis - Math.atan(first[0] / sourceDetector);
  const high = Math.atan((first[0] + (bins - 1) * pitch[0]) / sourceDetector) - axis;
  return { axis, low, high, near: low < high ? Math.max(0, low) : -Math.max(0, high) };
}

/** Whether one side of the axis is clearly wider in all views. */
export function isOffAxis(sides: readonly DetectorSides[]): boolean {
  return sides.every(({ low, high }) => Math.abs(high - low) > offPart * (high + low));
}

/** The edge of a detector that is off the axis behind which no other view of a full turn sees anything. */
export function outerEdge([sides]: readonly DetectorSides[]): DetectorEdge {
  return sides === undefined || sides.low < sides.high ? 'last' : 'first';
}
