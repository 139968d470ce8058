import type { Dataset } from '@rondel/contracts';
import type { StepContext } from '@rondel/reco';
import type { ConeParameters } from '../manifest/cone-beam.js';
import { turnCoverage } from '../sinogram/turn-coverage.js';
import { clearPart, findAxis, type FoundAxis } from './axis-search.js';
import type { ConeScan } from './cone-scan.js';
import { sayOtherGeometry } from './opposite-rays.js';
import type { RowBlock } from './row-block.js';
import { viewFrames, type ViewFrame } from './view-frames.js';

/** Rows that are farther from the plane of the circle than this part of the distance to the detector see other voxels behind. */
const flatPart = 0.01;

/** The axis is said to be elsewhere if it is by so many bins, and opposite rays agree better than this part there. */
const leastBins = 0.75;
const betterPart = 0.6;

/** Opposite rays agree about no axis where they differ by more than this part of how they do elsewhere, and this often what noise does. */
const nowherePart = 0.7;
const aboveNoise = 1.5;

/**
 * The shift of the axis: that of the plan, or the one that opposite rays of a full turn tell. Warns where these tell another one than
 * the plan has, or another geometry, where they agree about none, and where the axis was to be found and cannot be.
 */
export function axisShift(
  parameters: ConeParameters,
  { scan, input, block, finds }: { scan: ConeScan; input: Dataset; block: RowBlock; finds: boolean },
  { warn, log, found }: Pick<StepContext, 'warn' | 'log' | 'found'>,
): number {
  const given = parameters.centerShift;
  const axis = parameters.vectors === undefined ? axisOf(scan, input, { block, given }) : 'path';
  const isOther = typeof axis !== 'string' && sayOtherGeometry(axis, parameters, warn);
  const isClear = typeof axis !== 'string' && axis.difference < clearPart * axis.usual;
  if (isClear && finds) {
    log('info', `The axis was found at centerShift = ${axis.shift.toFixed(3)} mm.`);
    found('geometry.centerShift', axis.shift);
    found('findCenterShift', false);
    return axis.shift;
  }
  if (finds) {
    warn(
      'AXIS_UNCERTAIN',
      `centerShift cannot be found in this scan, and ${given} mm is taken: ${typeof axis === 'string' ? lacks[axis] : lacks.agreement}. Compare images for some values of centerShift, as with a sweep.`,
      { property: 'findCenterShift' },
    );
  } else if (isClear) sayElsewhere(axis, { given, scan }, warn);
  else if (typeof axis !== 'string' && !isOther) sayNowhere(axis, given, warn);
  return given;
}

const lacks = {
  path: 'views with vectors of their own have no common axis',
  turn: 'a full turn is needed, which the angles do not cover',
  rows: 'no row of the detector lies in the plane of the source, in which opposite rays are compared',
  opposite: 'too few rays have an opposite one on the detector',
  agreement:
    'the angles cover a full turn, but opposite rays agree about no axis, as with wrong angles, a wrong direction, much noise, or an object that has moved',
} as const;

function sayElsewhere(
  axis: FoundAxis,
  { given, scan }: { readonly given: number; readonly scan: ConeScan },
  warn: StepContext['warn'],
): void {
  const [frame] = viewFrames(scan.vectors, scan.bins, scan.binRows);
  const bins =
    ((axis.shift - given) * (frame?.sourceDetector ?? NaN)) / (frame?.sourceOrigin ?? NaN) / (frame?.pitch[0] ?? NaN);
  if (Math.abs(bins) < leastBins || axis.difference > betterPart * axis.given) return;
  warn(
    'AXIS_UNCERTAIN',
    `Opposite rays agree best where centerShift is ${axis.shift.toFixed(3)} mm, ${Math.abs(bins).toFixed(1)} bins from ${given} mm, as the plan has it: edges become double or arcs. Set findCenterShift = true, or centerShift and detectorOffset to those of the scan.`,
    { property: 'geometry.centerShift' },
  );
}

function sayNowhere(axis: FoundAxis, given: number, warn: StepContext['warn']): void {
  if (axis.given < nowherePart * axis.usual || axis.given < aboveNoise * axis.noise) return;
  warn(
    'AXIS_UNCERTAIN',
    `Opposite rays agree no better where centerShift is ${given} mm than about any other axis: they differ by ${Math.round(100 * axis.given)} % of their values, of which noise is ${Math.round(100 * axis.noise)} %. The angles, direction, detectorOffset or centerShift may not be those of the scan, or the object has moved.`,
    { property: 'geometry.centerShift' },
  );
}

function axisOf(
  scan: ConeScan,
  input: Dataset,
  { block, given }: { block: RowBlock; given: number },
): FoundAxis | keyof typeof lacks {
  const frames = viewFrames(scan.vectors, scan.bins, scan.binRows);
  if (turnCoverage(Float64Array.from(frames, ({ angle }) => angle)).kind !== 'turn') return 'turn';
  const rows = flatRows(frames[0], scan).map((row) => row - block.firstRow);
  // Another block has them.
  if (rows.length === 0 || rows.some((row) => row < 0 || row >= block.rows)) return 'rows';
  if (scan.bins < 16) return 'opposite';
  const size = frames.length * scan.bins;
  const data = new Float32Array(size);
  for (const row of rows) {
    for (let at = 0; at < size; at++)
      data[at] = (data[at] ?? 0) + (input.data.data[row * size + at] ?? 0) / rows.length;
  }
  return findAxis({ data, frames, bins: scan.bins }, given) ?? 'opposite';
}

/** One row or two, in the middle, where these are in the plane of the circle. */
function flatRows(frame: ViewFrame | undefined, { bins, binRows }: ConeScan): number[] {
  if (frame === undefined || frame.lean > flatPart) return [];
  const middle = -frame.first[1] / frame.pitch[1];
  const nearest = [...new Set([Math.floor(middle), Math.ceil(middle)])];
  // The ends of a row of a turned detector.
  const ends = [frame.first[0], frame.first[0] + (bins - 1) * frame.pitch[0]].map((u) => Math.abs(u * frame.turn));
  const rise = Math.max(...ends);
  const isFlat = (row: number) =>
    row >= 0 && row < binRows && Math.abs(row - middle) * frame.pitch[1] + rise <= flatPart * frame.sourceDetector;
  return nearest.filter(isFlat);
}
