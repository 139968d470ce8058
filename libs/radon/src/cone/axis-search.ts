import type { ViewFrame } from './view-frames.js';

/** The projections in the plane of the circle, [view, column]. */
export interface MiddlePlane {
  readonly data: Float32Array;
  readonly frames: readonly ViewFrame[];
  readonly bins: number;
}

/** Where opposite rays say that the axis is. */
export interface FoundAxis {
  /** mm along u, as `centerShift`. */
  readonly shift: number;
  /** How much opposite rays differ with it, and with the shift that was asked about, as a part of all values. */
  readonly difference: number;
  readonly given: number;
  /** The same for shifts that are surely wrong: half of all that were tried have more. */
  readonly usual: number;
}

/** Part of the detector's width, as it is seen at the axis, by which the axis may be off on either side. */
const reach = 0.15;
/** Opposite rays that are compared, at most, along views and columns. */
const mostViews = 180;
const mostBins = 256;
/** Of the rays of a view, at least those must have opposite ones. */
const leastOverlap = 0.3;
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
  const [frame] = plane.frames;
  if (frame === undefined) return undefined;
  const differenceAt = opposites(plane);
  const bin = (frame.pitch[0] * frame.sourceOrigin) / frame.sourceDetector;
  const widest = reach * plane.bins * bin;
  const count = Math.max(8, Math.ceil((2 * widest) / bin));
  const tried = Array.from({ length: count + 1 }, (_, at) => {
    const shift = given - widest + (2 * widest * at) / count;
    return { shift, difference: differenceAt(shift) };
  }).filter(({ difference }) => Number.isFinite(difference));
  const rising = [...tried].sort((one, other) => one.difference - other.difference);
  const [best] = rising;
  const ofGiven = differenceAt(given);
  if (best === undefined || tried.length < count / 2 || !Number.isFinite(ofGiven)) return undefined;
  const shift = leastBetween(differenceAt, best.shift - bin, best.shift + bin);
  const usual = rising[Math.floor(rising.length / 2)]?.difference ?? NaN;
  return { shift, difference: differenceAt(shift), given: ofGiven, usual };
}

/** Root of the mean square difference of opposite rays over that of all values, by shift; NaN where too few are opposite. */
function opposites({ data, frames, bins }: MiddlePlane): (shift: number) => number {
  const order = frames
    .map(({ angle }, view) => ({ view, angle: angle - turn * Math.floor(angle / turn) }))
    .sort((one, other) => one.angle - other.angle);
  const [viewStride, binStride] = [Math.ceil(frames.length / mostViews), Math.ceil(bins / mostBins)];
  const square = data.reduce((sum, value) => sum + value * value, 0) / data.length;
  return (shift) => {
    let [sum, compared, of] = [0, 0, 0];
    for (let view = 0; view < frames.length; view += viewStride) {
      const frame = frames[view];
      if (frame === undefined) continue;
      const { first, pitch, sourceDetector, sourceOrigin, angle } = frame;
      const axis = Math.atan(shift / sourceOrigin);
      for (let bin = 0; bin < bins; bin += binStride) {
        of += 1;
        const fan = Math.atan((first[0] + bin * pitch[0]) / sourceDetector);
        const place = (sourceDetector * Math.tan(2 * axis - fan) - first[0]) / pitch[0];
        if (!(place >= 0 && place <= bins - 1)) continue;
        const opposite = valueAt({ data, bins, order }, angle + Math.PI - 2 * fan + 2 * axis, place);
        sum += ((data[view * bins + bin] ?? 0) - opposite) ** 2;
        compared += 1;
      }
    }
    return compared < leastOverlap * of || square === 0 ? NaN : Math.sqrt(sum / compared / square);
  };
}

interface OrderedViews {
  readonly data: Float32Array;
  readonly bins: number;
  /** By rising angle, 0 to 2 pi. */
  readonly order: readonly { readonly view: number; readonly angle: number }[];
}

/** Linear between columns and between views. */
function valueAt({ data, bins, order }: OrderedViews, angle: number, place: number): number {
  const folded = angle - turn * Math.floor(angle / turn);
  let [low, high] = [0, order.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((order[middle]?.angle ?? 0) <= folded) low = middle + 1;
    else high = middle;
  }
  const before = order.at(low - 1);
  const after = order[low % order.length];
  if (before === undefined || after === undefined) return NaN;
  const gap = after.angle - before.angle + (after.angle <= before.angle ? turn : 0);
  const way = folded - before.angle + (folded < before.angle ? turn : 0);
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
