import { RondelError } from '@rondel/contracts';

const largestExtent = 32768;
const mostAngles = 1 << 20;
const mostDetectors = 1 << 18;

/**
 * Parallel beam: the ray of bin `d` at angle `theta` is `x cos(theta) + y sin(theta) = d - center`, with x along columns
 * to the right and y up. The origin is the center of the pixel at row `floor(rows / 2)`, column `floor(columns / 2)`;
 * pixel and detector bin have the same width, 1.
 */
export interface ParallelGeometry {
  /** 1 to 32768 each. */
  readonly shape: readonly [rows: number, columns: number];
  /** Radians, in the order of the sinogram's first axis. Must not be changed once used: tables are kept for it. */
  readonly angles: Float64Array;
  /** Bins of the detector, 1 to 262144. */
  readonly detectors: number;
  /** Detector coordinate of the rotation axis: bins from 0, may be fractional, from `-detectors` to `2 detectors`. */
  readonly center: number;
}

function reject(label: string, rule: string): never {
  throw new RondelError('DATA_SHAPE_MISMATCH', `${label}: ${rule}`, { details: { operator: label } });
}

function isExtent(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= most;
}

/** Throws DATA_SHAPE_MISMATCH when a field is outside its range; the message begins with `label`. */
export function checkGeometry(label: string, geometry: ParallelGeometry): void {
  const { shape, angles, detectors, center } = geometry;
  for (const extent of shape) {
    if (!isExtent(extent, largestExtent))
      reject(label, `rows and columns must be 1 to ${largestExtent}, got ${extent}`);
  }
  if (!isExtent(angles.length, mostAngles)) reject(label, `needs 1 to ${mostAngles} angles, got ${angles.length}`);
  if (!isExtent(detectors, mostDetectors)) reject(label, `needs 1 to ${mostDetectors} bins, got ${detectors}`);
  if (!(center >= -detectors && center <= 2 * detectors)) {
    reject(label, `center must lie between ${-detectors} and ${2 * detectors} (in bins), got ${center}`);
  }
  const wrong = angles.findIndex((angle) => !Number.isFinite(angle));
  if (wrong >= 0) reject(label, `angles must be finite, angle ${wrong} is ${String(angles[wrong])}`);
}

/** `<rows x columns <- angles x detectors> name`: how messages call an operator of this geometry. */
export function geometryLabel(name: string, { shape, angles, detectors }: ParallelGeometry): string {
  const image = `${shape[0]}x${shape[1]}`;
  const sinogram = `${angles.length}x${detectors}`;
  return name === 'RadonForward' ? `<${sinogram} <- ${image}> ${name}` : `<${image} <- ${sinogram}> ${name}`;
}

export const angleBytes = 48;
const fractionBits = 30;

/** A coordinate or step in bins as the kernels count it: 2^-30 bins, times 4 so that the bin is the high word. */
function fixed(bins: number): bigint {
  return BigInt(Math.round(bins * 2 ** fractionBits)) * 4n;
}

/**
 * The kernels' table, one entry of 48 bytes per angle: coordinate of the first group of four pixels, step per row, step
 * per four columns (64-bit), and at 32 the offsets of the group's four pixels (unsigned 2^-30 bins). Offsets count from
 * the pixel with the lowest coordinate, which is the last of the four where the cosine is negative.
 */
export function angleTable({ shape, angles, center }: ParallelGeometry): Uint8Array {
  const view = new DataView(new ArrayBuffer(angles.length * angleBytes));
  const middleRow = BigInt(Math.floor(shape[0] / 2));
  const middleColumn = BigInt(Math.floor(shape[1] / 2));
  const origin = fixed(center);
  angles.forEach((angle, index) => {
    const perColumn = fixed(Math.cos(angle));
    const perRow = -fixed(Math.sin(angle));
    const first = origin - middleColumn * perColumn - middleRow * perRow;
    const falling = perColumn < 0n;
    const at = index * angleBytes;
    view.setBigInt64(at, falling ? first + 3n * perColumn : first, true);
    view.setBigInt64(at + 8, perRow, true);
    view.setBigInt64(at + 16, 4n * perColumn, true);
    const step = Number((falling ? -perColumn : perColumn) / 4n);
    for (let lane = 0; lane < 4; lane++) view.setUint32(at + 32 + 4 * lane, (falling ? 3 - lane : lane) * step, true);
  });
  return new Uint8Array(view.buffer);
}

interface KeptTable {
  readonly geometry: ParallelGeometry;
  readonly table: Uint8Array;
}

function sameGeometry(a: ParallelGeometry, b: ParallelGeometry): boolean {
  return a.shape[0] === b.shape[0] && a.shape[1] === b.shape[1] && a.center === b.center;
}

/** `angleTable` that keeps its last result per array of angles, for as long as the array lives. */
export function createAngleTables(): (geometry: ParallelGeometry) => Uint8Array {
  const kept = new WeakMap<Float64Array, KeptTable>();
  return (geometry) => {
    const known = kept.get(geometry.angles);
    if (known !== undefined && sameGeometry(known.geometry, geometry)) return known.table;
    const table = angleTable(geometry);
    kept.set(geometry.angles, { geometry, table });
    return table;
  };
}
