import type { Span } from '@rondel/reco';
import { coneExtents, type DetectorExtents } from './cone-extents.js';
import type { SeenGeometry } from './seen-geometry.js';

/** Entries from which a value between bins is interpolated: one before the bin below it, to two behind. */
export const tapsPerPlace = 4;

/** A flat detector in the place of a curved one, which it sees under the same angle; of a flat one itself. */
export interface FlatGeometry {
  readonly parameters: SeenGeometry;
  /** Columns: those of a curved detector become more. */
  readonly bins: number;
  /** rad: under which angle each column of it is seen in the place of a curved one; absent: it was flat. */
  readonly fans?: Float64Array;
}

interface Curved {
  readonly sourceDetector: number;
  readonly pitch: number;
  readonly rowPitch: number;
  readonly offset: number;
  readonly rowOffset: number;
}

function curvedOf(parameters: SeenGeometry): Curved | undefined {
  const { detectorShape, sourceDetector, detectorPixel, detectorOffset } = parameters;
  const [pitch, rowPitch] = detectorPixel ?? [];
  const [offset = 0, rowOffset = 0] = detectorOffset;
  if (detectorShape !== 'curved' || sourceDetector === undefined || pitch === undefined || rowPitch === undefined) {
    return undefined;
  }
  return { sourceDetector, pitch, rowPitch, offset, rowOffset };
}

export function flatGeometry(parameters: SeenGeometry, { bins, binRows }: DetectorExtents): FlatGeometry {
  const curved = curvedOf(parameters);
  if (curved === undefined) return { parameters, bins };
  const { sourceDetector, pitch, offset, rowOffset } = curved;
  const fanOf = (column: number) => (offset + (column - (bins - 1) / 2) * pitch) / sourceDetector;
  const [first = 0, last = 0] = [0, bins - 1].map((column) => sourceDetector * Math.tan(fanOf(column)));
  const width = Math.floor((last - first) / pitch + 1e-9) + 1;
  const extents = coneExtents(parameters, { bins, binRows });
  return {
    parameters: {
      ...parameters,
      detectorShape: 'flat',
      detectorOffset: [first + ((width - 1) * pitch) / 2, rowOffset],
      ...(extents && { voxel: extents.voxel, shape: [extents.columns, extents.rows, extents.slices] }),
    },
    bins: width,
    fans: Float64Array.from({ length: width }, (_, column) => Math.atan((first + column * pitch) / sourceDetector)),
  };
}

/** The column of a curved detector that is seen under an angle. */
export function columnOf(parameters: SeenGeometry, fan: number, bins: number): number {
  const { sourceDetector = NaN, pitch = NaN, offset = NaN } = curvedOf(parameters) ?? {};
  return (fan * sourceDetector - offset) / pitch + (bins - 1) / 2;
}

/** The row of a curved detector that a ray passes which meets a flat one in this row, under an angle to the middle of the fan. */
export function rowOf(
  parameters: SeenGeometry,
  { row, fan }: { readonly row: number; readonly fan: number },
  binRows: number,
): number {
  const { rowPitch = NaN, rowOffset = NaN } = curvedOf(parameters) ?? {};
  const v = rowOffset + (row - (binRows - 1) / 2) * rowPitch;
  return (v * Math.cos(fan) - rowOffset) / rowPitch + (binRows - 1) / 2;
}

/** The rows of a detector from which those of the flat one in its place are interpolated. */
export function curvedRows(parameters: SeenGeometry, { start, stop }: Span, size: DetectorExtents): Span {
  const { fans } = flatGeometry(parameters, size);
  if (fans === undefined) return { start, stop };
  const widest = fans.reduce((most, fan) => Math.max(most, Math.abs(fan)), 0);
  const rowsOf = (row: number) => [0, widest].map((fan) => rowOf(parameters, { row, fan }, size.binRows));
  return {
    start: Math.floor(Math.min(...rowsOf(start))) - 1,
    stop: Math.floor(Math.max(...rowsOf(stop - 1))) + tapsPerPlace - 1,
  };
}
