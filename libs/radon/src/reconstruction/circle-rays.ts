import type { RayGeometry } from '@rondel/compute';
import type { ParameterNode } from '@rondel/reco';
import { circleRadius, entriesOf, exitsOf, weightsOf } from '../manifest/circle.js';

/** The rays of a view as a node `RadonFlexibleCircle` or `RadonParallelCircle` has them. */
export interface CircleRays extends Pick<RayGeometry, 'tilts' | 'offsets' | 'weights'> {
  /** Radius of the circle, pixels. */
  readonly radius: number;
  /** Pixels from ray to ray where all are parallel and evenly spaced. */
  readonly spacing: number | undefined;
}

/** Rays a pixel apart, of which the one of bin `center` passes the axis; bins that were not measured count nothing. */
export function parallelRays(
  detectors: number,
  { center, measured }: { readonly center: number; readonly measured: { readonly from: number; readonly to: number } },
): CircleRays {
  return {
    radius: Math.min(center - measured.from, measured.to - 1 - center),
    tilts: new Float64Array(detectors),
    offsets: Float64Array.from({ length: detectors }, (_, bin) => bin - center),
    weights: Float64Array.from({ length: detectors }, (_, bin) => (bin >= measured.from && bin < measured.to ? 1 : 0)),
    spacing: 1,
  };
}

/** Relative to a pixel; heights that were made as a range are so exact. */
const evenness = 1e-9;

/**
 * Each ray as its normal form. It runs from height `in_height` to `out_height` between two points of the view's frame (height
 * along u, and s towards where rays come from): (h_in, sqrt(R^2 - h_in^2) + 1/2) and (h_out, -sqrt(R^2 - h_out^2)), as
 * RadonKA.jl computes them.
 */
export function circleRays({ parameters }: ParameterNode): CircleRays {
  const radius = circleRadius(Number(parameters['N']));
  const entries = Float64Array.from(entriesOf(parameters));
  const exits = exitsOf(parameters) ?? entries;
  const weights = Float64Array.from(weightsOf(parameters) ?? entries.map(() => 1));
  const [tilts, offsets] = [new Float64Array(entries.length), new Float64Array(entries.length)];
  entries.forEach((entry, ray) => {
    const exit = exits[ray] ?? NaN;
    const front = Math.sqrt(radius * radius - entry * entry) + 0.5;
    const rise = exit - entry;
    const depth = front + Math.sqrt(radius * radius - exit * exit);
    const length = Math.hypot(rise, depth);
    tilts[ray] = Math.atan2(-rise, depth);
    offsets[ray] = (depth * entry + rise * front) / length;
  });
  return { radius, tilts, offsets, weights, spacing: spacingOf(tilts, entries) };
}

function spacingOf(tilts: Float64Array, heights: Float64Array): number | undefined {
  const [first = 0, second = first + 1] = heights;
  const spacing = second - first;
  const isEven = heights.every((height, ray) => Math.abs(height - first - ray * spacing) <= evenness * heights.length);
  return isEven && spacing !== 0 && tilts.every((tilt) => tilt === 0) ? spacing : undefined;
}
