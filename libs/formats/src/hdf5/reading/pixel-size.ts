import { lengthUnit, millimetresOf } from '@rondel/contracts';
import { readAttribute, readFact } from '../library/attributes.js';
import type { OpenedHdf5 } from '../library/opened-hdf5.js';

/** Where a file says how large a pixel is. */
export interface PixelPaths {
  readonly x: string;
  readonly y: string;
  /** A number by which the optics enlarge what the detector sees, if there is one. */
  readonly magnification?: string | undefined;
}

/**
 * Size of a pixel in mm, [slice, detector], with the magnification of the optics taken out: of the first of several places that
 * has it with a unit that is known. One that has only one of the two has square pixels.
 */
export function pixelSize(
  file: OpenedHdf5,
  places: readonly PixelPaths[],
): readonly [slice: number, detector: number] | undefined {
  for (const { x, y, magnification } of places) {
    const [across, along] = [lengthAt(file, x), lengthAt(file, y)];
    const one = across ?? along;
    if (one === undefined) continue;
    const enlarged = magnification === undefined ? undefined : readFact(file, magnification);
    const factor = typeof enlarged === 'number' && enlarged > 0 ? enlarged : 1;
    return [(along ?? one) / factor, (across ?? one) / factor];
  }
  return undefined;
}

/** A length in mm; undefined where there is none, or none with a unit. */
export function lengthAt(file: OpenedHdf5, path: string): number | undefined {
  const value = readFact(file, path);
  if (typeof value !== 'number' || !(value > 0)) return undefined;
  const units = readAttribute(file, path, 'units') ?? readAttribute(file, path, 'unit');
  const unit = typeof units === 'string' ? lengthUnit(units) : undefined;
  // Without what decimal fractions lose in binary.
  return unit === undefined ? undefined : Number((value * millimetresOf[unit]).toPrecision(12));
}
