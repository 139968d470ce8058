import { readAttribute, readFact } from '../library/attributes.js';
import type { OpenedHdf5 } from '../library/opened-hdf5.js';

/** Millimetres of the units that files name, in small letters. */
const millimetres: Readonly<Record<string, number>> = {
  ...{ m: 1000, meter: 1000, metre: 1000, meters: 1000, metres: 1000, cm: 10 },
  ...{ mm: 1, millimeter: 1, millimetre: 1, millimeters: 1, millimetres: 1 },
  ...{ um: 1e-3, µm: 1e-3, μm: 1e-3, micron: 1e-3, microns: 1e-3, micrometer: 1e-3, micrometre: 1e-3 },
  ...{ nm: 1e-6, nanometer: 1e-6, nanometre: 1e-6, angstrom: 1e-7, å: 1e-7 },
};

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
  const unit = typeof units === 'string' ? millimetres[units.trim().toLowerCase()] : undefined;
  // Without what decimal fractions lose in binary.
  return unit === undefined ? undefined : Number((value * unit).toPrecision(12));
}
