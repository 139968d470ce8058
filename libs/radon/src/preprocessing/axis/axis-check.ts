import { RondelError } from '@rondel/contracts';
import { doubtsWithPlaces, findRotationCenter, type FoundAxis, type SearchedStack } from './rotation-center.js';

/** An axis that is as far off as this, bins, spoils the image; less may be how methods differ. */
const leastDistance = 1;

/** Of the uncertainty of the one it is compared with. */
const beyondChance = 3;

/**
 * An axis that another method has found, doubted where opposite projections tell another one, none, or one that is not certain or
 * tilted.
 */
export function checkedByMirror(found: FoundAxis, stack: SearchedStack): FoundAxis {
  if (found.doubt !== undefined) return found;
  const other = mirrorAxis(stack);
  if (other === undefined) return { ...found, doubt: 'opposite projections tell none' };
  const { center, uncertainty, doubt, tilt } = other;
  if (Math.abs(center - found.center) > Math.max(leastDistance, beyondChance * uncertainty)) {
    return { ...found, rival: center, doubt: doubtsWithPlaces.rival(center) };
  }
  return doubt === undefined ? found : { ...found, doubt, ...(tilt && { tilt }) };
}

function mirrorAxis({ data, shape, angles, sampled }: SearchedStack): FoundAxis | undefined {
  try {
    return findRotationCenter(data, shape, angles, sampled);
  } catch (error) {
    if (error instanceof RondelError && error.code === 'PLAN_MISSING_PROPERTY') return undefined;
    throw error;
  }
}
