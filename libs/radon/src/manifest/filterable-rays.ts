import { RondelError } from '@rondel/contracts';
import type { ParameterNode } from '@rondel/reco';
import { circleRays } from '../reconstruction/circle-rays.js';

/** Throws `PLAN_INVALID_VALUE` for rays whose projections a filter along the detector does not turn into an image. */
export function requireFilterable(geometry: ParameterNode | undefined): void {
  if (geometry === undefined) return;
  const { spacing, offsets, weights } = circleRays(geometry);
  // Heights outside the circle are what the node itself is refused for.
  if (!offsets.every(Number.isFinite)) return;
  if (spacing !== undefined && weights.every((weight) => weight === 1)) return;
  const what = spacing === undefined ? 'are not parallel and evenly spaced' : 'have weights';
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `The rays of geometry ${what}, but filtered backprojection is for parallel, evenly spaced rays of weight 1. Use IterativeRadonReconstructionParameters, which takes any rays.`,
    { at: 'geometry' },
  );
}
