import type { Dataset } from '@rondel/contracts';
import type { StepContext } from '@rondel/reco';
import type { ConeParameters } from '../manifest/cone-beam.js';
import { turnCoverage } from '../sinogram/turn-coverage.js';
import { findAxis, type FoundAxis } from './axis-search.js';
import type { ConeScan } from './cone-scan.js';
import type { RowBlock } from './row-block.js';
import { viewFrames, type ViewFrame } from './view-frames.js';

/** Rows that are farther from the plane of the circle than this part of the distance to the detector see other voxels behind. */
const flatPart = 0.01;

/** Where opposite rays agree better than this part of how they do elsewhere, the axis is found. */
const clearPart = 0.5;

/** The axis is said to be elsewhere if it is by so many bins, and opposite rays agree better than this part there. */
const leastBins = 0.75;
const betterPart = 0.6;

/**
 * The shift of the axis: that of the plan, or the one that opposite rays of a full turn tell. Warns where these tell another one than
 * the plan has, or where it was to be found and cannot be.
 */
export function axisShift(
  parameters: ConeParameters,
  { scan, input, block, finds }: { scan: ConeScan; input: Dataset; block: RowBlock; finds: boolean },
  { warn, log, found }: Pick<StepContext, 'warn' | 'log' | 'found'>,
): number {
  const given = parameters.centerShift;
  const axis = parameters.vectors === undefined ? axisOf(scan, input, { block, given }) : undefined;
  const isClear = axis !== undefined && axis.difference < clearPart * axis.usual;
  const where = `${axis?.shift.toFixed(3)} mm`;
  if (finds) {
    if (!isClear) {
      warn(
        'AXIS_UNCERTAIN',
        `centerShift cannot be found in this scan, and ${given} mm is taken: a full turn is needed, and rows in the plane of the source, in which opposite rays agree. Compare images for some values of centerShift, as with a sweep.`,
        { property: 'findCenterShift' },
      );
      return given;
    }
    log('info', `The axis was found at centerShift = ${where}.`);
    found('geometry.centerShift', axis.shift);
    found('findCenterShift', false);
    return axis.shift;
  }
  if (!isClear) return given;
  const [frame] = viewFrames(scan.vectors, scan.bins, scan.binRows);
  const bins =
    ((axis.shift - given) * (frame?.sourceDetector ?? NaN)) / (frame?.sourceOrigin ?? NaN) / (frame?.pitch[0] ?? NaN);
  if (Math.abs(bins) < leastBins || axis.difference > betterPart * axis.given) return given;
  warn(
    'AXIS_UNCERTAIN',
    `Opposite rays agree best where centerShift is ${where}, ${Math.abs(bins).toFixed(1)} bins from ${given} mm, as the plan has it: edges become double or arcs. Set findCenterShift = true, or centerShift and detectorOffset to those of the scan.`,
    { property: 'geometry.centerShift' },
  );
  return given;
}

function axisOf(
  scan: ConeScan,
  input: Dataset,
  { block, given }: { block: RowBlock; given: number },
): FoundAxis | undefined {
  const frames = viewFrames(scan.vectors, scan.bins, scan.binRows);
  const isTurn = turnCoverage(Float64Array.from(frames, ({ angle }) => angle)).kind === 'turn';
  const rows = flatRows(frames[0], scan.binRows).map((row) => row - block.firstRow);
  // Another block has them.
  if (rows.some((row) => row < 0 || row >= block.rows)) return undefined;
  if (!isTurn || rows.length === 0 || scan.bins < 16) return undefined;
  const size = frames.length * scan.bins;
  const data = new Float32Array(size);
  for (const row of rows) {
    for (let at = 0; at < size; at++)
      data[at] = (data[at] ?? 0) + (input.data.data[row * size + at] ?? 0) / rows.length;
  }
  return findAxis({ data, frames, bins: scan.bins }, given);
}

/** One row or two, in the middle, where these are in the plane of the circle. */
function flatRows(frame: ViewFrame | undefined, binRows: number): number[] {
  if (frame === undefined || frame.lean > flatPart) return [];
  const middle = -frame.first[1] / frame.pitch[1];
  const nearest = [...new Set([Math.floor(middle), Math.ceil(middle)])];
  const isFlat = (row: number) =>
    row >= 0 && row < binRows && Math.abs(row - middle) * frame.pitch[1] <= flatPart * frame.sourceDetector;
  return nearest.filter(isFlat);
}
