import type { StepContext } from '@rondel/reco';
import { turnCoverage, type TurnCoverage } from '../sinogram/turn-coverage.js';
import { isOffAxis, outerEdge, sidesOf } from './detector-sides.js';
import type { ViewFrame } from './view-frames.js';
import type { DetectorEdge } from '../sinogram/truncation.js';

/** How rays that a scan measures twice are weighted. */
export interface FdkChoice {
  readonly shortScan: 'auto' | 'none' | 'parker';
  readonly displaced: 'auto' | 'none' | 'wang';
}

/** Weights of the views and columns of a scan. */
export interface FdkWeights {
  /** [view, column]: what projections are multiplied with, beside `1 / distance` to the bin; includes the step of the angle. */
  readonly columns: Float64Array;
  /** Columns of zeros that are filtered along with the rows, before and behind, where the detector is displaced. */
  readonly before: number;
  readonly behind: number;
  readonly isDisplaced: boolean;
  /** The outer edge of a detector that is off the axis, weighted or not. */
  readonly outerEdge?: DetectorEdge;
}

/** Gaps of this many usual steps are directions that nobody measured. */
const widestGap = 4;

/**
 * Weights of Feldkamp, Davis and Kress (J. Opt. Soc. Am. A 1, 1984) for a flat detector, with an axis that may be off the
 * perpendicular (Gullberg et al., Phys. Med. Biol. 31, 1986), of Parker (Med. Phys. 9, 1982) for less than a full turn, and of
 * Wang (Med. Phys. 29, 2002) for a detector that is off its middle.
 */
export function fdkWeights(
  frames: readonly ViewFrame[],
  bins: number,
  choice: FdkChoice,
  { warn, log }: Pick<StepContext, 'warn' | 'log'>,
): FdkWeights {
  const coverage = turnCoverage(Float64Array.from(frames, ({ angle }) => angle));
  const isTurn = coverage.kind === 'turn';
  const sides = frames.map((frame) => sidesOf(frame, bins));
  const isOff = isOffAxis(sides);
  const isDisplaced = choice.displaced === 'auto' ? isTurn && isOff : choice.displaced === 'wang';
  const isShort = choice.shortScan === 'parker' || (choice.shortScan === 'auto' && !isTurn && !isDisplaced);
  sayCoverage(coverage, frames, { bins, isShort, isDisplaced }, warn);
  if (isShort)
    log(
      'info',
      `The views cover ${inDegrees(coverage.extent)} degrees: rays that are seen twice are weighted (Parker).`,
    );
  if (isDisplaced) log('info', 'The detector is off the axis: rays that are seen twice are weighted (Wang).');
  const steps = angularSteps(coverage, frames.length);
  const columns = new Float64Array(frames.length * bins);
  const begun = new Map(coverage.rows.map(({ row, angle }) => [row, angle]));
  frames.forEach((frame, view) => {
    const parker = parkerWeight(coverage.extent, begun.get(view) ?? 0);
    const { near, axis } = sides[view] ?? { near: 0, axis: 0 };
    const [first, pitch] = [frame.first[0], frame.pitch[0]];
    for (let bin = 0; bin < bins; bin++) {
      const u = first + bin * pitch;
      const fan = Math.atan(u / frame.sourceDetector);
      const redundancy =
        (isShort ? 2 * parker(-frame.sense * fan) : 1) * (isDisplaced ? wangWeight(fan - axis, near) : 1);
      columns[view * bins + bin] = 0.5 * (steps[view] ?? 0) * redundancy * rayWeight(frame, u);
    }
  });
  const outer = (isOff || isDisplaced) && { outerEdge: outerEdge(sides) };
  return { columns, isDisplaced, ...outer, ...margins(isDisplaced, frames, bins) };
}

/** Of a ray, to be divided by its length from source to bin: the step from bin to bin for the distance of parallel rays. */
function rayWeight({ sourceDetector, sourceOrigin, axisShift, pitch }: ViewFrame, u: number): number {
  return (sourceOrigin * sourceDetector + axisShift * u) / (sourceDetector * pitch[0]);
}

/** `near` as `sidesOf` gives it: the narrower side, with the sign of the wider one. */
function wangWeight(fan: number, near: number): number {
  const [width, outwards] = [Math.abs(near), near < 0 ? -fan : fan];
  if (outwards >= width) return 2;
  if (outwards <= -width) return 0;
  return 1 + Math.sin((Math.PI * outwards) / (2 * width));
}

/** @param begun angle from the first view, rad. Rays at `fan` are seen again where both add up to half a turn. */
function parkerWeight(extent: number, begun: number): (fan: number) => number {
  const over = Math.max(1e-6, (extent - Math.PI) / 2);
  return (angle) => {
    const fan = Math.max(-0.999 * over, Math.min(0.999 * over, angle));
    if (begun < 2 * over - 2 * fan) return Math.sin(((Math.PI / 4) * begun) / (over - fan)) ** 2;
    if (begun <= Math.PI - 2 * fan) return 1;
    return Math.sin(((Math.PI / 4) * (Math.PI + 2 * over - begun)) / (over + fan)) ** 2;
  };
}

/** rad: half of what is between each view and its neighbours; a view that is measured again shares it. */
function angularSteps({ rows, kind, extent, step }: TurnCoverage, views: number): Float64Array {
  const steps = new Float64Array(views);
  const most = kind === 'gaps' ? widestGap * step : Infinity;
  rows.forEach(({ row, angle }, rank) => {
    const next = rows[rank + 1];
    const isLast = next === undefined;
    if (isLast && kind !== 'turn') return;
    const gap = Math.min(most, isLast ? 2 * Math.PI - extent : next.angle - angle);
    const after = isLast ? (rows[0]?.row ?? row) : next.row;
    steps[row] = (steps[row] ?? 0) + gap / 2;
    steps[after] = (steps[after] ?? 0) + gap / 2;
  });
  return steps;
}

/** Zeros that make both sides of the axis as wide, so that the filtered rows reach as far as what opposite views see. */
function margins(isDisplaced: boolean, frames: readonly ViewFrame[], bins: number): { before: number; behind: number } {
  const [frame] = frames;
  if (!isDisplaced || frame === undefined) return { before: 0, behind: 0 };
  const axis = (frame.axisShift * frame.sourceDetector) / frame.sourceOrigin;
  const place = (axis - frame.first[0]) / frame.pitch[0];
  const missing = Math.ceil(bins - 1 - 2 * place);
  return missing > 0 ? { before: missing, behind: 0 } : { before: 0, behind: -missing };
}

function inDegrees(angle: number): string {
  return ((angle * 180) / Math.PI).toFixed(1);
}

function sayCoverage(
  { kind, extent }: TurnCoverage,
  frames: readonly ViewFrame[],
  { bins, isShort, isDisplaced }: { readonly bins: number; readonly isShort: boolean; readonly isDisplaced: boolean },
  warn: StepContext['warn'],
): void {
  const property = 'geometry.angles';
  if (frames.length === 1) {
    warn(
      'ANGLES_INCOMPLETE',
      'There is one view only: nothing tells where along the rays a value belongs, so the image is what was seen, smeared along them.',
      { property },
    );
    return;
  }
  if (kind === 'gaps') {
    warn(
      'ANGLES_INCOMPLETE',
      'Between some views there is much more than between others: expect streaks, or reconstruct iteratively.',
      { property },
    );
    return;
  }
  if (kind === 'turn') return;
  if (isDisplaced) {
    warn(
      'ANGLES_INCOMPLETE',
      `The views cover ${inDegrees(extent)} degrees, and a detector that is off the axis needs a full turn.`,
      { property },
    );
    return;
  }
  const fan = frames.reduce((most, frame) => {
    const { low, high } = sidesOf(frame, bins);
    return Math.max(most, low, high);
  }, 0);
  const needed = Math.PI + 2 * fan;
  // Views are counted from middle to middle.
  if (isShort && extent >= needed - 0.02) return;
  const what = isShort
    ? `an object as wide as the detector needs ${inDegrees(needed)} (half a turn and the angle of the fan)`
    : 'without weights for a short scan a full turn is needed';
  warn(
    'ANGLES_INCOMPLETE',
    `The views cover ${inDegrees(extent)} degrees, but ${what}: expect streaks, or reconstruct iteratively.`,
    { property },
  );
}
