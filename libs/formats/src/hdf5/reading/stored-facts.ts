import type { JsonValue } from '@rondel/contracts';
import { isSinogram, storedAxes, type StoredAxes } from '../../array/axis-order.js';
import { formatError } from '../../file/data-errors.js';
import { readAttribute } from '../library/attributes.js';
import type { OpenedHdf5 } from '../library/opened-hdf5.js';

/**
 * The axes of a dataset as the file names them, slowest first: in its attribute `axes` (a list, or `theta:y:x` as DXchange
 * writes it), in that of its group (NeXus; `.` for an axis without values), or as its dimension labels. A name that begins
 * with `-` is an axis that lies in reverse. Undefined when the file names none, or of group and labels none of projections.
 */
export function axesOfFile(file: OpenedHdf5, path: string, rank: number): StoredAxes | undefined {
  if (rank === 0) return undefined;
  const own = namesIn(readAttribute(file, path, 'axes'), rank);
  if (own !== undefined) return storedAxes(own);
  const labels = file.library.module.get_dimension_labels(file.id, path);
  file.library.takeComplaint();
  const candidates = [namesIn(readAttribute(file, groupOf(path), 'axes'), rank), namesIn(labels, rank)];
  for (const names of candidates) {
    const stored = names && storedAxes(names);
    if (stored !== undefined && isSinogram(stored.names)) return stored;
  }
  return undefined;
}

function namesIn(value: unknown, rank: number): string[] | undefined {
  const list: readonly unknown[] = typeof value === 'string' && rank > 1 ? value.split(/[:,]/) : [value].flat();
  const names = list.flatMap((name) => (typeof name === 'string' && name.trim() !== '' ? [name.trim()] : []));
  if (names.length !== rank) return undefined;
  return names.slice(1).every((name) => name === '.') ? imagesAfter(names) : names;
}

/** Where only the axis of the images is named, these are stored row by row. */
function imagesAfter([first = '', ...rest]: readonly string[]): string[] {
  return [first, ...['slice', 'detector'].slice(-rest.length || 2)].slice(0, rest.length + 1);
}

/** What the values of a dataset stand for: `quantity` of the dataset, of its group or of the file, as it is written there. */
export function quantityOfFile(file: OpenedHdf5, path: string): string | undefined {
  for (const place of [path, groupOf(path), '/']) {
    const value = readAttribute(file, place, 'quantity');
    if (typeof value === 'string' && value.trim() !== '') return value.trim().slice(0, 100);
  }
  return undefined;
}

/**
 * Where the rotation axis lies on the detector, bins from 0, along the detector as it is read: the number in the attribute
 * `center` of a dataset or of its group, which counts along the axis as it is stored. Undefined where there is none.
 */
export function centerOfFile(
  file: OpenedHdf5,
  path: string,
  { shape, stored }: { readonly shape: readonly number[]; readonly stored: StoredAxes | undefined },
): number | undefined {
  const said = [path, groupOf(path)].map((place) => readAttribute(file, place, 'center'));
  const center = said.find((value) => typeof value === 'number');
  if (center === undefined || !stored?.reversed.includes('detector')) return center;
  return (shape[stored.names.indexOf('detector')] ?? 1) - 1 - center;
}

export type AngleUnit = 'rad' | 'deg';

/** The unit in which a dataset says that its angles are; undefined when it says none or that of something else. */
export function angleUnitOf(file: OpenedHdf5, path: string): AngleUnit | undefined {
  return unitIn(readAttribute(file, path, 'units'));
}

/** The same for what must be angles: degrees where nothing is said, as DXchange has it. Throws `DATA_FORMAT`. */
export function thetaUnitOf(file: OpenedHdf5, path: string): AngleUnit {
  const said = readAttribute(file, path, 'units');
  const unit = unitIn(said);
  if (unit !== undefined) return unit;
  if (said === undefined || said === '') return 'deg';
  throw formatError(
    file.label,
    `${path} has the units ${JSON.stringify(said).slice(0, 60)}; "degrees" and "radians" are known. Set its attribute units, or give the angles apart.`,
  );
}

/** Angles of a file in radians, float64. */
export function anglesInRadians(values: ArrayLike<number>, unit: AngleUnit): Float64Array {
  const factor = unit === 'deg' ? Math.PI / 180 : 1;
  return Float64Array.from(values, (angle) => angle * factor);
}

function unitIn(said: JsonValue | undefined): AngleUnit | undefined {
  const text = typeof said === 'string' ? said.trim() : '';
  if (/^rad(ian)?s?\.?$/i.test(text)) return 'rad';
  return /^(deg(ree)?s?\.?|°)$/i.test(text) ? 'deg' : undefined;
}

function groupOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')));
}
