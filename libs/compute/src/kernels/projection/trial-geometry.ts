import type { ParallelGeometry } from './parallel-geometry.js';

/** Small enough that trying a projector out takes no time. */
export const trialGeometry: ParallelGeometry = {
  shape: [16, 16],
  angles: Float64Array.from({ length: 32 }, (_, index) => index / 10),
  detectors: 24,
  center: 12,
};

/** Slices that go through the code for one lane, four, eight and sixteen. */
export const trialBatches = [1, 4, 8, 16] as const;
