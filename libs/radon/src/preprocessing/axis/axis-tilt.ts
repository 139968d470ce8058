/** Where the axis lies in one slice. */
export interface SliceAxis {
  /** From 0. */
  readonly slice: number;
  /** Bins from 0. */
  readonly center: number;
  /** Standard deviation to expect of it, bins. */
  readonly deviation: number;
}

/** Fewer slices do not tell by how they lie beside a line what chance makes of them. */
const fewSlices = 4;

/**
 * Bins by which the axis moves over the stack before images of its ends suffer, of many slices and of few, and standard errors
 * that are no chance.
 */
const leastMove = { many: 0.5, few: 1 };
const beyondChance = 5;

/**
 * Where the axis lies in the first and in the last slice, when a straight line through those of some slices (least squares) says
 * that it is tilted against the detector; undefined when it does not.
 */
export function tiltOf(axes: readonly SliceAxis[], slices: number): { first: number; last: number } | undefined {
  if (axes.length < 2) return undefined;
  const mean = (of: (axis: SliceAxis) => number) => axes.reduce((sum, axis) => sum + of(axis), 0) / axes.length;
  const [middle, center] = [mean((axis) => axis.slice), mean((axis) => axis.center)];
  const spread = axes.reduce((sum, { slice }) => sum + (slice - middle) ** 2, 0);
  const slope = axes.reduce((sum, each) => sum + (each.slice - middle) * (each.center - center), 0) / spread;
  const residual = axes.reduce((sum, each) => sum + (each.center - center - slope * (each.slice - middle)) ** 2, 0);
  const isFew = axes.length < fewSlices;
  const expected = axes.reduce((sum, each) => sum + ((each.slice - middle) * each.deviation) ** 2, 0) / spread;
  const scatter = residual / Math.max(1, axes.length - 2);
  const error = Math.sqrt((isFew ? Math.max(scatter, expected) : scatter) / spread);
  const at = (slice: number) => center + slope * (slice - middle);
  const isTilted =
    Math.abs(slope) * (slices - 1) > (isFew ? leastMove.few : leastMove.many) && Math.abs(slope) > beyondChance * error;
  return isTilted ? { first: at(0), last: at(slices - 1) } : undefined;
}
