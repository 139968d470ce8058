import type { ViewFrame } from './view-frames.js';

/** The projections in the plane of the circle, [view, column]. */
export interface MiddlePlane {
  readonly data: Float32Array;
  readonly frames: readonly ViewFrame[];
  readonly bins: number;
}

/** A geometry other than the plan's. */
export interface Assumed {
  /** The views in the other sense. */
  readonly isReversed?: boolean;
  /** Tangents of rays, as multiples of what the plan's are. */
  readonly fan?: number;
}

/** Where opposite rays say that the axis is. */
export interface FoundAxis {
  /** mm along u, as `centerShift`. */
  readonly shift: number;
  /** How much opposite rays differ with it, and with the shift that was asked about, as a part of their values: 0 where not at all. */
  readonly difference: number;
  readonly given: number;
  /** The same for shifts that are surely wrong: half of all that were tried have more. */
  readonly usual: number;
  /** What noise alone makes of it. */
  readonly noise: number;
  /** How much they differ about this axis in another geometry; NaN where too few are opposite. */
  readonly differenceIf: (assumed: Assumed) => number;
}

/** Part of the detector's width, as it is seen at the axis, by which the axis may be off on either side. */
const reach = 0.15;
/** The same where there is none so near. */
const wideReach = 0.7;
/** Where opposite rays agree better than this part of how they do elsewhere, the axis is found. */
export const clearPart = 0.5;
/** Shifts that are tried, at most, on the way over that. */
const mostWide = 280;
/** Opposite rays that are compared, at most, along views and columns. */
const mostViews = 180;
const mostBins = 256;
/** Of the rays of a view, and of what they add up to, at least those must have opposite ones. */
const leastOverlap = 0.3;
/** Values that noise is told from. */
const mostBends = 50_000;
const turn = 2 * Math.PI;

/**
 * Finds the axis of a full turn: a ray at fan angle g of the view at angle b runs back as that at 2 a - g of the view at
 * b + pi - 2 g + 2 a, where a is the angle at which the axis is seen, and has the same integral. The axis is where the squares
 * of their differences are least.
 *
 * @param given the shift to compare with, mm.
 * Undefined where views do not lie close enough for that, or too few rays have opposite ones.
 */
export function findAxis(plane: MiddlePlane, given: number): FoundAxis | undefined {
  const compared = { plane, differenceAt: opposites(plane), noise: noiseOf(plane) };
  const near = findWithin(compared, given, reach);
  if (near === undefined || (!near.isAtEnd && near.difference < clearPart * near.usual)) return near;
  const wide = findWithin(compared, given, wideReach);
  return wide !== undefined && wide.difference < clearPart * wide.usual ? wide : near;
}

interface ComparedRays {
  readonly plane: MiddlePlane;
  readonly differenceAt: (shift: number, assumed?: Assumed) => number;
  readonly noise: number;
}

/** `isAtEnd`: opposite rays would agree better beyond what was tried. */
function findWithin(
  { plane, differenceAt, noise }: ComparedRays,
  given: number,
  part: number,
): (FoundAxis & { isAtEnd: boolean }) | undefined {
  const [frame] = plane.frames;
  if (frame === undefined) return undefined;
  const bin = (frame.pitch[0] * frame.sourceOrigin) / frame.sourceDetector;
  const widest = part * plane.bins * bin;
  const all = Math.max(8, Math.ceil((2 * widest) / bin));
  const count = part > reach ? Math.min(all, mostWide) : all;
  const step = (2 * widest) / count;
  const tried = Array.from({ length: count + 1 }, (_, at) => {
    const shift = given - widest + step * at;
    return { shift, difference: differenceAt(shift) };
  }).filter(({ difference }) => Number.isFinite(difference));
  const rising = [...tried].sort((one, other) => one.difference - other.difference);
  const [best] = rising;
  const ofGiven = differenceAt(given);
  if (best === undefined || tried.length < count / 4 || !Number.isFinite(ofGiven)) return undefined;
  const around = Math.max(bin, step);
  const shift = leastBetween(differenceAt, best.shift - around, best.shift + around);
  const usual = rising[Math.floor(rising.length / 2)]?.difference ?? NaN;
  return {
    shift,
    difference: differenceAt(shift),
    given: ofGiven,
    usual,
    isAtEnd: Math.abs(best.shift - given) > widest - step / 2,
    noise,
    differenceIf: (assumed) => differenceAt(shift, assumed),
  };
}

/**
 * Root of the sum of squared differences of opposite rays over that of their squares, by shift; NaN where too few are opposite.
 * Of the rays that are compared, since those of air agree about any axis.
 */
function opposites({ data, frames, bins }: MiddlePlane): ComparedRays['differenceAt'] {
  const ordered = (sense: number) =>
    frames
      .map(({ angle }, view) => ({ view, angle: folded(sense * angle) }))
      .sort((one, other) => one.angle - other.angle);
  const orders = { forward: ordered(1), back: ordered(-1) };
  const [viewStride, binStride] = [Math.ceil(frames.length / mostViews), Math.ceil(bins / mostBins)];
  const [reference] = frames;
  return (shift, { isReversed = false, fan: factor = 1 } = {}) => {
    let [sum, compared, of, squares, square] = [0, 0, 0, 0, 0];
    const order = isReversed ? orders.back : orders.forward;
    for (let view = 0; view < frames.length; view += viewStride) {
      const frame = frames[view] ?? reference;
      if (frame === undefined) continue;
      const { first, pitch, sourceOrigin } = frame;
      const sourceDetector = frame.sourceDetector / factor;
      const angle = isReversed ? -frame.angle : frame.angle;
      const axis = Math.atan((factor * shift) / sourceOrigin);
      for (let bin = 0; bin < bins; bin += binStride) {
        const value = data[view * bins + bin] ?? 0;
        of += 1;
        square += value * value;
        const fan = Math.atan((first[0] + bin * pitch[0]) / sourceDetector);
        const place = (sourceDetector * Math.tan(2 * axis - fan) - first[0]) / pitch[0];
        if (!(place >= 0 && place <= bins - 1)) continue;
        const opposite = valueAt({ data, bins, order }, angle + Math.PI - 2 * fan + 2 * axis, place);
        sum += (value - opposite) ** 2;
        squares += (value * value + opposite * opposite) / 2;
        compared += 1;
      }
    }
    const isEnough = compared >= leastOverlap * of && squares >= leastOverlap * square && squares > 0;
    return isEnough ? Math.sqrt(sum / squares) : NaN;
  };
}

/**
 * Of the difference of two rays that noise makes differ, as a part of all values. From second differences along columns or views, which
 * edges hardly have: the median of their sizes is 0.6745 times sqrt(6) the deviation. Those along views where they are larger: detectors
 * blur noise along columns.
 */
function noiseOf({ data, bins }: MiddlePlane): number {
  const square = data.reduce((sum, value) => sum + value * value, 0) / data.length;
  const median = Math.max(medianBend(data, 1, bins), medianBend(data, bins, bins));
  return square === 0 ? 0 : (Math.SQRT2 * median) / (0.6745 * Math.sqrt(6 * square));
}

/** Of the sizes of second differences between values so far apart, not across the ends of rows. */
function medianBend(data: Float32Array, apart: number, bins: number): number {
  const stride = Math.max(1, Math.ceil(data.length / mostBends));
  const bends: number[] = [];
  for (let at = apart; at < data.length - apart; at += stride) {
    if (apart < bins && (at % bins < apart || at % bins >= bins - apart)) continue;
    bends.push(Math.abs((data[at - apart] ?? 0) - 2 * (data[at] ?? 0) + (data[at + apart] ?? 0)));
  }
  bends.sort((one, other) => one - other);
  return bends[bends.length >> 1] ?? 0;
}

function folded(angle: number): number {
  return angle - turn * Math.floor(angle / turn);
}

interface OrderedViews {
  readonly data: Float32Array;
  readonly bins: number;
  /** By rising angle, 0 to 2 pi. */
  readonly order: readonly { readonly view: number; readonly angle: number }[];
}

/** Linear between columns and between views. */
function valueAt({ data, bins, order }: OrderedViews, given: number, place: number): number {
  const angle = folded(given);
  let [low, high] = [0, order.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((order[middle]?.angle ?? 0) <= angle) low = middle + 1;
    else high = middle;
  }
  const before = order.at(low - 1);
  const after = order[low % order.length];
  if (before === undefined || after === undefined) return NaN;
  const gap = after.angle - before.angle + (after.angle <= before.angle ? turn : 0);
  const way = angle - before.angle + (angle < before.angle ? turn : 0);
  const part = gap === 0 ? 0 : way / gap;
  const column = Math.min(bins - 2, Math.floor(place));
  const fraction = place - column;
  const between = (view: number) => {
    const at = view * bins + column;
    return (data[at] ?? NaN) * (1 - fraction) + (data[at + 1] ?? NaN) * fraction;
  };
  return between(before.view) * (1 - part) + between(after.view) * part;
}

/** Golden section. */
function leastBetween(of: (at: number) => number, from: number, to: number): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [from, to];
  for (let round = 0; round < 16; round++) {
    const [one, other] = [high - golden * (high - low), low + golden * (high - low)];
    if (of(one) < of(other)) high = other;
    else low = one;
  }
  return (low + high) / 2;
}
