/** What the filter and its padding depend on. */
export interface PhaseGeometry {
  /** mm */
  readonly pixelSize: number;
  /** mm */
  readonly distance: number;
  /** keV */
  readonly energy: number;
  readonly pad: boolean;
  readonly compatibleGrid: boolean;
}

/** An axis with values added at both ends. */
export interface PaddedExtent {
  readonly before: number;
  readonly extent: number;
  readonly total: number;
}

/** h c, keV mm. */
const planckTimesLight = 1.239841984e-6;

/** mm */
export function wavelength(energy: number): number {
  return planckTimesLight / energy;
}

/**
 * Rows and columns of a projection with its padding: pi lambda d / p^2 pixels that fringes need, rounded up to a power of two.
 * An odd number of pixels is one more at the end, where TomoPy leaves that one out.
 */
export function paddedExtents(
  [rows, columns]: readonly [number, number],
  geometry: PhaseGeometry,
): { readonly rows: PaddedExtent; readonly columns: PaddedExtent } {
  return { rows: paddedExtent(rows, geometry), columns: paddedExtent(columns, geometry) };
}

/** Room for fringes beyond this many times the longer side of a projection, and beyond these bins, is a slip in a unit. */
const mostFringes = { times: 4, bins: 512 };

/** Bins of room for the fringes where it is far wider than a projection, which no scan has; undefined where it is not. */
export function excessiveFringes(
  extents: readonly [rows: number, columns: number],
  geometry: PhaseGeometry,
): number | undefined {
  const fringes = fringesOf(geometry);
  const most = Math.max(mostFringes.bins, mostFringes.times * Math.max(...extents));
  return geometry.pad && fringes > most ? fringes : undefined;
}

function fringesOf({ pixelSize, distance, energy }: PhaseGeometry): number {
  return Math.ceil((Math.PI * wavelength(energy) * distance) / pixelSize ** 2);
}

function paddedExtent(extent: number, geometry: PhaseGeometry): PaddedExtent {
  const { pad, compatibleGrid } = geometry;
  if (!pad) return { before: 0, extent, total: extent };
  const total = 2 ** Math.ceil(Math.log2(extent + fringesOf(geometry)));
  const before = Math.floor((total - extent) / 2);
  return { before, extent, total: compatibleGrid ? extent + 2 * before : total };
}
