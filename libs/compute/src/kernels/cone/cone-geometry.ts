import { RondelError } from '@rondel/contracts';
import type { NamedAttrMap } from '@tensorflow/tfjs-core';

/** Most detector rows and slices: two columns of them are a thread's scratch memory. */
const longestColumn = 8000;
const largestExtent = 32768;
const mostViews = 1 << 20;
/** Numbers of a view. */
export const viewNumbers = 12;

/**
 * A point source and a flat detector, anywhere in each view. Coordinates are (column, row, slice) of the volume, in voxels, with
 * the origin at the center of its first voxel; rows are counted downwards as in images.
 */
export interface ConeGeometry {
  /** Rows and columns 1 to 32768, slices 1 to 8000. */
  readonly shape: readonly [rows: number, columns: number, slices: number];
  /** Columns (u) 1 to 32768, rows (v) 1 to 8000. */
  readonly detector: readonly [columns: number, rows: number];
  /**
   * [view, 12]: source, center of the bin in column 0 and row 0, step from column to column, step from row to row, each three
   * coordinates; 1 to 2^20 views. Must not be changed once used: tables are kept for it.
   */
  readonly views: Float64Array;
}

/** Part of a volume and of the detector rows that it takes; `views` are those of the whole. */
export interface FdkGeometry extends ConeGeometry {
  /** Of the first slice and of the first detector row in the whole, and how many of each that has. Left out: this is the whole. */
  readonly part?: {
    readonly firstSlice: number;
    readonly slices: number;
    readonly firstRow: number;
    readonly rows: number;
  };
}

function reject(label: string, rule: string): never {
  throw new RondelError('DATA_SHAPE_MISMATCH', `${label}: ${rule}`, { details: { operator: label } });
}

/** Throws DATA_SHAPE_MISMATCH when a field is outside its range; the message begins with `label`. */
export function checkCone(label: string, { shape, detector, views }: ConeGeometry): void {
  const extents = [
    ['rows', shape[0], largestExtent],
    ['columns', shape[1], largestExtent],
    ['slices', shape[2], longestColumn],
    ['detector columns', detector[0], largestExtent],
    ['detector rows', detector[1], longestColumn],
    ['views', views.length / viewNumbers, mostViews],
  ] as const;
  for (const [what, extent, most] of extents) {
    if (!(Number.isInteger(extent) && extent >= 1 && extent <= most)) {
      reject(label, `${what} must be 1 to ${most}, got ${extent}`);
    }
  }
  const wrong = views.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) reject(label, `views must be finite, number ${wrong} is ${String(views[wrong])}`);
}

export function viewCount({ views }: ConeGeometry): number {
  return views.length / viewNumbers;
}

/** `<rows x columns x slices <- views x columns x rows> name`: how messages call an operator of this geometry. */
export function coneLabel(name: string, geometry: ConeGeometry): string {
  const image = geometry.shape.join('x');
  const projections = [viewCount(geometry), ...geometry.detector].join('x');
  return name.endsWith('Forward') ? `<${projections} <- ${image}> ${name}` : `<${image} <- ${projections}> ${name}`;
}

/** A geometry as attributes of a tfjs kernel. */
export function coneAttributes({ shape, detector, views }: ConeGeometry): NamedAttrMap {
  return { rows: shape[0], columns: shape[1], slices: shape[2], bins: detector[0], binRows: detector[1], views };
}

/** The geometry in a kernel's attributes. Throws DATA_SHAPE_MISMATCH, or INTERNAL when they hold none. */
export function readCone(name: string, attributes: NamedAttrMap | undefined): ConeGeometry {
  const { rows, columns, slices, bins, binRows, views } = attributes ?? {};
  if (
    typeof rows !== 'number' ||
    typeof columns !== 'number' ||
    typeof slices !== 'number' ||
    typeof bins !== 'number' ||
    typeof binRows !== 'number' ||
    !(views instanceof Float64Array)
  ) {
    throw new RondelError('INTERNAL', `${name}: the attributes hold no cone beam; call it through its function`);
  }
  const geometry: ConeGeometry = { shape: [rows, columns, slices], detector: [bins, binRows], views };
  checkCone(coneLabel(name, geometry), geometry);
  return geometry;
}

/** As `coneAttributes`. */
export function fdkAttributes(geometry: FdkGeometry): NamedAttrMap {
  const { firstSlice, slices, firstRow, rows } = partOf(geometry);
  return { ...coneAttributes(geometry), firstSlice, allSlices: slices, firstRow, allRows: rows };
}

/** As `readCone`. */
export function readFdk(name: string, attributes: NamedAttrMap | undefined): FdkGeometry {
  const { firstSlice = 0, allSlices, firstRow = 0, allRows } = attributes ?? {};
  const geometry = readCone(name, attributes);
  const numbers = [firstSlice, firstRow, allSlices ?? geometry.shape[2], allRows ?? geometry.detector[1]];
  const [slice = NaN, row = NaN, slices = NaN, rows = NaN] = numbers.map(Number);
  const label = coneLabel(name, geometry);
  for (const [what, first, count, all] of [
    ['slices', slice, geometry.shape[2], slices],
    ['detector rows', row, geometry.detector[1], rows],
  ] as const) {
    if (Number.isInteger(first) && first >= 0 && first + count <= all && all <= longestColumn) continue;
    reject(label, `${what} must be a part of at most ${longestColumn}, got ${first} to ${first + count} of ${all}`);
  }
  return { ...geometry, part: { firstSlice: slice, slices, firstRow: row, rows } };
}

export function partOf({ part, shape, detector }: FdkGeometry): NonNullable<FdkGeometry['part']> {
  return part ?? { firstSlice: 0, slices: shape[2], firstRow: 0, rows: detector[1] };
}

/** Whether columns of the detector are parallel to the axis of slices, so that all voxels above each other are seen by one. */
export function isUpright(geometry: FdkGeometry): boolean {
  const { views, shape, detector } = geometry;
  // Of the whole, so that all parts are computed alike.
  const { slices, rows } = partOf(geometry);
  const extent = Math.max(...shape, ...detector, slices, rows);
  for (let at = 0; at < views.length; at += viewNumbers) {
    const [x = 0, y = 0, z = 0] = views.subarray(at + 9, at + viewNumbers);
    if (Math.max(Math.abs(x), Math.abs(y)) * extent > 1e-6 * Math.abs(z)) return false;
  }
  return true;
}

/** A ring of views around a small volume; with `tilt`, rad, the detector is turned in its plane. */
function trialCone(tilt: number): ConeGeometry {
  const views = Array.from({ length: 6 }, (_, view) => {
    const [sine, cosine] = [Math.sin(view), Math.cos(view)];
    const across = [cosine * Math.cos(tilt), -sine * Math.cos(tilt), Math.sin(tilt)];
    const along = [-cosine * Math.sin(tilt), sine * Math.sin(tilt), Math.cos(tilt)];
    const source = [4 + 30 * sine, 4 + 30 * cosine, 3];
    const first = [0, 1, 2].map((axis) => {
      const middle = [4 - 20 * sine, 4 - 20 * cosine, 3][axis] ?? 0;
      return middle - 4 * (across[axis] ?? 0) - 4 * (along[axis] ?? 0);
    });
    return [...source, ...first, ...across, ...along];
  });
  return { shape: [9, 9, 7], detector: [9, 9], views: Float64Array.from(views.flat()) };
}

/** Small enough that trying a projector out takes no time. */
export const trialCones = [trialCone(0), trialCone(0.1)] as const;
