import type { ConeParameters } from '../manifest/cone-beam.js';
import type { SeenPart } from './seen-geometry.js';

/** What of a geometry the views follow from. */
type Scanner = Partial<Pick<ConeParameters, 'sourceOrigin' | 'sourceDetector' | 'detectorPixel'>> &
  Pick<ConeParameters, 'detectorOffset' | 'detectorTilt' | 'centerShift' | 'direction'> &
  Partial<SeenPart>;

/** Numbers of a view. */
export const vectorNumbers = 12;

/**
 * The views of a source on a circle in mm, as `ConeScan` has them. At angle b with s = (sin b, -cos b, 0) towards the source,
 * u = (cos b, sin b, 0) and v = z, the axis in the origin, which lies `height` above the plane of
 * the source: it is at sourceOrigin s - centerShift u - height v, the middle of the detector at
 * (sourceOrigin - sourceDetector) s + (offset_u - centerShift) u + (offset_v - height) v; then the detector is turned in its plane.
 */
export function viewVectors(
  {
    sourceOrigin = 1,
    sourceDetector = 1,
    detectorPixel: [pitch = 1, rowPitch = 1] = [],
    detectorOffset: [offset = 0, rowOffset = 0],
    detectorTilt,
    centerShift,
    direction,
    height = 0,
  }: Scanner,
  angles: Float64Array,
): Float64Array {
  const vectors = new Float64Array(angles.length * vectorNumbers);
  const [tiltCosine, tiltSine] = [Math.cos(detectorTilt), Math.sin(detectorTilt)];
  angles.forEach((given, view) => {
    const angle = direction === 'cw' ? -given : given;
    const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
    const at = (away: number, across: number, up: number) => [
      away * sine + across * cosine,
      -away * cosine + across * sine,
      up,
    ];
    const source = at(sourceOrigin, -centerShift, -height);
    const middle = at(sourceOrigin - sourceDetector, offset - centerShift, rowOffset - height);
    const u = at(0, pitch * tiltCosine, pitch * tiltSine);
    const v = at(0, -rowPitch * tiltSine, rowPitch * tiltCosine);
    vectors.set([...source, ...middle, ...u, ...v], view * vectorNumbers);
  });
  return vectors;
}
