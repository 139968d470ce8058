import type { StepContext } from '@rondel/reco';
import type { ConeParameters } from '../manifest/cone-beam.js';
import type { FoundAxis } from './axis-search.js';

/** Another geometry is said to be likelier if opposite rays differ by less than this part of what they do in the plan's. */
const likelierPart = 0.6;

/** Differences below this part of the values are those of interpolation, in any geometry. */
const leastDifference = 0.005;

/** Of tangents, by which the fan may be wider than the plan has it. */
const fans = Array.from({ length: 13 }, (_, at) => 2 ** (at / 2 - 4)).filter((fan) => fan !== 1);

/**
 * Warns where opposite rays agree clearly better in the other sense of rotation, or in a wider or narrower fan: which view has the ray
 * that runs back, that at b + pi - 2 g, depends on both. True where it has warned.
 *
 * How large the object is they do not tell: sourceOrigin and the object can be scaled together.
 */
export function sayOtherGeometry(axis: FoundAxis, parameters: ConeParameters, warn: StepContext['warn']): boolean {
  if (axis.difference < leastDifference) return false;
  const reversed = axis.differenceIf({ isReversed: true });
  const [best] = fans
    .map((fan) => ({ fan, difference: axis.differenceIf({ fan }) }))
    .filter(({ difference }) => Number.isFinite(difference))
    .sort((one, other) => one.difference - other.difference);
  const limit = likelierPart * axis.difference;
  const percent = (part: number) => `${(100 * part).toPrecision(2)} %`;
  if (reversed < limit && reversed <= (best?.difference ?? Infinity)) {
    const { direction } = parameters;
    warn(
      'GEOMETRY_SUSPECT',
      `Opposite rays differ by ${percent(axis.difference)} with direction = "${direction}", as the plan has it, and by ${percent(reversed)} in the other sense: set direction = "${direction === 'cw' ? 'ccw' : 'cw'}", unless columns of the detector run the other way.`,
      { property: 'geometry.direction' },
    );
    return true;
  }
  if (best === undefined || best.difference >= limit) return false;
  const { detectorPixel: [pitch] = [], sourceDetector } = parameters;
  warn(
    'GEOMETRY_SUSPECT',
    `Opposite rays differ by ${percent(axis.difference)} with a detectorPixel of ${pitch} mm at sourceDetector = ${sourceDetector} mm, and by ${percent(best.difference)} if the fan is about ${best.fan.toPrecision(2)} times as wide: set both to those of the scan, in mm; binned bins are larger.`,
    { property: 'geometry.detectorPixel' },
  );
  return true;
}
