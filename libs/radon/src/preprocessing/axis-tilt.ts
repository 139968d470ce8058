/** Where the axis lies in one slice. */
export interface SliceAxis {
  /** From 0. */
  readonly slice: number;
  /** Bins from 0. */
  readonly center: number;
}

/** Fewer slices tell no line from chance. */
const leastSlices = 4;

/** Bins by which the axis moves over the stack before images of its ends suffer, and standard errors that are no chance. */
const leastMove = 0.5;
const beyondChance = 5;

/**
 * Where the axis lies in the first and in the last slice, when a straight line through those of some slices (least squares) says
 * that it is tilted against the detector; undefined when it does not.
 */
export function tiltOf(axes: readonly SliceAxis[], slices: number): { first: number; last: number } | undefined {
  if (axes.length < leastSlices) return undefined;
  const mean = (of: (axis: SliceAxis) => number) => axes.reduce((sum, axis) => sum + of(axis), 0) / axes.length;
  const [middle, center] = [mean((axis) => axis.slice), mean((axis) => axis.center)];
  const spread = axes.reduce((sum, { slice }) => sum + (slice - middle) ** 2, 0);
  const slope = axes.reduce((sum, each) => sum + (each.slice - middle) * (each.center - center), 0) / spread;
  const residual = axes.reduce((sum, each) => sum + (each.center - center - slope * (each.slice - middle)) ** 2, 0);
  const error = Math.sqrt(residual / (axes.length - 2) / spread);
  const at = (slice: number) => center + slope * (slice - middle);
  const isTilted = Math.abs(slope) * (slices - 1) > leastMove && Math.abs(slope) > beyondChance * error;
  return isTilted ? { first: at(0), last: at(slices - 1) } : undefined;
}
